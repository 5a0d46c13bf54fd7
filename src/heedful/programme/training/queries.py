"""How training stands: one's own, and the school's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from heedful.people.clearance.queries import expiry_of, readers_of_school
from heedful.people.clearance.rules import NARROWED_FOR, Standing
from heedful.people.models import User


@dataclass(frozen=True)
class MyReading:
    """How far the viewer's own clearance reaches. Nothing of it for somebody whose role reads no captures."""

    standing: Standing
    expires_on: date | None
    closes_on: date | None  # after that day nothing is open, where the clearance has run out
    days_left: int | None
    is_trained: bool

    @property
    def is_cleared(self) -> bool:
        return self.standing == Standing.CLEARED


def my_reading(viewer: User, school_id: int, *, now: datetime) -> MyReading | None:
    """The viewer's own standing in this school; None where their role reads no captures and they hold no clearance."""
    end, today = expiry_of(viewer, school_id), timezone.localdate(now)
    mine = next((reader for reader in readers_of_school(school_id, now=now) if reader.user.pk == viewer.pk), None)
    if mine is None:
        return None
    closes = end + NARROWED_FOR if end else None
    return MyReading(mine.standing, end, closes, (end - today).days if end else None, mine.is_trained)
