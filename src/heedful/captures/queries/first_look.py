"""What somebody looks at first without content: number, time and source. Nothing here opens a sealed column or names a pupil."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from heedful.audit.actions import append
from heedful.audit.rules import Action, Actor, Fact
from heedful.captures.first_look import over_at
from heedful.captures.models import Capture
from heedful.captures.rules import WAITS_FIRST, FirstLook, State
from heedful.devices.coverage.days import Calendar
from heedful.people.models import School, User
from heedful.people.queries import barred_pupils, schools_with
from heedful.people.rules import Right
from heedful.thresholds.rules import Route

MOST_LISTED = 500
# The columns that a technician's page may read: number, school, time, where from. No theme, no severity, no pupil, no text.
SOURCE_COLUMNS = ("id", "school_id", "app", "host", "observed_at", "arrived_at", "acknowledged_at")


@dataclass(frozen=True)
class Waiting:
    """One capture that waits to be sorted by its source."""

    number: int
    observed_at: datetime
    over_at: datetime


@dataclass(frozen=True)
class SourceOf:
    """Everything that waits from one source of one school, the oldest first."""

    school: str
    school_id: int
    source: str
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True)
class Noise:
    """One capture that was set aside as noise from its source."""

    number: int
    school: str
    source: str
    observed_at: datetime


def waiting_by_source(viewer: User, *, now: datetime) -> tuple[SourceOf, ...]:
    """What waits for the technician, by source, the fullest first. One audit entry per school with the numbers shown."""
    calendars: dict[int, Calendar] = {}
    names: dict[int, str] = {}
    for school in School.objects.filter(pk__in=schools_with(viewer, Right.SEE_DEVICES)):
        calendars[school.pk], names[school.pk] = calendar_of(school), school.name
    found: dict[tuple[int, str], list[Waiting]] = defaultdict(list)
    with transaction.atomic():
        for row in to_sort(viewer).order_by("observed_at", "pk").values(*SOURCE_COLUMNS)[:MOST_LISTED]:
            end = over_at(row["arrived_at"], calendar=calendars[row["school_id"]], is_acknowledged=row["acknowledged_at"] is not None)
            found[row["school_id"], row["host"] or row["app"]].append(Waiting(row["id"], row["observed_at"], end))
        _record(viewer, [(school_id, each.number) for (school_id, _), waiting in found.items() for each in waiting], now)
    sources = [SourceOf(names[school_id], school_id, source, tuple(waiting)) for (school_id, source), waiting in found.items()]
    return tuple(sorted(sources, key=lambda each: (-len(each.waiting), each.source)))


def noise_of(viewer: User, *, most: int = 50) -> tuple[Noise, ...]:
    """What was set aside as noise last, so that it can be brought back."""
    rows = set_aside(viewer).order_by("-arrived_at").values("id", "school__name", "app", "host", "observed_at")[:most]
    return tuple(Noise(row["id"], row["school__name"], row["host"] or row["app"], row["observed_at"]) for row in rows)


def count_to_sort(viewer: User) -> int:
    """How many wait for the technician, for the menu."""
    return to_sort(viewer).count()


def to_sort(viewer: User) -> QuerySet[Capture]:
    """Captures that wait for this technician. For `values` and for changes: no content may be read from it."""
    return _of_technician(viewer).filter(first_look=FirstLook.TECHNICIAN, acknowledged_at=None, state=State.NEW).exclude(route=Route.RECORD_ONLY)


def set_aside(viewer: User) -> QuerySet[Capture]:
    """Captures that a technician set aside as noise and that nobody has decided on since."""
    return _of_technician(viewer).filter(first_look=FirstLook.NOISE, route=Route.RECORD_ONLY, acknowledged_at=None, state=State.NEW)


def _of_technician(viewer: User) -> QuerySet[Capture]:
    rows, barred = Capture.objects.filter(school_id__in=schools_with(viewer, Right.SEE_DEVICES)), barred_pupils(viewer)
    return rows.filter(Q(pupil=None) | ~Q(pupil_id__in=barred)) if barred else rows


def first_looks_over(*, now: datetime) -> dict[int, list[int]]:
    """Numbers of captures whose time for a first look is over, by school. For the sweep."""
    rows = Capture.objects.filter(first_look__in=WAITS_FIRST, state__in=(State.NEW, State.ACKNOWLEDGED)).exclude(route=Route.RECORD_ONLY)
    waiting = list(rows.values_list("school_id", "pk", "arrived_at", "acknowledged_at"))
    calendars = {school.pk: calendar_of(school) for school in School.objects.filter(pk__in={school_id for school_id, *_ in waiting})}
    over: dict[int, list[int]] = defaultdict(list)
    for school_id, pk, arrived_at, acknowledged_at in waiting:
        if over_at(arrived_at, calendar=calendars[school_id], is_acknowledged=acknowledged_at is not None) <= now:
            over[school_id].append(pk)
    return dict(over)


def calendar_of(school: School) -> Calendar:
    return Calendar(school.hours, timezone.get_current_timezone())


def _record(viewer: User, shown: list[tuple[int, int]], now: datetime) -> None:
    for school_id in sorted({school_id for school_id, _ in shown}):
        numbers = tuple(str(number) for mine, number in shown if mine == school_id)
        append(school_id=school_id, actor=Actor.person(viewer.pk), fact=Fact(Action.FIRST_LOOK_LISTED, "capture", numbers), now=now)
