"""The page of tests: group by kind of device and site, who tested it when, and what has come through since."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from heedful.devices.coverage.days import Term, term_at
from heedful.devices.coverage.health import year_name
from heedful.devices.coverage.models import PhraseProof, PhraseTest
from heedful.devices.coverage.queries.facts import calendar_of, machines_of, terms_of
from heedful.devices.coverage.queries.page import natural
from heedful.devices.coverage.queries.proofs import Proof, proofs_in
from heedful.devices.models import Device
from heedful.devices.rules import COVERED_KINDS, DeviceKind
from heedful.people.models import Group, Pupil, School, User
from heedful.people.queries import has_right, my_schools
from heedful.people.rules import NotFound, Right

MOST_LATEST = 10


@dataclass(frozen=True)
class Column:
    kind: str
    kind_label: str
    site: str


@dataclass(frozen=True)
class Cell:
    """One group on one kind of device at one site. `id` is the same on every page, for the script that fills it in."""

    id: str
    proof: Proof | None


@dataclass(frozen=True)
class Row:
    group: str
    cells: tuple[Cell, ...]

    @property
    def is_tested(self) -> bool:
        return any(cell.proof for cell in self.cells)


@dataclass(frozen=True)
class RunningTest:
    id: int
    group: str
    kind_label: str
    ends_at: datetime
    came_at: datetime | None


@dataclass(frozen=True)
class Matrix:
    """All that the page of tests places. `latest` is what came through last, proofs of no group too."""

    school_id: int
    school: str
    phrase: str
    term: Term
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    latest: tuple[Proof, ...]
    running: RunningTest | None
    cursor: int

    @property
    def tested(self) -> int:
        return sum(row.is_tested for row in self.rows)

    @property
    def groups(self) -> list[str]:
        return [row.group for row in self.rows]


@dataclass(frozen=True)
class MatrixNews:
    """What came through after a cursor: each with the id of its cell."""

    cells: tuple[Cell, ...]
    running: RunningTest | None
    cursor: int


def schools_to_test(viewer: User) -> list[School]:
    """The schools of which the viewer may test the coverage, by name."""
    return [school for school in my_schools(viewer) if has_right(viewer, school.pk, Right.LOOK_AFTER_COVERAGE)]


def school_to_test(viewer: User, school_id: int) -> School:
    """Raises NotFound where the school is not the viewer's to look after."""
    for school in schools_to_test(viewer):
        if school.pk == school_id:
            return school
    raise NotFound


def group_names(school: School) -> list[str]:
    """Whatever a test may be of: the years on the roll, the groups with pupils or devices. Nobody can test a group of nobody."""
    years = Pupil.objects.filter(school=school, left_on=None, year_group__isnull=False).values_list("year_group", flat=True).distinct()
    with_pupils = Group.objects.filter(school=school, pupils__left_on=None, pupils__isnull=False).values_list("name", flat=True)
    with_devices = Device.objects.filter(school=school, retired_at=None, group__isnull=False).values_list("group__name", flat=True)
    in_order = [year_name(year) for year in sorted({year for year in years if year is not None})]
    others = sorted({name for name in [*with_pupils, *with_devices] if name} - set(in_order), key=natural)
    return in_order + others


def matrix_for(viewer: User, *, school_id: int, now: datetime) -> Matrix:
    """The tests of this term. Raises NotFound where the school is not the viewer's to look after."""
    school = school_to_test(viewer, school_id)
    calendar = calendar_of(school)
    today = calendar.today(now)
    term = term_at(terms_of(school.pk, today), today)
    proofs = proofs_in(school.pk, term, calendar)
    found: dict[tuple[str, str, str], Proof] = {}
    for proof in proofs:
        found.setdefault((proof.group, proof.kind, proof.site), proof)
    columns = _columns(school.pk, proofs)
    rows = tuple(
        Row(name, tuple(Cell(cell_id(name, c.kind, c.site), found.get((name, c.kind, c.site))) for c in columns))
        for name in group_names(school)
    )
    cursor = max((proof.id for proof in proofs), default=0)
    return Matrix(
        school.pk,
        school.name,
        school.test_phrase,
        term,
        columns,
        rows,
        tuple(proofs[:MOST_LATEST]),
        running_test(viewer, school.pk, now),
        cursor,
    )


def news_of_tests(viewer: User, *, school_id: int, cursor: int, now: datetime) -> MatrixNews | None:
    """What came through since; None where nothing did. Raises NotFound. Asked each second by open pages: one query without news."""
    school = school_to_test(viewer, school_id)
    fresh = list(PhraseProof.objects.filter(school=school, pk__gt=cursor).select_related("tester").order_by("pk"))
    if not fresh:
        return None
    cells = tuple(
        Cell(
            cell_id(row.group, row.kind, row.site),
            Proof(row.pk, row.group, row.kind, row.site, row.is_listed, row.proved_at, row.tester.name if row.tester else ""),
        )
        for row in fresh
    )
    return MatrixNews(cells, running_test(viewer, school.pk, now), fresh[-1].pk)


def running_test(viewer: User, school_id: int, now: datetime) -> RunningTest | None:
    """The test that the viewer has started and that still runs."""
    test = PhraseTest.objects.filter(school_id=school_id, tester=viewer, ends_at__gt=now).order_by("-started_at", "-id").first()
    if test is None:
        return None
    came = test.proofs.order_by("pk").values_list("proved_at", flat=True).first()
    return RunningTest(test.pk, test.group, DeviceKind(test.kind).label, test.ends_at, came)


def cell_id(group: str, kind: str, site: str) -> str:
    return "cell-" + hashlib.sha256(f"{group}\n{kind}\n{site}".encode()).hexdigest()[:16]


def _columns(school_id: int, proofs: list[Proof]) -> tuple[Column, ...]:
    """Kinds and sites that the inventory has and Heedful runs on; without an inventory, what has enrolled or was tested."""
    machines = machines_of(school_id)
    listed = {(machine.kind, machine.site) for machine in machines if machine.is_listed and machine.kind in COVERED_KINDS}
    known = listed or {(machine.kind, machine.site) for machine in machines if machine.seats}
    known |= {(proof.kind, proof.site) for proof in proofs}
    order = list(DeviceKind)
    return tuple(
        Column(kind, DeviceKind(kind).label, site)
        for kind, site in sorted(
            known or {(str(DeviceKind.CHROMEBOOK), "")}, key=lambda pair: (natural(pair[1]), order.index(DeviceKind(pair[0])))
        )
    )
