"""What the page of a move shows: the capture without its text, and who it is put down to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from heedful.audit.queries import last_fact
from heedful.audit.rules import Action
from heedful.captures.identity import identity_of, who_in_words
from heedful.captures.models import Capture
from heedful.captures.queries.pupils import FoundPupil, found_pupil, pupil_to_move_to
from heedful.captures.queries.queue import NotFound, is_visible, visible_captures
from heedful.captures.rules import UNDO_FOR, How
from heedful.escalation.queries import told_at
from heedful.escalation.rules import NoticeKind
from heedful.people.models import User
from heedful.people.queries import has_right
from heedful.people.rules import Right


@dataclass(frozen=True)
class ToMove:
    """One capture, on the way to somebody else."""

    number: int
    revision: int
    school_id: int
    who: str
    how: How
    pupil_id: int | None

    @property
    def is_known(self) -> bool:
        return self.pupil_id is not None


def moved_from(viewer: User, capture: ToMove, *, now: datetime) -> FoundPupil | None:
    """Whose it was before, for ten minutes and for who moved it alone: so that a slip is put back with one press."""
    last = last_fact(capture.school_id, Action.CAPTURE_MOVED, subject_kind="capture", subject_id=str(capture.number))
    if last is None or last.actor_id != str(viewer.pk) or now - last.at > UNDO_FOR or last.details["to"] != capture.pupil_id:
        return None
    try:
        return found_pupil(pupil_to_move_to(viewer, capture.school_id, last.details["from"]))
    except NotFound:
        return None


@dataclass(frozen=True)
class MovedNews:
    """That a capture was moved, for somebody who was told so. It names nobody."""

    number: int
    told_at: datetime
    may_open: bool


def capture_to_move(viewer: User, number: int) -> ToMove:
    """The capture, when the viewer may say whose it is. Raises NotFound."""
    rows = visible_captures(viewer).select_related("pupil", "account")
    capture: Capture | None = rows.filter(pk=number).first()
    if capture is None or not has_right(viewer, capture.school_id, Right.DECIDE):
        raise NotFound
    who = who_in_words(capture)
    return ToMove(number, capture.revision, capture.school_id, who, identity_of(capture).how, capture.pupil_id)


def moved_news(viewer: User, number: int) -> MovedNews:
    """That this capture was moved, for those who were told. Raises NotFound for everybody else."""
    at = told_at(viewer, NoticeKind.CAPTURE_MOVED, [number])
    if at is None:
        raise NotFound
    return MovedNews(number, at, is_visible(viewer, number))
