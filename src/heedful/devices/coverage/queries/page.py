"""The coverage page of one school: every row with its numbers and one plain verdict."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from heedful.devices.coverage.days import Calendar, Term, term_at
from heedful.devices.coverage.health import CoverageHealth, health_of, year_name
from heedful.devices.coverage.models import SelfTest
from heedful.devices.coverage.queries.facts import accounts_of, calendar_of, machines_of, pupils_of, retired_since, terms_of, unlisted_since
from heedful.devices.coverage.queries.health import count_facts
from heedful.devices.coverage.queries.people import Trouble, Troubles, troubles_of
from heedful.devices.coverage.queries.proofs import Proof, newest, proofs_in
from heedful.devices.coverage.rules import (
    Counts,
    Judged,
    Machine,
    PupilFacts,
    RollCounts,
    count_machines,
    count_pupils,
    judge_machines,
    judge_pupils,
    quiet_rows,
)
from heedful.devices.rules import COVERED_KINDS, DeviceKind
from heedful.people.models import Group, School, User
from heedful.people.queries import has_right, my_schools
from heedful.people.rules import NotFound, Right, Stage


@dataclass(frozen=True)
class DeviceLine:
    """One row of coverage by device."""

    name: str
    counts: Counts
    judged: Judged
    proof: Proof | None


@dataclass(frozen=True)
class PupilLine:
    """One row of coverage by the roll."""

    name: str
    counts: RollCounts
    judged: Judged
    proof: Proof | None


@dataclass(frozen=True)
class LastSelfTest:
    started_at: datetime
    passed: bool | None
    steps: tuple[dict[str, object], ...]


@dataclass(frozen=True)
class CoveragePage:
    """All that the page places. `whole` is the school in one row; the other rows cut it in different ways."""

    school_id: int
    school: str
    health: CoverageHealth
    term: Term
    whole: DeviceLine
    by_kind: tuple[DeviceLine, ...]
    by_site: tuple[DeviceLine, ...]
    by_group: tuple[DeviceLine, ...]
    years: tuple[PupilLine, ...]
    groups: tuple[PupilLine, ...]
    troubles: Troubles
    not_covered: tuple[str, ...]
    remarks: tuple[str, ...]
    self_test: LastSelfTest | None
    looks_after: bool


def schools_to_see(viewer: User) -> list[School]:
    """The schools of which the viewer sees the coverage, by name."""
    return [school for school in my_schools(viewer) if has_right(viewer, school.pk, Right.SEE_COVERAGE)]


def coverage_of(viewer: User, *, school_id: int, now: datetime) -> CoveragePage:
    """The coverage of one school, counted now. Raises NotFound where it is not the viewer's to see."""
    school = next((each for each in schools_to_see(viewer) if each.pk == school_id), None)
    if school is None:
        raise NotFound
    calendar = calendar_of(school)
    today = calendar.today(now)
    machines, accounts = machines_of(school.pk), accounts_of(school.pk, today=today)
    pupils = pupils_of(school, accounts, today=today)
    term = term_at(terms_of(school.pk, today), today)
    proofs = proofs_in(school.pk, term, calendar)
    cut = Cutter(machines, [proof for proof in proofs if proof.is_listed], calendar, now)
    by_kind = cut.lines(lambda machine: DeviceKind(machine.kind).label, lambda name, proof: DeviceKind(proof.kind).label == name)
    by_site = cut.lines(lambda machine: machine.site, lambda name, proof: proof.site == name, unnamed="No site in the inventory")
    last = SelfTest.objects.filter(school=school, finished_at__isnull=False).order_by("-started_at", "-id").first()
    whole = cut.whole(school.name, [*by_kind, *by_site])
    health = health_of([count_facts(school, machines, pupils, now)], now)
    return CoveragePage(
        school_id=school.pk, school=school.name, health=health, term=term,
        whole=whole,
        by_kind=by_kind, by_site=by_site,
        by_group=cut.lines(lambda machine: machine.group, lambda name, proof: proof.group == name, unnamed="In no group"),
        years=pupil_lines(by_year(pupils), proofs, calendar, now),
        groups=pupil_lines(by_group(school, pupils), proofs, calendar, now),
        troubles=troubles_of(school, accounts, pupils, today=today),
        not_covered=not_covered_lines(school, machines),
        remarks=remarks_on(school, machines, whole.counts, now),
        self_test=LastSelfTest(last.started_at, last.passed, tuple(last.steps)) if last else None,
        looks_after=has_right(viewer, school.pk, Right.LOOK_AFTER_COVERAGE),
    )  # fmt: skip


@dataclass(frozen=True)
class Cutter:
    """Cuts the devices of a school by one of their properties. `proofs` are of listed devices, the newest first."""

    machines: list[Machine]
    proofs: list[Proof]
    calendar: Calendar
    now: datetime

    def lines(
        self, name_of: Callable[[Machine], str], is_proof_of: Callable[[str, Proof], bool], *, unnamed: str = ""
    ) -> tuple[DeviceLine, ...]:
        """One row for each name that a listed device has, in the order in which people count; those without one last."""
        parts: dict[str, list[Machine]] = {}
        for machine in self.machines:
            if machine.is_listed:
                parts.setdefault(name_of(machine), []).append(machine)
        if set(parts) <= {""}:
            return ()
        names = sorted(parts, key=lambda name: (name == "", natural(name)))
        return tuple(self._line(name, unnamed, parts[name], newest(self.proofs, lambda p, n=name: is_proof_of(n, p))) for name in names)  # type: ignore[misc]

    def _line(self, name: str, unnamed: str, machines: list[Machine], proof: Proof | None) -> DeviceLine:
        counts = count_machines(machines, self.calendar, self.now)
        return DeviceLine(
            name or unnamed, counts, judge_machines(counts, is_tested=proof is not None, calendar=self.calendar, now=self.now), proof
        )

    def whole(self, name: str, parts: list[DeviceLine]) -> DeviceLine:
        """The school in one row: tested where each kind and site is on which Heedful can run."""
        counts = count_machines(self.machines, self.calendar, self.now)
        is_tested = bool(self.proofs) and all(part.proof for part in parts if part.counts.listed > part.counts.no_agent)
        judged = judge_machines(counts, is_tested=is_tested, calendar=self.calendar, now=self.now)
        return DeviceLine(name, counts, judged, self.proofs[0] if self.proofs else None)


def by_year(pupils: Iterable[PupilFacts]) -> dict[str, list[PupilFacts]]:
    rows: dict[int | None, list[PupilFacts]] = {}
    for pupil in pupils:
        rows.setdefault(pupil.year, []).append(pupil)
    return {year_name(year): rows[year] for year in sorted(rows, key=lambda year: (year is None, year or 0))}


def by_group(school: School, pupils: Iterable[PupilFacts]) -> dict[str, list[PupilFacts]]:
    """Every group of the school with its pupils, those of nobody too; a group that is a whole year stands with the years."""
    names = Group.objects.filter(school=school).values_list("name", flat=True)
    rows: dict[str, list[PupilFacts]] = {name: [] for name in sorted(names, key=natural)}
    for pupil in pupils:
        for name in pupil.groups:
            rows.setdefault(name, []).append(pupil)
    years = {year_name(year) for year in range(14)}
    return {name: members for name, members in rows.items() if name not in years}


def pupil_lines(rows: dict[str, list[PupilFacts]], proofs: list[Proof], calendar: Calendar, now: datetime) -> tuple[PupilLine, ...]:
    today = calendar.today(now)
    counted = [(name, count_pupils(members, today=today)) for name, members in rows.items()]
    quiet = set(quiet_rows(counted, calendar, now))
    tested: dict[str, Proof] = {}
    for proof in proofs:
        tested.setdefault(proof.group, proof)
    return tuple(
        PupilLine(
            name, counts,
            judge_pupils(counts, is_quiet=name in quiet, is_tested=name in tested, calendar=calendar, now=now),
            tested.get(name),
        )
        for name, counts in counted
    )  # fmt: skip


def not_covered_lines(school: School, machines: Iterable[Machine]) -> tuple[str, ...]:
    """What nothing in this school covers, said plainly."""
    listed = [machine for machine in machines if machine.is_listed and machine.kind not in COVERED_KINDS and not machine.seats]
    ipads = sum(machine.kind == DeviceKind.IPAD for machine in listed)
    others = len(listed) - ipads
    lines = ["Apps outside the browser, on every device: Word, games, chat programs, and other browsers without the extension."]
    if ipads:
        lines.append(f"{ipads} iPad{'s' if ipads != 1 else ''} in the inventory: nothing of Heedful runs there.")
    if others:
        lines.append(f"{others} device{'s' if others != 1 else ''} of other kinds: nobody knows yet whether Heedful runs there.")
    lines.append("Devices that are in no inventory, and pupils' own.")
    if school.hours:
        lines.append("Anything outside the monitored hours: " + "; ".join(hours_in_words(school.hours)) + ".")
    if school.stage == Stage.PILOT:
        lines.append("Pupils who are in no pilot group: the school pilots.")
    if school.stage == Stage.SET_UP:
        lines.append("Everybody: the school is being set up, and no device reads anything before that changes.")
    return tuple(lines)


DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def hours_in_words(windows: Iterable[dict[str, object]]) -> list[str]:
    """`Monday to Friday 08:00 to 17:00`."""
    said = []
    for window in windows:
        days = sorted(int(str(day)) for day in window["days"])  # type: ignore[attr-defined]
        is_row = len(days) > 2 and days == list(range(days[0], days[-1] + 1))
        names = f"{DAYS[days[0] - 1]} to {DAYS[days[-1] - 1]}" if is_row else ", ".join(DAYS[day - 1] for day in days)
        said.append(f"{names} {window['from']} to {window['to']}")
    return said


def remarks_on(school: School, machines: Iterable[Machine], counts: Counts, now: datetime) -> tuple[str, ...]:
    """What a number alone would hide: devices outside the list, a list that got shorter, agents too old to say whether they read."""
    today = calendar_of(school).today(now)
    stray = sum(bool(machine.seats) for machine in machines if not machine.is_listed)
    gone, retired = unlisted_since(school.pk, today=today), retired_since(school.pk, today=today)
    said = (
        (stray, "{} reports and is not in the inventory: it is in no share on this page.", "{} report and are not in the inventory: they are in no share on this page."),
        (gone, "{} left the inventory in the last 30 days without being retired.", "{} left the inventory in the last 30 days without being retired."),
        (retired, "{} was retired in the last 30 days.", "{} were retired in the last 30 days."),
        (counts.untold, "{} has an agent too old to say whether it reads; it is counted as reading.", "{} have an agent too old to say whether they read; they are counted as reading."),
    )  # fmt: skip
    return tuple((one if number == 1 else many).format(number) for number, one, many in said if number)


def natural(name: str) -> list[tuple[int, str]]:
    """A key that puts 8B before 10A."""
    return [(int(part), "") if part.isdecimal() else (-1, part.casefold()) for part in re.split(r"(\d+)", name) if part]


__all__ = ["CoveragePage", "DeviceLine", "PupilLine", "Trouble", "coverage_of", "schools_to_see"]
