"""What was decided on a capture: what its reader may take back, and what others did meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from heedful.captures.models import Capture, Decision
from heedful.captures.queries.queue import NotFound, is_visible
from heedful.captures.rules import UNDO_FOR, UNDOABLE, DecisionKind
from heedful.people.models import User


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
    number = Decision.objects.filter(pk=decision_id, by=viewer).values_list("capture_id", flat=True).first()
    if number is None or not is_visible(viewer, number):
        raise NotFound
    return number


def decided_since(viewer: User, capture: Capture, *, revision: int) -> list[OthersDecision]:
    """What others decided after the revision that the viewer's page showed, oldest first. The caller has checked the right to read."""
    rows = Decision.objects.filter(capture=capture, revision__gt=revision).exclude(by=viewer).select_related("by").order_by("revision")
    return [OthersDecision(row.by.name, DecisionKind(row.kind).label, row.at) for row in rows[:10]]
