"""How a capture reads to a person: certainty, deadlines and owners in words. Pure; templates only place what is made here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from heedful.captures.queries.queue import QueueRow
from heedful.captures.rules import SEVERITY_WORDS, Confidence, State
from heedful.thresholds.rules import ACKNOWLEDGE_WITHIN_MINUTES, Urgency

CERTAINTY_SHORT = {
    Confidence.CERTAIN: "",
    Confidence.LIKELY: "likely",
    Confidence.UNCERTAIN: "not certain who",
    Confidence.UNKNOWN: "not known who",
}
CERTAINTY_WORD = {
    Confidence.CERTAIN: "Certain",
    Confidence.LIKELY: "Likely",
    Confidence.UNCERTAIN: "Not certain",
    Confidence.UNKNOWN: "Not known",
}
CERTAINTY_ADVICE = {
    Confidence.CERTAIN: "",
    Confidence.LIKELY: "",
    Confidence.UNCERTAIN: "Somebody else may have been at the keyboard: ask before you act.",
    Confidence.UNKNOWN: "Find out who used the device then.",
}

REPORT_GUIDANCE = """\
Find the pupil in person today, somewhere quiet, and thank them for telling.
Listen more than you ask. Do not promise to keep it secret; say who will know and why.
If they may be in danger now, stay with them and call for help first.
Write down their own words afterwards, as a note here.
"""


@dataclass(frozen=True)
class Due:
    """When somebody must have acknowledged, and whether that moment has passed unanswered."""

    at: datetime
    is_late: bool
    left: timedelta


@dataclass(frozen=True)
class ShownRow:
    """One line of the queue with its words."""

    row: QueueRow
    who: str
    certainty: str
    due: Due | None
    holder: str
    level: int
    level_word: str
    level_is_grade: bool


def due_of(urgency: Urgency, arrived_at: datetime, now: datetime) -> Due | None:
    """The deadline that this urgency sets; None where it sets none."""
    within = ACKNOWLEDGE_WITHIN_MINUTES[urgency]
    if within is None:
        return None
    at = arrived_at + timedelta(minutes=within)
    return Due(at, at < now, at - now)


def show_row(row: QueueRow, now: datetime) -> ShownRow:
    """Words for one line: an acknowledged capture shows who has it instead of its deadline."""
    waits = row.state == State.NEW
    level = row.grade if row.grade is not None else row.severity
    return ShownRow(
        row=row,
        who=row.pupil or "Not known",
        certainty=CERTAINTY_SHORT[row.confidence] if row.pupil else "",
        due=due_of(row.urgency, row.arrived_at, now) if waits else None,
        holder=row.acknowledged_by,
        level=level,
        level_word=SEVERITY_WORDS[level],
        level_is_grade=row.grade is not None,
    )


def before_in_words(seconds: int) -> str:
    """How long before the text an earlier line was written."""
    return f"{seconds} s before" if seconds < 90 else f"{round(seconds / 60)} min before"


def paragraphs(text: str) -> tuple[str, ...]:
    """Guidance as it was meant: its lines are wrapped by hand, so a line that ends no sentence goes on in the next."""
    found: list[str] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if found and not found[-1].endswith((".", "!", "?", ":")):
            found[-1] = f"{found[-1]} {line}"
        else:
            found.append(line)
    return tuple(found)
