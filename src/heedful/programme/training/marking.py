"""Marking practice captures against the school's own lines: pure.

A capture counts whole when its grade is the authors' or one they would also accept, and it lies where the school's table puts such a
grade; half when one of the two is right. Whoever puts a serious one aside, grades it away or leaves it has missed it, and nobody
passes with one missed: on that day there was a child behind it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import TextChoices

from heedful.captures.queries.practice import Decided
from heedful.programme.training.shipped import Card
from heedful.thresholds.rules import Route, Table

SERIOUS = 4


class Verdict(TextChoices):
    RIGHT = "right", "As the school agreed"
    GRADE = "grade", "Another grade"
    ROUTE = "route", "Another route"
    REASON = "reason", "Another reason"
    KEPT = "kept", "Kept, though nothing was in it"
    WRONG = "wrong", "Judged otherwise"
    MISSED = "missed", "A serious one was missed"
    LEFT = "left", "Not decided"


POINTS = {Verdict.RIGHT: 2, Verdict.GRADE: 1, Verdict.ROUTE: 1, Verdict.REASON: 1, Verdict.KEPT: 1, Verdict.WRONG: 0, Verdict.MISSED: 0, Verdict.LEFT: 0}


@dataclass(frozen=True)
class Marked:
    """How one card was judged, what the school's line says, and what came of it."""

    card: str
    verdict: Verdict
    grade: int | None
    false_positive: str
    route: str
    line_route: str
    line_urgency: str

    @property
    def points(self) -> int:
        return POINTS[self.verdict]

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"verdict": str(self.verdict)}


def mark(card: Card, decided: Decided | None, table: Table, *, age_band: str) -> Marked:
    """Mark one card; `decided` is None where the learner never had it before them."""
    line = table.decide(dict.fromkeys(card.themes, card.grade), age_band) if card.grade else None
    verdict = _verdict(card, decided, table, age_band)
    return Marked(
        card.key, verdict, decided.grade if decided else None, decided.false_positive if decided else "", str(decided.route) if decided else "",
        str(line.route) if line else "", str(line.urgency) if line else "",
    )  # fmt: skip


def _verdict(card: Card, decided: Decided | None, table: Table, age_band: str) -> Verdict:
    is_decided = decided is not None and (decided.grade is not None or bool(decided.false_positive))
    if card.grade is None:
        if decided is None or not is_decided:
            return Verdict.LEFT
        if decided.false_positive:
            return Verdict.RIGHT if decided.false_positive in card.nothing else Verdict.REASON
        return Verdict.KEPT if decided.grade in card.near else Verdict.WRONG
    is_serious = card.grade >= SERIOUS
    if decided is None or not is_decided:
        return Verdict.MISSED if is_serious else Verdict.LEFT
    if decided.grade is None or (is_serious and decided.grade <= 2):
        return Verdict.MISSED if is_serious else Verdict.WRONG
    fits = decided.grade == card.grade or decided.grade in card.near
    routes = {table.decide(dict.fromkeys(card.themes, grade), age_band).route for grade in {card.grade, *card.near}}
    lies_right = decided.route in routes or decided.route == Route.SAFEGUARDING  # what is handed up is never wrong
    if fits:
        return Verdict.RIGHT if lies_right else Verdict.ROUTE
    return Verdict.GRADE if lies_right else Verdict.WRONG


def percent(marked: list[Marked]) -> int:
    """The share of the points, rounded down."""
    return 100 * sum(each.points for each in marked) // (2 * len(marked)) if marked else 0


def has_passed(marked: list[Marked], *, pass_mark: int) -> bool:
    """At the mark or above, with no serious one missed."""
    return bool(marked) and percent(marked) >= pass_mark and not any(each.verdict == Verdict.MISSED for each in marked)
