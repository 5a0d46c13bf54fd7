"""The weekly review with its pack, the decision on each approach, and the end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.people.access import SignedIn, step_up
from heedful.people.models import School
from heedful.people.rules import NotFound, Right
from heedful.programme.access import of_school
from heedful.programme.pilot import actions
from heedful.programme.pilot.forms import DecisionForm, ReviewForm
from heedful.programme.pilot.measures.conclusions import caution, conclusions
from heedful.programme.pilot.measures.queries import measured
from heedful.programme.pilot.packs import pack_figures
from heedful.programme.pilot.queries import audience_of, may_run, pilot_of, pilot_page
from heedful.programme.pilot.rules import PilotRefused, PilotState, Verdict
from heedful.programme.pilot.views.showing import Bound, goals_in_words, show_pilot
from heedful.programme.steps import Step
from heedful.programme.working_group.queries import decisions_of, meetings_of, staff_to_choose
from heedful.programme.working_group.rules import GroupRefused, Kind
from heedful.web.decorators import command, not_found_on, page, page_with_form
from heedful.web.pdf import pdf_response


@page_with_form
@of_school(Right.SEE_PROGRAMME)
@not_found_on(NotFound)
def pilot_review(request: SignedIn, school: School, number: int) -> HttpResponse:
    """The pack for this week's meeting, and the form that records it."""
    row = pilot_of(school.pk, number)
    staff, runs = staff_to_choose(school.pk), may_run(request.user, school.pk)
    form, status = ReviewForm(staff=staff, initial={"on": timezone.localdate()}), 200
    if request.method == "POST":
        if not runs:
            raise NotFound
        form = ReviewForm(request.POST, staff=staff)
        if form.is_valid() and _recorded(request, school, number, form):
            messages.success(request, "The meeting and its decisions are recorded.")
            return HttpResponseRedirect(reverse("pilot_review", args=[school.pk, row.number]))
        status = 422
    context = _pack(request, school, number) | {"form": form, "runs": runs and row.state == PilotState.RUNNING}
    return render(request, "pilot/review.html", context, status=status)


@page
@of_school(Right.SEE_PROGRAMME)
@not_found_on(NotFound)
def pilot_review_pdf(request: SignedIn, school: School, number: int) -> HttpResponse:
    """The same pack on paper."""
    return pdf_response("pilot/review_pdf.html", _pack(request, school, number), file_name=f"pilot-{number}-review.pdf")


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def pilot_decide(request: SignedIn, school: School, number: int, approach: int) -> HttpResponse:
    """Write down what becomes of one approach."""
    form = DecisionForm(request.POST, prefix=f"decision-{approach}")
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.decide_approach(
                school=school, number=number, approach_id=approach, verdict=Verdict(given["verdict"]), reason=given["reason"], by=request.user,
                now=timezone.now(), changed=form.changed(),
            )  # fmt: skip
        except PilotRefused as fault:
            form.add_error(None, str(fault))
        else:
            messages.success(request, "The decision is written down. It comes into force when the pilot ends.")
            return HttpResponseRedirect(reverse("pilot", args=[school.pk]) + "#decisions")
    return show_pilot(request, school, pilot_of(school.pk, number), bound=Bound(f"decision-{approach}", form), status=422)


@command
@of_school(Right.RUN_PROGRAMME)
@step_up
@not_found_on(NotFound)
def pilot_end(request: SignedIn, school: School, number: int) -> HttpResponse:
    """End it, and put in force what was adopted."""
    try:
        actions.end_pilot(school=school, number=number, by=request.user, now=timezone.now())
    except PilotRefused as fault:
        return show_pilot(request, school, pilot_of(school.pk, number), bound=Bound(fault=str(fault)), status=422)
    messages.success(request, "The pilot has ended. What was adopted acts for the whole school from now on.")
    return HttpResponseRedirect(reverse("pilot", args=[school.pk]))


@command
@of_school(Right.RUN_PROGRAMME)
@step_up
def approach_withdraw(request: SignedIn, school: School) -> HttpResponse:
    """Take the adopted approach out of force."""
    if actions.withdraw(school=school, by=request.user, now=timezone.now()):
        messages.success(request, "It acts no longer. The safeguarding lead sees all captures as they come.")
    return HttpResponseRedirect(reverse("pilot", args=[school.pk]))


def _recorded(request: SignedIn, school: School, number: int, form: ReviewForm) -> bool:
    given = form.cleaned_data
    try:
        actions.hold_review(
            school=school, number=number, on=given["on"], attended=[int(each) for each in given["attended"]], notes=given["notes"],
            decisions=given["decisions"].splitlines(), by=request.user, now=timezone.now(),
        )  # fmt: skip
    except GroupRefused as fault:
        form.add_error(None, str(fault))
        return False
    return True


def _pack(request: SignedIn, school: School, number: int) -> dict[str, Any]:
    """What the meeting needs: the figures so far, the last week's, what may be concluded, and what was decided before."""
    now, row = timezone.now(), pilot_of(school.pk, number)
    page = pilot_page(row, now=now)
    today = timezone.localdate(now)
    whole = measured(request.user, school, now=now)
    found = conclusions(whole.measures, is_exact=whole.is_exact) if whole else ()
    return {
        "school": school,
        "step": Step.PILOT,
        "page": page,
        "now": now,
        "week": max(1, (today - timezone.localdate(row.started_at)).days // 7 + 1) if row.started_at else 0,
        "figures": pack_figures(whole.measures, is_exact=whole.is_exact, goals=goals_in_words(page)) if whole else (),
        "names": [each.name for each in whole.measures] if whole else [],
        "conclusions": [each for each in found if each.kind != "too_few"],
        "too_few": sum(each.kind == "too_few" for each in found),
        "caution": caution(found),
        "audience": audience_of(school.pk),
        "decisions": decisions_of(school.pk, about=f"pilot:{row.number}"),
        "meetings": meetings_of(school.pk, kind=Kind.PILOT_REVIEW),
    }
