"""When an import has to wait for a person, what becomes of it, and what is kept of it: pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import TextChoices

from heedful.people.roll.difference.values import Difference

# More than this share of a part changed or closed at once, and a person looks first.
BRAKE_PERCENT = 20
BRAKED_PARTS = {"pupils": ("changed", "closed"), "accounts": ("moved", "closed"), "staff": ("changed", "closed")}
# How long the sealed files of an import are held: for the person who gave them, and for who looks in the morning at what came by night.
HELD_FOR = timedelta(hours=1)
HELD_OVERNIGHT = timedelta(days=3)


class Door(TextChoices):
    """Which way an import came."""

    PAGE = "page", "By hand"
    COMMAND = "command", "By command"
    FOLDER = "folder", "By night"


class ImportState(TextChoices):
    """What has become of an import."""

    WAITING = "waiting", "Waits for a person"
    APPLIED = "applied", "Done"
    NOTHING = "nothing", "Nothing to change"
    REFUSED = "refused", "Turned down"
    EXPIRED = "expired", "Not decided in time"
    FAILED = "failed", "Could not be read"


class ImportRefused(Exception):
    """An import can't be applied as it stands; the text says why and what to do."""


def braked_parts(counts: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The parts of which more than a fifth of what is on the roll would change or close. An empty part has nothing to lose."""
    return [
        part
        for part, what in BRAKED_PARTS.items()
        if (on_roll := counts[part]["on_roll"]) and 100 * sum(counts[part][each] for each in what) > BRAKE_PERCENT * on_roll
    ]


def row_ids_of(difference: Difference) -> dict[str, dict[str, list[int]]]:
    """The ids of the known rows that change, by what happens to them. Who is added has no id yet."""
    changed: dict[str, list[int]] = {}
    for change in difference.pupils_changed:
        if not change.is_reopened:
            for name in [*sorted(change.values), *(["groups"] if change.joins or change.leaves else [])]:
                changed.setdefault(name, []).append(change.id)
    return {
        "pupils": changed
        | {"closed": list(difference.pupils_closed), "reopened": [change.id for change in difference.pupils_changed if change.is_reopened]},
        "staff": {
            "changed": [change.id for change in difference.staff_changed if change.values and not change.is_reopened],
            "closed": list(difference.staff_closed),
            "reopened": [change.id for change in difference.staff_changed if change.is_reopened],
            "leavers_with_duties": list(difference.leavers_with_duties),
            "changed_by_hand": list(difference.changed_by_hand),
        },
        "accounts": {
            "moved": [given.id for given in difference.accounts_moved if given.id is not None],
            "closed": list(difference.accounts_closed),
            "reopened": list(difference.accounts_reopened),
        },
    }


def changes_in(counts: Mapping[str, Mapping[str, Any]]) -> int:
    """How many rows of pupils, staff and accounts would change in any way."""
    kinds = ("added", "changed", "moved", "closed", "reopened")
    return sum(int(counts[part].get(kind, 0)) for part in ("pupils", "staff", "accounts") for kind in kinds)
