"""Designing a pilot: each form of the page, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from heedful.people.access import SignedIn, step_up
from heedful.people.models import School
from heedful.people.queries import groups_of
from heedful.people.rules import NotFound, Right
from heedful.programme.access import of_school
from heedful.programme.pilot import actions
from heedful.programme.pilot.forms import ApproachForm, AudienceForm, ScopeForm, TargetsForm
from heedful.programme.pilot.queries import pilot_of, sites_of, staff_to_tell
from heedful.programme.pilot.rules import PilotRefused
from heedful.programme.pilot.views.showing import Bound, show_pilot
from heedful.thresholds.approaches.rules import ApproachRefused
from heedful.web.decorators import command, not_found_on, page

REFUSALS = (PilotRefused, ApproachRefused)


@page
@of_school(Right.SEE_PROGRAMME)
def pilot(request: SignedIn, school: School) -> HttpResponse:
    """The school's pilot as it stands, or the way to design one."""
    return show_pilot(request, school)


@page
@of_school(Right.SEE_PROGRAMME)
@not_found_on(NotFound)
def pilot_one(request: SignedIn, school: School, number: int) -> HttpResponse:
    """One pilot of the school, also an earlier one."""
    return show_pilot(request, school, pilot_of(school.pk, number))


@command
@of_school(Right.RUN_PROGRAMME)
def pilot_make(request: SignedIn, school: School) -> HttpResponse:
    return _done_or_said(request, school, lambda: actions.make_pilot(school=school, by=request.user, now=timezone.now()))


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def pilot_scope(request: SignedIn, school: School, number: int) -> HttpResponse:
    form = ScopeForm(request.POST, groups=groups_of(school.pk), sites=sites_of(school.pk), prefix="scope")
    return _take(request, school, "scope", form, lambda: actions.set_scope(school=school, number=number, scope=form.scope(), by=request.user, now=timezone.now()))


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def pilot_targets(request: SignedIn, school: School, number: int) -> HttpResponse:
    form = TargetsForm(request.POST, prefix="targets")
    return _take(request, school, "targets", form, lambda: actions.set_targets(school=school, number=number, goals=form.goals(), by=request.user, now=timezone.now()))


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def pilot_approach(request: SignedIn, school: School, number: int) -> HttpResponse:
    """Add an approach, or change the one that the form names."""
    given = request.POST.get("approach", "")
    changing = int(given) if given.isdecimal() and len(given) < 16 else None
    key = f"approach-{changing}" if changing else "approach"
    form = ApproachForm(request.POST, groups=list(pilot_of(school.pk, number).groups.order_by("name")), prefix=key)
    return _take(request, school, key, form, lambda: actions.put_approach(
        school=school, number=number, wanted=form.wanted(), by=request.user, now=timezone.now(), approach_id=changing,
    ))  # fmt: skip


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def pilot_approach_remove(request: SignedIn, school: School, number: int, approach: int) -> HttpResponse:
    return _done_or_said(request, school, lambda: actions.drop_approach(
        school=school, number=number, approach_id=approach, by=request.user, now=timezone.now(),
    ))  # fmt: skip


@command
@of_school(Right.RUN_PROGRAMME)
def pilot_audience(request: SignedIn, school: School) -> HttpResponse:
    form = AudienceForm(request.POST, staff=staff_to_tell(school.pk), prefix="audience")
    return _take(request, school, "audience", form, lambda: actions.set_audience(school=school, user_ids=form.ids(), by=request.user, now=timezone.now()))


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def pilot_ready(request: SignedIn, school: School, number: int) -> HttpResponse:
    """The design is done."""
    said = "The design is done. It starts when the board moves the school to its pilot, or now if it is there already."
    return _done_or_said(request, school, lambda: actions.finish_design(school=school, number=number, by=request.user, now=timezone.now()), said)


@command
@of_school(Right.RUN_PROGRAMME)
@step_up
@not_found_on(NotFound)
def pilot_start(request: SignedIn, school: School, number: int) -> HttpResponse:
    said = "The pilot runs. Its approaches act on captures from now on."
    return _done_or_said(request, school, lambda: actions.start_pilot(school=school, number=number, by=request.user, now=timezone.now()), said)


def _take(request: SignedIn, school: School, key: str, form: Form, act: Callable[[], object]) -> HttpResponse:
    """Do what the form asks; where it can't be done, the page again with what was typed and why."""
    if not form.is_valid():
        return show_pilot(request, school, bound=Bound(key, form), status=422)
    try:
        act()
    except REFUSALS as fault:
        form.add_error(None, str(fault))
        return show_pilot(request, school, bound=Bound(key, form), status=422)
    messages.success(request, "Saved.")
    return HttpResponseRedirect(reverse("pilot", args=[school.pk]) + f"#{key}")


def _done_or_said(request: SignedIn, school: School, act: Callable[[], object], said: str = "") -> HttpResponse:
    """Do it; where it can't be done, the page says why."""
    try:
        act()
    except REFUSALS as fault:
        return show_pilot(request, school, bound=Bound(fault=str(fault)), status=422)
    if said:
        messages.success(request, said)
    return HttpResponseRedirect(reverse("pilot", args=[school.pk]))
