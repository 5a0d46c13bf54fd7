"""How much of the school is covered, and the devices and people behind the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.devices.coverage.health import health_sentence
from heedful.devices.coverage.queries.lists import devices_in_state
from heedful.devices.coverage.queries.matrix import schools_to_test
from heedful.devices.coverage.queries.page import CoveragePage, coverage_of, schools_to_see
from heedful.devices.coverage.queries.people import TITLES, list_troubles
from heedful.devices.coverage.rules import State
from heedful.devices.coverage.views.choosing import choices, school_asked_for
from heedful.people.access import SignedIn, needs
from heedful.people.models import School
from heedful.people.rules import NotFound, Right
from heedful.web.decorators import not_found_on, page

MOST_GROUPS = 40


@dataclass(frozen=True)
class DeviceTable:
    title: str
    first: str
    lines: tuple[object, ...]


@page
@needs(Right.SEE_COVERAGE)
@not_found_on(NotFound)
def coverage(request: SignedIn) -> HttpResponse:
    """One school's coverage: by kind of device, site and group, and by the roll."""
    now = timezone.now()
    schools = schools_to_see(request.user)
    school = school_asked_for(request, schools)
    shown = coverage_of(request.user, school_id=school.pk, now=now)
    shows_all = request.GET.get("groups") == "all"
    context = {
        "page": shown,
        "sentence": health_sentence(shown.health),
        "schools": choices("coverage", schools, school),
        "tables": _tables(shown),
        "roll_groups": shown.groups if shows_all else shown.groups[:MOST_GROUPS],
        "groups_left": 0 if shows_all else max(0, len(shown.groups) - MOST_GROUPS),
        # Heads and governors see counts alone, and no small ones of pupils.
        "hides_small": not shown.looks_after,
        "troubles": [(TITLES[trouble], shown.troubles.count(trouble)) for trouble in TITLES],
    }
    return render(request, "coverage/coverage.html", context)


def _tables(shown: CoveragePage) -> list[DeviceTable]:
    tables = (
        DeviceTable("By kind of device", "Kind", shown.by_kind),
        DeviceTable("By site", "Site", shown.by_site),
        DeviceTable("By group of devices", "Group", shown.by_group),
    )
    return [table for table in tables if table.lines]


@page
@needs(Right.SEE_COVERAGE)
def coverage_of_school(request: SignedIn, number: int) -> HttpResponse:
    """Where the notice of a failed self-test leads: the overview, of the school that it is about."""
    return _at_school(request, number, schools_to_see(request.user), "coverage")


@page
@needs(Right.LOOK_AFTER_COVERAGE)
def coverage_silent(request: SignedIn, number: int) -> HttpResponse:
    """Where the notice of silent devices leads: the list, of the school that it is about."""
    return _at_school(request, number, schools_to_test(request.user), "coverage_devices")


def _at_school(request: SignedIn, number: int, schools: Sequence[School], url_name: str) -> HttpResponse:
    if number not in {school.pk for school in schools}:
        raise Http404
    return HttpResponseRedirect(f"{reverse(url_name)}?school={number}")


@page
@needs(Right.LOOK_AFTER_COVERAGE)
@not_found_on(NotFound)
def coverage_devices(request: SignedIn) -> HttpResponse:
    """The inventory's devices in one state, silent ones unless asked otherwise."""
    schools = schools_to_test(request.user)
    school = school_asked_for(request, schools)
    asked = request.GET.get("state", "")
    state = State(asked) if asked in set(State) else State.SILENT
    shown = devices_in_state(request.user, school_id=school.pk, state=state, now=timezone.now())
    return render(request, "coverage/devices.html", {"list": shown, "schools": choices("coverage_devices", schools, school)})


@page
@needs(Right.LOOK_AFTER_COVERAGE)
@not_found_on(NotFound)
def coverage_people(request: SignedIn) -> HttpResponse:
    """Who is not monitored, or not as themselves."""
    schools = schools_to_test(request.user)
    school = school_asked_for(request, schools)
    lists = list_troubles(request.user, school_id=school.pk, now=timezone.now())
    context = {"lists": lists, "school": school, "schools": choices("coverage_people", schools, school)}
    return render(request, "coverage/people.html", context)
