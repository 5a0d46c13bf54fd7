"""How somebody reads: what they like, and how much of the worst they have read."""

from __future__ import annotations

from heedful.captures.models import Reader
from heedful.people.models import User


def likes_greyscale(viewer: User) -> bool:
    """Whether this person wants pictures without colour."""
    return Reader.objects.filter(user=viewer, greyscale=True).exists()
