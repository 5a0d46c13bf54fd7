"""How reading is counted, and when it is too much: pure.

What counts is how much a person has taken away, so each capture counts once in the window, however often it was opened:
triage opens one several times. A capture opened, opened for a second look, its earlier lines and its picture are one read each. A row of a list shows
a name and a few words; five rows weigh one read, so twenty full pages of the queue in ten minutes are too much, and
keeping the queue open is nothing. A trained person who triages at full speed makes about a hundred reads in ten minutes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from heedful.audit.rules import Action

WINDOW = timedelta(minutes=10)
MOST_READS = 200
ROWS_TO_A_READ = 5
OPENED = (Action.CAPTURE_READ, Action.SECOND_LOOK_READ, Action.CAPTURE_CONTEXT_OPENED, Action.CAPTURE_PICTURE_REVEALED)
COUNTED = (*OPENED, Action.CAPTURES_LISTED)
PICTURE_WINDOW = timedelta(hours=1)
MOST_PICTURES = 30


class UnlockRefused(Exception):
    """This lock can't be lifted so; the text says why, for the page."""


@dataclass(frozen=True)
class Read:
    """One entry of the audit chain: what was done, in which school, with which captures."""

    action: str
    school_id: int
    subjects: tuple[str, ...]


def count_reads(entries: Iterable[Read]) -> int:
    """How many reads these are, each capture counted once in each way."""
    seen = {(entry.action, subject) for entry in entries for subject in entry.subjects if entry.action in COUNTED}
    opened = [subject for action, subject in seen if action in OPENED]
    read = {subject for action, subject in seen if action in {Action.CAPTURE_READ, Action.SECOND_LOOK_READ}}
    rows = {subject for action, subject in seen if action == Action.CAPTURES_LISTED} - read
    return len(opened) + len(rows) // ROWS_TO_A_READ


def check_unlock(*, person_id: int, viewer_id: int, reason: str) -> None:
    """Raise UnlockRefused for one's own lock, or without a reason."""
    if person_id == viewer_id:
        raise UnlockRefused("Nobody lifts their own lock. Ask another safeguarding lead or the head.")
    if not reason.strip():
        raise UnlockRefused("Say what they told you.")
