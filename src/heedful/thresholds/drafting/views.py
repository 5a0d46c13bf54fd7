"""Agreeing a table: the drafts of a school, one draft as a grid, its citations, its three signatures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.people.access import SignedIn, needs, step_up
from heedful.people.queries import has_right, school_by_number
from heedful.people.rules import AgeBand, Right, Strand
from heedful.thresholds.actions import Cell, StaleDraft, cite, decide_cell, put_in_force, set_aside, sign_off, start_draft
from heedful.thresholds.drafting.forms import CellForm, CiteForm, RevisionForm, SignForm, StartForm
from heedful.thresholds.drafting.queries import DraftPage, draft_page, drafts_for
from heedful.thresholds.grids import Choice, band_asked_for
from heedful.thresholds.queries import NotFound
from heedful.thresholds.rules import BANDS, LEVELS, THEME_TITLES, DraftRefused, Line, Route, Urgency
from heedful.web.decorators import command, not_found_on, page, page_with_form

CHANGED_MEANWHILE = "Somebody changed this draft, or put it in force, since you opened it. This is how it stands now: nothing of yours was saved."


@page_with_form
@needs(Right.SEE_THRESHOLDS)
@not_found_on(NotFound)
def threshold_drafts(request: SignedIn, school_id: int) -> HttpResponse:
    """The drafts of a school; a new one begins here, or from the calibration exercise."""
    drafts = drafts_for(request.user, school_id)
    may_start = has_right(request.user, school_id, Right.RUN_PROGRAMME)
    form = StartForm(request.POST or None)
    if request.method == "POST":
        if not may_start:
            raise Http404
        if form.is_valid():
            draft = start_draft(
                school_id=school_id, lines={}, notes={}, reason=form.cleaned_data["reason"], viewer=request.user, now=timezone.now()
            )
            return HttpResponseRedirect(reverse("threshold_draft", args=[draft.pk]))
    context = {"school": school_by_number(school_id), "drafts": drafts, "form": form if may_start else None}
    return render(request, "thresholds/drafts.html", context, status=422 if form.errors else 200)


@page
@needs(Right.SEE_THRESHOLDS)
@not_found_on(NotFound)
def threshold_draft(request: SignedIn, draft_id: int) -> HttpResponse:
    """One draft as a grid, an age band at a time."""
    return _show(request, draft_id)


@command
@needs(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def threshold_cell(request: SignedIn, draft_id: int) -> HttpResponse:
    """Settle one line, for one age or for all."""
    form = CellForm(request.POST)
    if not form.is_valid():
        return _show(request, draft_id, cell_form=form, status=422)
    given = form.cleaned_data
    cell = Cell(
        given["theme"], given["level"], given["band"], Line(Route(given["route"]), Urgency(given["urgency"])), given["every_band"], given["release"]
    )

    def act() -> None:
        decide_cell(draft_id=draft_id, revision=given["revision"], cell=cell, viewer=request.user, now=timezone.now())
        messages.success(request, f"{THEME_TITLES[cell.theme]}, level {cell.level}: {cell.line.route.label}, {cell.line.urgency.label.lower()}.")

    return _do(request, draft_id, act, to=f"#{cell.theme}", cell_form=form)


@command
@needs(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def threshold_cite(request: SignedIn, draft_id: int) -> HttpResponse:
    """Say on what rows rest."""
    form = CiteForm(request.POST)
    if not form.is_valid():
        return _show(request, draft_id, cite_form=form, status=422)
    given = dict(form.cleaned_data)

    def act() -> None:
        cite(draft_id=draft_id, viewer=request.user, now=timezone.now(), **given)
        messages.success(request, "Noted.")

    return _do(request, draft_id, act, to="#rests-on", cite_form=form)


@command
@needs(Right.SEE_THRESHOLDS)
@not_found_on(NotFound)
def threshold_sign(request: SignedIn, draft_id: int) -> HttpResponse:
    """Sign for a strand that one stands for."""
    form = SignForm(request.POST)
    if not form.is_valid():
        return _show(request, draft_id, trouble="Choose the strand that you sign for.", status=422)
    strand = Strand(form.cleaned_data["strand"])

    def act() -> None:
        sign_off(draft_id=draft_id, revision=form.cleaned_data["revision"], strand=strand, viewer=request.user, now=timezone.now())
        messages.success(request, f"Signed for the {strand.label.lower()} strand.")

    return _do(request, draft_id, act, to="#sign")


@command
@needs(Right.RUN_PROGRAMME)
@step_up
@not_found_on(NotFound)
def threshold_in_force(request: SignedIn, draft_id: int) -> HttpResponse:
    """The signed draft becomes the school's table."""
    form = RevisionForm(request.POST)
    if not form.is_valid():
        return _show(request, draft_id, trouble=CHANGED_MEANWHILE, status=422)
    try:
        version = put_in_force(draft_id=draft_id, revision=form.cleaned_data["revision"], viewer=request.user, now=timezone.now())
    except StaleDraft:
        return _show(request, draft_id, trouble=CHANGED_MEANWHILE, status=409)
    except DraftRefused as fault:
        return _show(request, draft_id, trouble=str(fault), status=422)
    messages.success(request, f"Version {version.number} is in force. Captures that arrive from now on go by it.")
    return HttpResponseRedirect(reverse("threshold_version", args=[version.school_id, version.number]))


@command
@needs(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def threshold_set_aside(request: SignedIn, draft_id: int) -> HttpResponse:
    """Do not go on with a draft."""
    form = RevisionForm(request.POST)
    if not form.is_valid():
        return _show(request, draft_id, trouble=CHANGED_MEANWHILE, status=422)

    def act() -> None:
        set_aside(draft_id=draft_id, revision=form.cleaned_data["revision"], viewer=request.user, now=timezone.now())
        messages.success(request, "Set aside. The draft stays, to be read.")

    return _do(request, draft_id, act)


def _do(request: SignedIn, draft_id: int, act: Callable[[], None], *, to: str = "", **forms: Any) -> HttpResponse:
    """Make a change and go back to where it was asked for; what could not be done comes back with what was typed."""
    try:
        act()
    except StaleDraft:
        return _show(request, draft_id, trouble=CHANGED_MEANWHILE, status=409)
    except DraftRefused as fault:
        return _show(request, draft_id, trouble=str(fault), status=422, **forms)
    band = band_asked_for(request.POST.get("band") or request.GET.get("age"))
    return HttpResponseRedirect(f"{reverse('threshold_draft', args=[draft_id])}?age={band}{to}")


def _show(
    request: SignedIn, draft_id: int, *, trouble: str = "", cell_form: CellForm | None = None, cite_form: CiteForm | None = None, status: int = 200
) -> HttpResponse:
    band = band_asked_for(request.POST.get("band") or request.GET.get("age"))
    cell = request.GET.get("cell", "")
    if cell_form is not None:
        cell = f"{cell_form.data.get('theme', '')}-{cell_form.data.get('level', '')}"
    shown = draft_page(request.user, draft_id, band=band, cell=cell)
    address = reverse("threshold_draft", args=[draft_id])
    context = {
        "page": shown,
        "school": shown.draft.school,
        "levels": LEVELS,
        "band": band,
        "bands": [Choice(AgeBand(b).label, f"{address}?age={b}", b == band) for b in BANDS],
        "cell_form": _cell_form(shown, band, cell_form),
        "cite_form": _cite_form(shown, cite_form),
        "trouble": trouble,
        "next_unsure": _address(address, shown.next_unsure),
    }
    return render(request, "thresholds/draft.html", context, status=status)


def _address(address: str, key: tuple[str, int, str] | None) -> str:
    return f"{address}?age={key[2]}&cell={key[0]}-{key[1]}#line" if key else ""


def _cell_form(shown: DraftPage, band: str, given: CellForm | None) -> CellForm | None:
    if shown.opened is None or not shown.may_change:
        return None
    if given is not None:
        return given
    cell = shown.opened.cell
    initial = {
        "revision": shown.draft.revision, "theme": cell.key[0], "level": cell.level, "band": band, "route": cell.line.route,
        "urgency": cell.line.urgency, "release": cell.note.release_to_behaviour, "every_band": shown.opened.same_for == "every age",
    }  # fmt: skip
    return CellForm(initial=initial)


def _cite_form(shown: DraftPage, given: CiteForm | None) -> CiteForm | None:
    if not shown.may_change:
        return None
    if given is not None:
        return given
    initial = {
        "revision": shown.draft.revision, "themes": [each.theme for each in shown.uncited or shown.stale], "guidance": "kcsie",
        "guidance_version": shown.cited[0].newest if shown.cited else "",
    }  # fmt: skip
    return CiteForm(initial=initial)
