"""Which captures are looked at a second time, by whom, and what a second look may say: pure.

The draw takes nothing but the capture's own id and a word that stands here: whoever runs it again draws the same, and nobody
can wish a capture in or out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import TextChoices
from django.utils import timezone

from heedful.captures.rules import GRADES, Level

NOTHING = 0  # in a second look's grades: nothing of concern, a false positive
SECOND_GRADES = (NOTHING, *GRADES)
DRAWN_OF_TEN = 1
LEFT_A_WEEK = 20  # of what was left alone, by handling approach and week
_WORD = "heedful, second look"


class LookKind(TextChoices):
    GRADE = "grade", "Grade it again"
    LEFT = "left", "Left alone: rightly?"


class NoLonger(Exception):
    """This second look is not open any more; the text says why."""


def _place(word: str, capture_id: UUID) -> int:
    """Where the draw puts a capture: evenly spread, the same each time."""
    return int.from_bytes(hashlib.sha256(f"{_WORD}|{word}|{capture_id}".encode()).digest()[:8], "big")


def is_drawn(capture_id: UUID) -> bool:
    """Whether this capture is one of the tenth that is graded twice."""
    return _place("grade", capture_id) % 10 < DRAWN_OF_TEN


def draw_left(captures: Iterable[tuple[int, UUID]], *, week: date, most: int = LEFT_A_WEEK) -> list[int]:
    """The numbers of the week's sample among these (number, id) of what was left alone."""
    ordered = sorted((_place(f"left {week.isoformat()}", capture_id), number) for number, capture_id in captures)
    return sorted(number for _, number in ordered[:most])


def week_of(moment: datetime) -> date:
    """The Monday of a moment's week, in the school's own time."""
    day = timezone.localdate(moment)
    return day - timedelta(days=day.weekday())


def week_bounds(week: date) -> tuple[datetime, datetime]:
    """The first moment of this week and of the next."""
    midnight = datetime.min.time()
    return tuple(timezone.make_aware(datetime.combine(week + timedelta(days=days), midnight)) for days in (0, 7))  # type: ignore[return-value]


def may_look(viewer: int, *, had_part: Iterable[int]) -> bool:
    """Whether this person can look without knowing the verdict: not where they decided, noted, or read it after it was graded."""
    return viewer not in set(had_part)


def first_grade_of(grade: int | None, *, is_false_positive: bool) -> int | None:
    """What the second grade is held against; None where nobody has graded."""
    return NOTHING if is_false_positive else grade


def is_more_serious(first: int | None, second: int) -> bool:
    """Whether the leads should hear of a second grade: serious, and the first was not."""
    return second >= Level.SERIOUS > (first or NOTHING)


def pairs_of(looks: Sequence[tuple[int | None, int | None]]) -> list[tuple[int, int]]:
    """First and second grade of every look that has both."""
    return [(first, second) for first, second in looks if first is not None and second is not None]
