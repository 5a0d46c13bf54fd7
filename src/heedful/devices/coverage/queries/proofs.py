"""What tests of the phrase have proved: by term, group, kind of device and site."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from heedful.devices.coverage.days import Calendar, Term
from heedful.devices.coverage.models import PhraseProof
from heedful.devices.coverage.queries.facts import machines_of
from heedful.devices.rules import COVERED_KINDS
from heedful.people.models import School


@dataclass(frozen=True)
class Proof:
    """The phrase came through; `tester` is empty where nobody had said that they were testing: somebody."""

    id: int
    group: str
    kind: str
    site: str
    is_listed: bool
    proved_at: datetime
    tester: str


def proofs_in(school_id: int, term: Term, calendar: Calendar) -> list[Proof]:
    """Every proof of the term, the newest first. For other queries, which check the right."""
    # No upper bound: in a holiday `term` is the one before it, and a test in the holiday counts for what it is.
    rows = PhraseProof.objects.filter(school_id=school_id, proved_at__gte=calendar.start_of(term.starts_on))
    values = rows.order_by("-proved_at", "-id").values_list("id", "group", "kind", "site", "is_listed", "proved_at", "tester__name")
    return [Proof(pk, group, kind, site, listed, at, tester or "") for pk, group, kind, site, listed, at, tester in values]


def newest(proofs: Iterable[Proof], which: Callable[[Proof], bool]) -> Proof | None:
    """The newest of these proofs that fits; they come newest first."""
    return next((proof for proof in proofs if which(proof)), None)


@dataclass(frozen=True)
class Unproved:
    """The groups and sites from which the phrase did not come through; a site without a name is not listed."""

    groups: tuple[str, ...]
    sites: tuple[str, ...]
    nothing_to_prove: bool


def unproved_since(school: School, *, since: datetime) -> Unproved:
    """What no test has proved since then, of the groups with pupils or devices and the sites where Heedful can run. For the system."""
    from heedful.devices.coverage.queries.matrix import group_names  # it imports this module

    proved = set(PhraseProof.objects.filter(school=school, proved_at__gte=since).values_list("group", "site"))
    groups = group_names(school)
    sites = sorted({machine.site for machine in machines_of(school.pk) if machine.is_listed and machine.kind in COVERED_KINDS and machine.site})
    without = [name for name in groups if name not in {group for group, _ in proved}]
    unseen = [site for site in sites if site not in {place for _, place in proved}]
    return Unproved(tuple(without), tuple(unseen), not groups and not sites)
