"""How somebody likes to read: a liking of theirs, no setting of the school's, so no entry in the audit chain."""

from __future__ import annotations

from heedful.captures.models import Reader
from heedful.people.models import User


def set_greyscale(*, viewer: User, greyscale: bool) -> None:
    """From now on this person sees pictures without colour, or with it."""
    Reader.objects.update_or_create(user=viewer, defaults={"greyscale": greyscale})
