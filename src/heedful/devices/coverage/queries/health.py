"""The health of coverage, cheap enough for every queue page: counted once a minute in each process, not once a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from heedful.devices.coverage.days import Calendar
from heedful.devices.coverage.health import CoverageHealth, SchoolHealth, health_of, year_name
from heedful.devices.coverage.models import SelfTest
from heedful.devices.coverage.queries.facts import accounts_of, calendar_of, machines_of, pupils_of
from heedful.devices.coverage.rules import Counts, Machine, PupilFacts, RollCounts, count_machines, count_pupils
from heedful.devices.rules import COVERED_KINDS, DeviceKind
from heedful.people.models import School, User
from heedful.people.queries import my_schools

# How old a page's sentence may be. A device that fell silent is told by the hour, not by the second.
KEPT_FOR = timedelta(minutes=1)
NAMES_OF_MANY = {DeviceKind.IPAD: "iPads", DeviceKind.OTHER: "devices of other kinds"}
_kept: dict[int, tuple[datetime, SchoolHealth]] = {}


def coverage_health(viewer: User, *, now: datetime) -> CoverageHealth:
    """How the viewer's schools are covered, in numbers: for anybody with a role, since nobody is named.

    Costs two small queries where it was counted in the last minute (`KEPT_FOR`); else about 50 ms for 5,000 devices.
    """
    schools = my_schools(viewer)
    return health_of([_health_of_school(school, now) for school in schools], [calendar_of(school) for school in schools], now)


def forget_health() -> None:
    """Count anew at the next question; tests roll rows back that this process remembers."""
    _kept.clear()


def _health_of_school(school: School, now: datetime) -> SchoolHealth:
    kept = _kept.get(school.pk)
    if kept and timedelta(0) <= now - kept[0] < KEPT_FOR:
        return kept[1]
    counted = count_school(school, now)
    _kept[school.pk] = (now, counted)
    return counted


def count_school(school: School, now: datetime) -> SchoolHealth:
    """Count one school from its rows."""
    today = calendar_of(school).today(now)
    pupils = pupils_of(school, accounts_of(school.pk, today=today), today=today)
    return count_facts(school, machines_of(school.pk), pupils, now)


def count_facts(school: School, machines: list[Machine], pupils: list[PupilFacts], now: datetime) -> SchoolHealth:
    """The same from facts that are at hand."""
    calendar = calendar_of(school)
    last = SelfTest.objects.filter(school=school, finished_at__isnull=False).order_by("-started_at", "-id").first()
    kinds = {machine.kind for machine in machines if machine.is_listed and machine.kind not in COVERED_KINDS and not machine.seats}
    return SchoolHealth(
        name=school.name,
        stage=school.stage,
        counts=count_machines(machines, calendar, now),
        enrolled=count_enrolled(machines, calendar, now),
        kinds_without_agent=tuple(words for kind, words in NAMES_OF_MANY.items() if kind in kinds),
        rows=year_rows(pupils, calendar, now),
        self_test_at=last.started_at if last else None,
        self_test_passed=bool(last and last.passed),
    )


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
