"""What was decided on a capture: what its reader may take back, and what others did meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from heedful.captures.models import Capture, Decision
from heedful.captures.queries.queue import NotFound, is_visible
from heedful.captures.rules import UNDO_FOR, UNDOABLE, DecisionKind, FirstLook
from heedful.people.models import User
from heedful.people.queries import barred_pupils, has_right
from heedful.people.rules import Right


@dataclass(frozen=True)
class Undoable:
    """One's own latest decision, while it can be taken back."""

    id: int
    words: str
    at: datetime
    batch: UUID | None


@dataclass(frozen=True)
class OthersDecision:
    by: str
    words: str
    at: datetime


def undoable(viewer: User, capture: Capture, *, now: datetime) -> Undoable | None:
    """The viewer's decision that the capture stands at now; None when somebody has decided since, or it is too old.

    The caller has checked that the viewer may decide on it.
    """
    row = Decision.objects.filter(
        capture=capture, revision=capture.revision, by=viewer, kind__in=UNDOABLE, undone_at=None, at__gte=now - UNDO_FOR
    ).first()
    return Undoable(row.pk, DecisionKind(row.kind).label, row.at, row.batch) if row else None


def number_of_decision(viewer: User, decision_id: int) -> int:
    """The capture that one's own decision is about. Raises NotFound, also where it is out of sight now."""
    decision = Decision.objects.filter(pk=decision_id, by=viewer).select_related("capture").first()
    if decision is None or not (is_visible(viewer, decision.capture_id) or dismissed_at_first_look(viewer, decision)):
        raise NotFound
    return decision.capture_id


def dismissed_at_first_look(viewer: User, decision: Decision) -> bool:
    """Whether a capture is out of this viewer's sight by their own decision at a first look alone; they may take that back."""
    capture = decision.capture
    if decision.kind != DecisionKind.DISMISSED or decision.by_id != viewer.pk or decision.before.get("first_look") != FirstLook.PASTORAL:
        return False
    may = has_right(viewer, capture.school_id, Right.READ_BEHAVIOUR) and has_right(viewer, capture.school_id, Right.DECIDE)
    return may and capture.revision == decision.revision and capture.pupil_id not in barred_pupils(viewer)


def may_take_back(viewer: User, decision_id: int) -> bool:
    """Whether to offer the viewer to take this decision of theirs back."""
    try:
        number_of_decision(viewer, decision_id)
    except NotFound:
        return False
    return True


def decided_since(viewer: User, capture: Capture, *, revision: int) -> list[OthersDecision]:
    """What others decided after the revision that the viewer's page showed, oldest first. The caller has checked the right to read."""
    rows = Decision.objects.filter(capture=capture, revision__gt=revision).exclude(by=viewer).select_related("by").order_by("revision")
    return [OthersDecision(row.by.name, DecisionKind(row.kind).label, row.at) for row in rows[:10]]
