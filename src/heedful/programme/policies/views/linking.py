"""Which clause stands behind which theme and deed: to link, and as other pages show it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.people.access import SignedIn, step_up
from heedful.people.models import School
from heedful.people.rules import NotFound, Right
from heedful.programme.access import of_school
from heedful.programme.policies.actions.linking import link_section, unlink
from heedful.programme.policies.forms import LinkForm
from heedful.programme.policies.queries.clauses import Clause, clauses_by_deed, clauses_by_theme, clauses_for_deed, clauses_for_themes
from heedful.programme.policies.queries.register import sections_to_link
from heedful.programme.policies.rules import Deed, RegisterRefused
from heedful.programme.policies.views.register import context_for
from heedful.thresholds.rules import BANDS, LEVELS, THEME_TITLES
from heedful.web.decorators import POLL_HEADER, command, not_found_on, page


@page
@of_school()
def links(request: SignedIn, school: School) -> HttpResponse:
    """Every theme and deed with its clauses; the same for another page's panel, without the form."""
    if POLL_HEADER in request.headers:
        return render(request, "policies/_lines.html", {"school": school, "themes": clauses_by_theme(request.user, school.pk)})
    form = LinkForm(None, sections=sections_to_link(request.user, school.pk), initial={"section": request.GET.get("section", "")})
    return _show(request, school, form)


def _show(request: SignedIn, school: School, form: LinkForm) -> HttpResponse:
    context = context_for(
        request, school, form=form, themes=clauses_by_theme(request.user, school.pk), deeds=clauses_by_deed(request.user, school.pk)
    )
    return render(request, "policies/links.html", context, status=422 if form.is_bound else 200)


@command
@of_school(Right.RUN_PROGRAMME)
@step_up
@not_found_on(NotFound)
def link(request: SignedIn, school: School) -> HttpResponse:
    """Link a clause to themes and deeds."""
    form = LinkForm(request.POST, sections=sections_to_link(request.user, school.pk))
    if form.is_valid():
        try:
            for target in form.targets():
                link_section(school_id=school.pk, section_id=form.cleaned_data["section"], target=target, viewer=request.user, now=timezone.now())
        except RegisterRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Linked.")
            return HttpResponseRedirect(reverse("policy_links", args=(school.pk,)))
    return _show(request, school, form)


@command
@of_school(Right.RUN_PROGRAMME)
@step_up
@not_found_on(NotFound)
def remove(request: SignedIn, school: School, link_id: int) -> HttpResponse:
    """Take a link away."""
    unlink(school_id=school.pk, link_id=link_id, viewer=request.user, now=timezone.now())
    messages.success(request, "The clause is linked to this no more.")
    return HttpResponseRedirect(reverse("policy_links", args=(school.pk,)))


@page
@of_school()
def clauses(request: SignedIn, school: School) -> HttpResponse:
    """The clauses that apply to themes at a level for an age, or to deeds: a page of its own, or the panel of another page."""
    themes = [theme for theme in request.GET.get("theme", "").split(",") if theme in THEME_TITLES]
    deeds = [deed for deed in request.GET.get("deed", "").split(",") if deed in Deed.values]
    level, band = request.GET.get("level", ""), request.GET.get("band", "")
    at = int(level) if level.isdecimal() and len(level) == 1 and int(level) in LEVELS else None
    found: list[tuple[str, tuple[Clause, ...]]] = []
    if themes:
        found.append(("", clauses_for_themes(request.user, school.pk, themes, at, band if band in BANDS else None)))
    found += [(Deed(deed).label, clauses_for_deed(request.user, school.pk, deed)) for deed in deeds]
    context = context_for(
        request, school, found=[(title, rows) for title, rows in found if rows], themes=[THEME_TITLES[theme] for theme in themes],
        deeds=[Deed(deed).label for deed in deeds],
    )  # fmt: skip
    return render(request, "policies/_panel.html" if POLL_HEADER in request.headers else "policies/clauses.html", context)
