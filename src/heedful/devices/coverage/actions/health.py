"""Keeping the count that every queue page shows."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from heedful.devices.coverage.models import HealthCount
from heedful.devices.coverage.queries.health import count_school
from heedful.people.models import School


def keep_health(*, school: School, now: datetime) -> None:
    """Count one school and keep what was found. Nobody decided anything, so nothing is audited."""
    said = asdict(count_school(school, now))
    # Looked up anew by each page: they cost nothing, and a page must not wait to hear of a failure.
    for name in ("name", "stage", "self_test_at", "self_test_passed"):
        del said[name]
    HealthCount.objects.update_or_create(school=school, defaults={"counted_at": now, "said": said})
