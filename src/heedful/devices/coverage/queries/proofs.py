"""What tests of the phrase have proved: by term, group, kind of device and site."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from heedful.devices.coverage.days import Calendar, Term
from heedful.devices.coverage.models import PhraseProof


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
