"""What counts as learned, and until when: pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices

LEAST_PASS_MARK = 70  # nobody sets less: a reader who is wrong on three of ten is not one
DEFAULT_PASS_MARK = 80
PRACTICE = "practice"
PRACTICE_MONTHS = 12
DUE_AFTER = timedelta(days=30)  # from when somebody joined
SOON = timedelta(days=60)


class Standing(TextChoices):
    """How somebody stands with one module."""

    DONE = "done", "Done"
    ENDS_SOON = "ends_soon", "Ends soon"
    TO_DO = "to_do", "To do"
    OVERDUE = "overdue", "Overdue"
    ENDED = "ended", "Ran out"


class MarkRefused(Exception):
    """This pass mark can't be set; the text says why, for the page."""


@dataclass(frozen=True)
class Duration:
    """How long something counts: months or weeks."""

    months: int = 0
    weeks: int = 0

    def after(self, day: date) -> date:
        """The last day on which it counts."""
        if self.weeks:
            return day + timedelta(weeks=self.weeks)
        years, month = divmod(day.month - 1 + self.months, 12)
        year, month = day.year + years, month + 1
        return date(year, month, min(day.day, monthrange(year, month)[1]))

    def __str__(self) -> str:
        count, word = (self.weeks, "week") if self.weeks else (self.months, "month")
        return f"{count} {word}{'' if count == 1 else 's'}"


def standing_with(*, expires_on: date | None, joined_on: date, today: date) -> Standing:
    """How somebody stands with a module that they last passed until `expires_on`; None where they never did."""
    if expires_on is None:
        return Standing.TO_DO if today <= joined_on + DUE_AFTER else Standing.OVERDUE
    if today > expires_on:
        return Standing.ENDED
    return Standing.ENDS_SOON if expires_on - today <= SOON else Standing.DONE


def count_right(chosen: Sequence[Sequence[int]], right: Sequence[frozenset[int]]) -> int:
    """How many questions were answered right: all of the right options and none of the wrong."""
    return sum(frozenset(given) == wanted for given, wanted in zip(chosen, right, strict=True))


def has_passed(*, right: int, out_of: int, pass_mark: int) -> bool:
    return right * 100 >= pass_mark * out_of


def check_pass_mark(*, modules: int, practice: int, reason: str) -> None:
    """Raise MarkRefused below the floor, above the whole, or without a reason."""
    if not all(LEAST_PASS_MARK <= mark <= 100 for mark in (modules, practice)):
        raise MarkRefused(f"A pass mark lies between {LEAST_PASS_MARK} and 100 per cent.")
    if not reason.strip():
        raise MarkRefused("Say why the working group sets it there.")


def clearance_end(*, module_ends: Mapping[str, date | None], practice_end: date | None, today: date) -> date | None:
    """Until when somebody may open captures: while every module that opens them and the practice count. None where one does not."""
    ends = [*module_ends.values(), practice_end]
    if not module_ends or any(end is None or end < today for end in ends):
        return None
    return min(end for end in ends if end is not None)
