"""The health of coverage, cheap enough for every queue page: the worker counts, pages read what it counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from heedful.devices.coverage.days import Calendar
from heedful.devices.coverage.health import CoverageHealth, SchoolHealth, health_of, is_covered, missing_words, quiet_words, year_name
from heedful.devices.coverage.models import HealthCount, SelfTest
from heedful.devices.coverage.queries.facts import accounts_of, calendar_of, machines_of, pupils_of
from heedful.devices.coverage.rules import Counts, Machine, PupilFacts, RollCounts, count_machines, count_pupils
from heedful.devices.rules import COVERED_KINDS, DeviceKind
from heedful.people.models import School, User
from heedful.people.queries import my_schools

# The worker counts every five minutes; where it has not for this long, it is dead, and the page counts by itself.
COUNT_LASTS = timedelta(minutes=15)
# A page that had to count remembers it for so long in its process.
KEPT_FOR = timedelta(minutes=1)
NAMES_OF_MANY = {DeviceKind.IPAD: "iPads", DeviceKind.OTHER: "devices of other kinds"}
_kept: dict[int, tuple[datetime, SchoolHealth]] = {}


def coverage_health(viewer: User, *, now: datetime) -> CoverageHealth:
    """How the viewer's schools are covered, in numbers: for anybody with a role, since nobody is named.

    Two small queries and one for each school's self-test while the worker runs; without it a count of every device and pupil once a minute.
    """
    schools = my_schools(viewer)
    counted = {
        row.school_id: row for row in HealthCount.objects.filter(school__in=schools, counted_at__gt=now - COUNT_LASTS, counted_at__lte=now)
    }
    return health_of([_read(school, counted[school.pk]) if school.pk in counted else _count_once(school, now) for school in schools], now)


def forget_health() -> None:
    """Count anew at the next question; tests roll rows back that this process remembers."""
    _kept.clear()


def _read(school: School, row: HealthCount) -> SchoolHealth:
    """The worker's count, with what may have changed since and costs nothing to look up."""
    said = row.said | {"kinds_without_agent": tuple(row.said["kinds_without_agent"]), "quiet": tuple(row.said["quiet"])}
    at, passed = last_self_test(school.pk)
    return SchoolHealth(**said | {"name": school.name, "stage": school.stage, "self_test_at": at, "self_test_passed": passed})


def _count_once(school: School, now: datetime) -> SchoolHealth:
    kept = _kept.get(school.pk)
    if kept and timedelta(0) <= now - kept[0] < KEPT_FOR:
        return kept[1]
    counted = count_school(school, now)
    _kept[school.pk] = (now, counted)
    return counted


def last_self_test(school_id: int) -> tuple[datetime | None, bool]:
    """When the last run that came to an end began, and whether it passed."""
    runs = SelfTest.objects.filter(school_id=school_id, finished_at__isnull=False).order_by("-started_at", "-id")
    last = runs.values_list("started_at", "passed").first()
    return (last[0], bool(last[1])) if last else (None, False)


def count_school(school: School, now: datetime) -> SchoolHealth:
    """Count one school from its rows."""
    today = calendar_of(school).today(now)
    pupils = pupils_of(school, accounts_of(school.pk, today=today), today=today)
    return count_facts(school, machines_of(school.pk), pupils, now)


def count_facts(school: School, machines: list[Machine], pupils: list[PupilFacts], now: datetime) -> SchoolHealth:
    """The same from facts that are at hand."""
    calendar = calendar_of(school)
    listed = count_machines(machines, calendar, now)
    shown = listed if listed.listed else count_enrolled(machines, calendar, now)
    rows = year_rows(pupils, calendar, now)
    kinds = {machine.kind for machine in machines if machine.is_listed and machine.kind not in COVERED_KINDS and not machine.seats}
    at, passed = last_self_test(school.pk)
    return SchoolHealth(
        name=school.name, stage=school.stage, has_inventory=bool(listed.listed), in_use=shown.in_use, reported_today=shown.reporting_today,
        kinds_without_agent=tuple(words for kind, words in NAMES_OF_MANY.items() if kind in kinds),
        quiet=(*quiet_words(rows, calendar, now), *missing_words(listed)), is_covered=is_covered(listed, rows, calendar, now),
        self_test_at=at, self_test_passed=passed,
    )  # fmt: skip


def count_enrolled(machines: list[Machine], calendar: Calendar, now: datetime) -> Counts:
    """What has ever reported, as if it were the inventory: for schools that have none. It proves nothing of the rest."""
    return count_machines([replace(machine, is_listed=True) for machine in machines if machine.seats], calendar, now)


def year_rows(pupils: list[PupilFacts], calendar: Calendar, now: datetime) -> tuple[tuple[str, RollCounts], ...]:
    """Each year on the roll with its counts, in order; pupils of no known year last."""
    today = calendar.today(now)
    by_year: dict[int | None, list[PupilFacts]] = {}
    for pupil in pupils:
        by_year.setdefault(pupil.year, []).append(pupil)
    order = sorted(by_year, key=lambda year: (year is None, year or 0))
    return tuple((year_name(year), count_pupils(by_year[year], today=today)) for year in order)
