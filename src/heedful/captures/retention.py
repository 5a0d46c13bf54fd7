"""How long what is kept, and why: pure. Every capture carries its date, set when it is stored and moved by each decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import TextChoices

from heedful.captures.rules import State
from heedful.thresholds.rules import Route


class Kept(TextChoices):
    """Why a capture, or a part of it, is kept, and for how many days from when."""

    PARTS = "parts", "Pictures and earlier lines"
    FALSE_POSITIVE = "false_positive", "False positives"
    NOTHING = "nothing", "Found to be nothing"
    RECORD_ONLY = "record_only", "Record only"
    UNREVIEWED = "unreviewed", "Not reviewed"
    GRADED = "graded", "Graded"


class HoldReason(TextChoices):
    """Why something is held: a choice, so that the record needs no text about a pupil."""

    CASE = "case", "An open concern or case"
    POLICE = "police", "The police or a court asked for it"
    AGENCY = "agency", "Another agency asked for it"
    REQUEST = "request", "Somebody asked to see or correct their data"
    COMPLAINT = "complaint", "A complaint or an inquiry"


@dataclass(frozen=True)
class Bounds:
    """Days: what holds until the school decides, and between what it may choose."""

    default: int
    least: int
    most: int
    counted_from: str


BOUNDS: Mapping[Kept, Bounds] = {
    Kept.PARTS: Bounds(30, 7, 90, "the day it arrived"),
    Kept.FALSE_POSITIVE: Bounds(30, 7, 90, "the day it was marked"),
    Kept.NOTHING: Bounds(7, 1, 7, "the day it arrived, or of the last decision on it"),
    Kept.RECORD_ONLY: Bounds(30, 7, 90, "the day it arrived, or of the last decision on it"),
    Kept.UNREVIEWED: Bounds(90, 30, 180, "the day it arrived"),
    Kept.GRADED: Bounds(365, 90, 2557, "the day it was closed"),
}
# A period that gets shorter counts only from this many days later: a slip can be put right before anything is gone.
SHORTER_AFTER_DAYS = 7
# The safeguarding lead is told so many days before something goes that nobody has reviewed.
TOLD_DAYS_BEFORE = (14, 3)
LONGEST_HOLD_DAYS = 366
# The columns of a capture whose end was moved: whoever was told of the old one is told of the new one before it is deleted.
UNTOLD: dict[str, Any] = {"told_of_end": 0, "told_of_end_on": None}


class RetentionRefused(Exception):
    """A period or a hold that can't be; the text says what can."""


@dataclass(frozen=True)
class Keeping:
    """The dates of one capture. `until` is the last day on which it is kept; the night after deletes it."""

    why: Kept
    since: date
    until: date

    def columns(self) -> dict[str, Any]:
        return {"kept_why": str(self.why), "kept_from": self.since, "keep_until": self.until}


def days_of(chosen: Mapping[str, int]) -> dict[Kept, int]:
    """The days in force: what the school chose, else the default."""
    return {kept: chosen.get(str(kept), bounds.default) for kept, bounds in BOUNDS.items()}


def keep_until(
    *, state: str, route: str, severity: int, grade: int | None, is_false_positive: bool, arrived_on: date, decided_on: date | None,
    days: Mapping[Kept, int],
) -> Keeping:  # fmt: skip
    """Why a capture is kept and until when. `decided_on` is the day of the last verdict or closing; None where there is none.

    What somebody has graded and nobody has closed is open: it has a date, and is not deleted at it (`is_finished`).
    """
    since = decided_on or arrived_on
    if is_false_positive:
        why = Kept.FALSE_POSITIVE
    elif route == Route.RECORD_ONLY and grade is None and severity == 0:
        why = Kept.NOTHING
    elif route == Route.RECORD_ONLY and (grade or 0) < 3:
        why = Kept.RECORD_ONLY
    elif state in {State.NEW, State.ACKNOWLEDGED}:
        why, since = Kept.UNREVIEWED, arrived_on
    else:
        why = Kept.GRADED
    return Keeping(why, since, since + timedelta(days=days[why]))


def check_days(kept: Kept, days: int) -> None:
    """Raise RetentionRefused where a school may not choose so many days."""
    bounds = BOUNDS[kept]
    if not bounds.least <= days <= bounds.most:
        raise RetentionRefused(f"{kept.label}: from {bounds.least} to {bounds.most} days.")


def counts_from(*, before: int, after: int, today: date) -> date:
    """From which day a changed period counts."""
    return today + timedelta(days=SHORTER_AFTER_DAYS) if after < before else today


def check_review(review_on: date, *, today: date) -> None:
    """Raise RetentionRefused where a hold has no sensible day on which somebody looks at it again."""
    if not today < review_on <= today + timedelta(days=LONGEST_HOLD_DAYS):
        raise RetentionRefused("Say when somebody looks at this again: a day within the next year.")
