"""The assessment: one long form in parts, its approval, its versions, its print."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.assurance.dpia.actions import approve_dpia, mark_of, save_dpia
from heedful.assurance.dpia.forms import DpiaForm
from heedful.assurance.dpia.live import lines_from
from heedful.assurance.dpia.queries import DpiaState, state_of, version_of, versions_of
from heedful.assurance.dpia.questions import questions_of
from heedful.assurance.dpia.rules import DpiaRefused, parts_of
from heedful.people.access import SignedIn, step_up
from heedful.people.models import School
from heedful.people.queries import has_right
from heedful.people.rules import Right
from heedful.programme.access import of_school
from heedful.programme.steps import Step
from heedful.web.decorators import command, page, page_with_form
from heedful.web.pdf import pdf_response


@page_with_form
@of_school()
def dpia(request: SignedIn, school: School) -> HttpResponse:
    """The document; for those who run the programme, the form that writes it."""
    state = state_of(school.pk)
    if request.method != "POST":
        return _show(request, school, state, _form(request, state))
    if not has_right(request.user, school.pk, Right.RUN_PROGRAMME):
        raise Http404
    form = _form(request, state)
    if form.is_valid():
        try:
            saved = save_dpia(school=school, given=form.given(), seen=form.cleaned_data["seen"], viewer=request.user, now=timezone.now())
        except DpiaRefused as fault:
            form.add_error(None, str(fault))
        else:
            left = len(state_of(school.pk).missing)
            messages.success(request, f"Saved as draft {saved.number}. {f'{left} answers are still missing.' if left else 'Nothing is missing: it can be approved.'}")
            return HttpResponseRedirect(reverse("dpia", args=[school.pk]))
    return _show(request, school, state, form, status=422)


@command
@of_school(Right.CHANGE_STAGE)
@step_up
def dpia_approve(request: SignedIn, school: School) -> HttpResponse:
    """A named person approves the draft as it is."""
    try:
        version = approve_dpia(school=school, seen=request.POST.get("seen", ""), viewer=request.user, now=timezone.now())
    except DpiaRefused as fault:
        state = state_of(school.pk)
        return _show(request, school, state, _form(request, state, fresh=True), trouble=str(fault), status=422)
    messages.success(request, f"Version {version.number} is approved by you. Heedful says so here when a setting changes that it rests on.")
    return HttpResponseRedirect(reverse("dpia", args=[school.pk]))


@page
@of_school()
def dpia_print(request: SignedIn, school: School, number: int) -> HttpResponse:
    """One version as PDF: an approved one with the settings as they were, a draft with those of now."""
    version = version_of(school.pk, number)
    if version is None:
        raise Http404
    lines = lines_from(version.live) if version.approved_at else state_of(school.pk).lines
    context = {"school": school, "version": version, "parts": parts_of(version.answers, lines)}
    return pdf_response("dpia/print.html", context, file_name=f"heedful-dpia-{number}.pdf")


def _form(request: SignedIn, state: DpiaState, *, fresh: bool = False) -> DpiaForm:
    data = request.POST if request.method == "POST" and not fresh else None
    return DpiaForm(data, questions=questions_of(state.lines), answers=state.answers, seen=mark_of(state.newest))


def _show(request: SignedIn, school: School, state: DpiaState, form: DpiaForm, *, trouble: str = "", status: int = 200) -> HttpResponse:
    parts = parts_of(state.answers, state.lines)
    touched = {change.section for change in state.changes}
    first_open = next((part.section for part in parts if part.missing or part.section in touched), None)
    context = {
        "school": school, "step": Step.BEFORE, "state": state, "parts": [(part, form.of(part.section), part.section == first_open, part.section in touched) for part in parts],
        "form": form, "trouble": trouble, "versions": versions_of(school.pk), "seen": mark_of(state.newest), "questions": sum(len(part.answers) for part in parts),
        "runs": has_right(request.user, school.pk, Right.RUN_PROGRAMME), "approves": has_right(request.user, school.pk, Right.CHANGE_STAGE),
    }  # fmt: skip
    return render(request, "dpia/dpia.html", context, status=status)
