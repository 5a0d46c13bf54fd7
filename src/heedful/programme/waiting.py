"""What waits for one member of staff: a registry that rooms fill and the page "Your part" shows. Asks no right: it is one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from heedful.people.models import User


@dataclass(frozen=True)
class Waits:
    """One thing to do, in one sentence, with the page where it is done; `due` where it has a day."""

    says: str
    url: str
    due: date | None = None


Look = Callable[[User, datetime], tuple[Waits, ...]]
_LOOKS: dict[str, Look] = {}


def register_waiting(room: str, look: Look) -> None:
    """Ask this room as well; called once when Heedful starts."""
    _LOOKS[room] = look


def waiting_for(user: User, now: datetime) -> tuple[Waits, ...]:
    """Everything that waits for this person, what is due first first."""
    found = [each for look in _LOOKS.values() for each in look(user, now)]
    return tuple(sorted(found, key=lambda each: (each.due is None, each.due or now.date())))
