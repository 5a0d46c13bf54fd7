"""One line of the queue with its words. Pure; the template only places what is made here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from heedful.captures.addresses import query_of
from heedful.captures.queries.filters import QueueFilter
from heedful.captures.queries.queue import QueueRow
from heedful.captures.rules import SEVERITY_WORDS, Level, Source, State
from heedful.captures.views.presenting import CERTAINTY_SHORT, Due, due_of


@dataclass(frozen=True)
class ShownRow:
    """`count` is how many captures the row stands for; `new` how many of those folded under it nobody has acknowledged."""

    row: QueueRow
    who: str
    certainty: str
    due: Due | None
    holder: str
    level: int
    level_word: str
    level_is_grade: bool
    url: str
    count: int
    new: int
    burst_url: str
    viewers: str
    may_select: bool


def show_row(row: QueueRow, now: datetime, *, wanted: QueueFilter, may_decide: bool) -> ShownRow:
    """Words for one line: an acknowledged capture shows who has it instead of its deadline. A serious one can't be selected."""
    query = query_of(wanted)
    level = row.grade if row.grade is not None else row.severity
    return ShownRow(
        row=row,
        who=row.pupil or "Not known",
        certainty=CERTAINTY_SHORT[row.confidence] if row.pupil else "",
        due=due_of(row.urgency, row.arrived_at, now) if row.state == State.NEW else None,
        holder=row.assigned_to or row.acknowledged_by,
        level=level,
        level_word=SEVERITY_WORDS[level],
        level_is_grade=row.grade is not None,
        url=reverse("capture", args=[row.number]) + (f"?{query}" if query else ""),
        count=1 if wanted.burst is not None else row.under_it.count + 1,  # where the burst is shown, each row stands for itself
        new=row.under_it.new if row.state != State.NEW else 0,
        burst_url=reverse("queue") + f"?burst={row.number}",
        viewers=" and ".join(row.viewers),
        may_select=may_decide and row.source != Source.REPORT and max(row.severity, row.grade or 0) < Level.SERIOUS,
    )
