"""Being seen with a capture open. Not a reading: nothing is decrypted, and no audit entry is made."""

from __future__ import annotations

from datetime import datetime

from heedful.captures.models import Viewing
from heedful.captures.queries.presence import viewing_now
from heedful.captures.queries.queue import NotFound, is_visible
from heedful.captures.rules import VIEWING_LASTS
from heedful.people.models import User


def be_seen(*, number: int, viewer: User, now: datetime) -> list[str]:
    """Say that the viewer has it open now, and return who else has. Raises NotFound for what the viewer may not see."""
    if not is_visible(viewer, number):
        raise NotFound
    Viewing.objects.update_or_create(capture_id=number, user=viewer, defaults={"seen_at": now})
    Viewing.objects.filter(seen_at__lt=now - VIEWING_LASTS).delete()  # of every capture, so that the table stays small
    return viewing_now([number], viewer, now=now).get(number, [])
