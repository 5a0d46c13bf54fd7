"""What waits for its second reading: for the worker, which reads for every school."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from heedful.captures.models import Capture, Decision
from heedful.captures.rules import DecisionKind, FirstLook, State


def due_for_second_reading(*, now: datetime) -> QuerySet[Capture]:
    """Captures that were judged in haste, those that wait longest first."""
    rows = Capture.objects.filter(second_reading_due_at__lte=now).order_by("second_reading_due_at", "pk")
    return rows.select_related("account__pupil", "acknowledged_by")


def is_settled(row: Capture) -> bool:
    """Whether a person has graded it, closed it, or said where it goes: then the machine's view of that moment stands."""
    if row.grade is not None or row.state in {State.GRADED, State.CLOSED} or row.first_look == FirstLook.NOISE:
        return True
    return Decision.objects.filter(capture=row, kind=DecisionKind.ROUTED, undone_at=None).exists()
