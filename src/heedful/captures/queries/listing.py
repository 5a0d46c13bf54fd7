"""Captures without their content, for the command line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from heedful.captures.queries.queue import all_captures_without_content


def list_captures(*, school_id: int | None = None) -> Iterator[dict[str, Any]]:
    """Every stored capture, oldest first, streamed; no text, title, address, account or name."""
    for row in all_captures_without_content(school_id):
        yield {
            "id": str(row.capture_id),
            "number": row.pk,
            "time": row.observed_at.isoformat(),
            "arrived": row.arrived_at.isoformat(),
            "severity": row.severity,
            "themes": {theme: score / 1000 for theme, (score, _) in row.themes.items()},
            "source": row.source,
            "device": str(row.profile_id) if row.profile_id else None,
            "route": row.route,
            "state": row.state,
            "grade": row.grade,
        }
