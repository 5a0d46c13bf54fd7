"""The health of coverage in one sentence: pure. It stands where a queue is empty, so that nothing to do is not taken for proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from heedful.devices.coverage.days import Calendar
from heedful.devices.coverage.rules import Counts, RollCounts, is_alarming, quiet_rows
from heedful.people.rules import Stage

MOST_QUIET_NAMED = 3
# A self-test a week, and a day for one that is tried again.
SELF_TEST_LASTS = timedelta(days=8)
# A run that has not come to an end by then died with its process.
SELF_TEST_DEAD_AFTER = timedelta(hours=1)
OUTSIDE_THE_BROWSER = "apps outside the browser"


@dataclass(frozen=True)
class CoverageHealth:
    """What the schools of a viewer can say of their own monitoring. No names of pupils.

    `in_use` is of the inventory; where `has_inventory` is false it is what enrolled, and proves nothing of the rest.
    `not_covered` and `quiet` are phrases ready for a sentence, the first in the plural: "iPads", "Year 9 not seen for 3 days".
    """

    in_use: int
    reported_today: int
    not_covered: tuple[str, ...]
    quiet: tuple[str, ...]
    last_self_test_at: datetime | None
    is_healthy: bool
    has_inventory: bool = True


def health_sentence(health: CoverageHealth) -> str:
    """Return what is known in one sentence, with its limits: the counts, what is not covered, what is quiet. No full stop at its end."""
    devices = "device" if health.in_use == 1 else "devices"
    if not health.has_inventory:
        parts = [f"{health.reported_today} of {health.in_use} enrolled {devices} reported today, and no inventory says how many there are"]
    elif not health.in_use:
        parts = ["no device of the inventory is in use"]
    else:
        parts = [f"{health.reported_today} of {health.in_use} {devices} in use reported today"]
    if health.not_covered:
        parts.append(f"{in_a_row(health.not_covered)} are not covered")
    parts += health.quiet
    return "; ".join(parts)


def year_name(year: int | None) -> str:
    """`Year 8`, `Reception`, `No year known`; also the name by which a year's tests are kept."""
    return "No year known" if year is None else "Reception" if year == 0 else f"Year {year}"


def in_a_row(phrases: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(phrases[:-1]), phrases[-1]] if len(phrases) > 1 else list(phrases))


@dataclass(frozen=True)
class SchoolHealth:
    """One school's part of it, as it is kept from one count to the next: numbers and phrases alone."""

    name: str
    stage: str
    has_inventory: bool
    in_use: int
    reported_today: int
    kinds_without_agent: tuple[str, ...]
    quiet: tuple[str, ...]
    is_covered: bool
    """Devices read, few are silent or dark, and no year is quiet; whether it was proved lately is another question."""
    self_test_at: datetime | None
    self_test_passed: bool
    """The last run that came to an end; one that failed takes the last good one's place."""


def health_of(schools: Sequence[SchoolHealth], now: datetime) -> CoverageHealth:
    """Return the health of these schools together. It is well only where each of them is, and where an inventory says so."""
    several = len(schools) > 1
    tested = [school.self_test_at for school in schools]
    return CoverageHealth(
        in_use=sum(school.in_use for school in schools),
        reported_today=sum(school.reported_today for school in schools),
        not_covered=not_covered_words(schools, several=several),
        quiet=tuple(f"{school.name}: {each}" if several else each for school in schools for each in school.quiet),
        last_self_test_at=min((each for each in tested if each), default=None) if all(tested) else None,
        is_healthy=bool(schools) and all(is_well(school, now) for school in schools),
        has_inventory=bool(schools) and all(school.has_inventory for school in schools),
    )


def is_well(school: SchoolHealth, now: datetime) -> bool:
    """Whether nothing of a school's coverage needs anybody: monitored, listed, reading, and proved by a self-test lately."""
    is_proved = school.self_test_passed and school.self_test_at is not None and school.self_test_at > now - SELF_TEST_LASTS
    return school.stage != Stage.SET_UP and school.has_inventory and school.is_covered and is_proved


def is_covered(counts: Counts, rows: Sequence[tuple[str, RollCounts]], calendar: Calendar, now: datetime) -> bool:
    """Whether devices read, no more of them than may be are silent or dark, and no year is quiet."""
    is_alarm = is_alarming(silent=counts.silent + counts.dark, in_use=counts.in_use, is_alarmed=False)
    return counts.reading > 0 and not is_alarm and not quiet_rows(rows, calendar, now)


def quiet_words(rows: Sequence[tuple[str, RollCounts]], calendar: Calendar, now: datetime) -> list[str]:
    """`Year 9 not seen for 3 school days`, the first few by name and the others as a number."""
    found, by_name = quiet_rows(rows, calendar, now), dict(rows)
    said = []
    for name in found[:MOST_QUIET_NAMED]:
        counts = by_name[name]
        seen, read = counts.seen_on, counts.read_on
        is_dark = seen is not None and (read is None or read < seen)
        since = read if is_dark else seen
        days = f"for {calendar.missed(calendar.start_of(since), now)} school days" if since else "so far"
        said.append(f"nothing of {name} read {days}" if is_dark else f"{name} not seen {days}")
    others = len(found) - len(said)
    return said + ([f"{others} more {'year' if others == 1 else 'years'} quiet"] if others else [])


def missing_words(counts: Counts) -> list[str]:
    """What the inventory has and nobody has seen, or seen reading: it drops out of "in use", so it is said."""
    said = []
    if counts.dark:
        said.append(f"{counts.dark} {'reports and reads' if counts.dark == 1 else 'report and read'} nothing")
    if counts.never:
        said.append(f"{counts.never} never seen")
    if counts.away:
        said.append(f"{counts.away} not seen for 30 days")
    return said


def not_covered_words(schools: Sequence[SchoolHealth], *, several: bool) -> tuple[str, ...]:
    """What no device of these schools covers, in words for a sentence."""
    words = list(dict.fromkeys(kind for school in schools for kind in school.kinds_without_agent))
    words.append(OUTSIDE_THE_BROWSER)
    for stage, what in ((Stage.PILOT, "pupils outside the pilot"), (Stage.SET_UP, "everybody before monitoring begins")):
        names = [school.name for school in schools if school.stage == stage]
        if names:
            words.append(f"{what} ({in_a_row(names)})" if several else what)
    return tuple(words)
