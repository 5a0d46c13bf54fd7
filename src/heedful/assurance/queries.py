"""Counts for the head and governors: no names, no content, small numbers suppressed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count as CountOf
from django.db.models import F, Q

from heedful.assurance.models import BackupRun
from heedful.assurance.rules import Count, median_time, share_in_percent
from heedful.audit.queries import Mark, checkpoint_of, count_entries, first_break
from heedful.captures.models import Capture
from heedful.devices.queries import Reporting, reporting_of
from heedful.escalation.queries import clocks_late
from heedful.people.models import School, User
from heedful.people.queries import schools_with
from heedful.people.rules import Right
from heedful.programme.working_group.queries import FilledSlot, slots_of
from heedful.thresholds.rules import Route

WEEK = timedelta(days=7)
MONTH = timedelta(days=28)
MOST_TIMES = 5_000


@dataclass(frozen=True)
class SeverityRow:
    severity: int
    by_route: tuple[Count, ...]  # no total beside it: it would give a suppressed number away


@dataclass(frozen=True)
class Chain:
    """Whether the record of a school is whole: walked on from where the worker last found it so, and from its start each week."""

    entries: int
    is_whole: bool
    broken_at: int | None


@dataclass(frozen=True)
class Assurance:
    """One school's page."""

    school_id: int
    school: str
    reporting: Reporting
    rows: tuple[SeverityRow, ...]
    routes: tuple[str, ...]
    waiting: Count
    first_look: timedelta | None
    false_positive_percent: int | None
    late: Count
    chain: Chain
    slots: tuple[FilledSlot, ...]  # who answers for filtering and monitoring, or that nobody does


def assurance_for(viewer: User, *, now: datetime) -> list[Assurance]:
    """One page per school in which the viewer sees assurance, by name."""
    schools = School.objects.filter(id__in=schools_with(viewer, Right.SEE_ASSURANCE)).order_by("name")
    return [assurance_of(school, now=now) for school in schools]


def assurance_of(school: School, *, now: datetime) -> Assurance:
    """The same of one school. For other queries, which check the right."""
    month = Capture.objects.filter(school=school, arrived_at__gt=now - MONTH)
    judged = month.exclude(graded_at=None).aggregate(all=CountOf("id"), false=CountOf("id", filter=~Q(false_positive="")))
    return Assurance(
        school_id=school.pk,
        school=school.name,
        reporting=reporting_of([school.pk], now=now),
        rows=_by_severity(school, now),
        routes=tuple(route.label for route in Route),
        waiting=Count(Capture.objects.filter(school=school, state="new").exclude(route=Route.RECORD_ONLY).count()),
        first_look=_first_look(school, now),
        false_positive_percent=share_in_percent(judged["false"], judged["all"]),
        late=Count(clocks_late(school.pk, since=now - MONTH, now=now)),
        chain=_chain(school.pk),
        slots=slots_of(school.pk),
    )


def _by_severity(school: School, now: datetime) -> tuple[SeverityRow, ...]:
    week = Capture.objects.filter(school=school, arrived_at__gt=now - WEEK)
    counted = {(row["severity"], row["suggested_route"]): row["n"] for row in week.values("severity", "suggested_route").annotate(n=CountOf("id"))}
    rows = []
    for severity in (5, 4, 3, 2, 1):
        rows.append(SeverityRow(severity, tuple(Count(counted.get((severity, str(route)), 0)) for route in Route)))
    return tuple(rows)


def _first_look(school: School, now: datetime) -> timedelta | None:
    looked = Capture.objects.filter(school=school, arrived_at__gt=now - MONTH, acknowledged_at__isnull=False).exclude(suggested_route=Route.RECORD_ONLY)
    times = looked.order_by("-arrived_at").values_list(F("arrived_at"), F("acknowledged_at"))[:MOST_TIMES]
    return median_time([seen - arrived for arrived, seen in times if seen is not None])


def _chain(school_id: int) -> Chain:
    known = checkpoint_of(school_id)
    found = first_break(school_id, after=Mark(known.number, known.hash) if known else None)
    return Chain(count_entries(school_id), found is None, found.number if found else None)


def last_good_backup() -> BackupRun | None:
    """The newest backup that was made and read again whole. For `heedful doctor`."""
    return BackupRun.objects.filter(fault="").order_by("-at").first()
