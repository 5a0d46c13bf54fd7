"""Who has a capture open now. Asked only for captures that the asker may see; no content is read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from heedful.captures.models import Viewing
from heedful.captures.rules import VIEWING_LASTS
from heedful.people.models import User


def viewing_now(numbers: Sequence[int], viewer: User, *, now: datetime) -> dict[int, list[str]]:
    """The names of others who look at these captures, by number. The caller has checked that the viewer may see each."""
    if not numbers:
        return {}
    rows = Viewing.objects.filter(capture__in=numbers, seen_at__gt=now - VIEWING_LASTS).exclude(user=viewer).order_by("pk")
    found: dict[int, list[str]] = {}
    for number, name in rows.values_list("capture_id", "user__name"):
        found.setdefault(number, []).append(name)
    return found
