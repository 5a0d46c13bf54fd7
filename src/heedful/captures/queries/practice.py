"""What a learner decided on the captures of their practice school. No content is read."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from heedful.captures.models import Capture
from heedful.thresholds.rules import Route


@dataclass(frozen=True)
class Decided:
    """How one invented capture stands: `grade` and `false_positive` are empty while nobody decided."""

    grade: int | None
    false_positive: str
    route: Route


def decided_in(practice_school: int) -> dict[UUID, Decided]:
    """By capture id, for a practice school; a real one has none. For the exercise, not for a page."""
    rows = Capture.objects.filter(school_id=practice_school, school__practice_of__isnull=False)
    columns = rows.values_list("capture_id", "grade", "false_positive", "route")
    return {capture_id: Decided(grade, false_positive, Route(route)) for capture_id, grade, false_positive, route in columns}

