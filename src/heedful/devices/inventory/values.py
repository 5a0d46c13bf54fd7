"""What a list of devices says, and what it would change. Frozen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from heedful.devices.rules import DeviceKind, InventorySource
from heedful.people.roll.reading.values import Problem


class InventoryRefused(Exception):
    """Nothing of this file can be used; `problem` says why and the way out."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class ImportRefused(Exception):
    """An import can't be applied as it stands; the text says why and what to do."""


@dataclass(frozen=True)
class Listed:
    """One device as a list has it; ids as they are compared, empty where it has none. `group` and `account` are names as written."""

    line: int
    kind: DeviceKind
    label: str = ""
    serial: str = ""
    machine_id: str = ""
    directory_device_id: str = ""
    model: str = ""
    site: str = ""
    group: str = ""
    account: str = ""
    active_at: datetime | None = None


@dataclass(frozen=True)
class Inventory:
    """A list of devices. `passed_over` counts rows that are no devices of the school in use, by the reason.

    Where `is_whole` is false, some line could not be told at all: whatever is missing may have stood there, and nothing is taken for gone.
    """

    source: InventorySource
    rows: tuple[Listed, ...]
    problems: tuple[Problem, ...] = ()
    passed_over: Mapping[str, int] = field(default_factory=dict)
    is_whole: bool = True


@dataclass(frozen=True)
class Wanted:
    """A row with its group and account found: what is kept of an import until it is decided. No address of anybody."""

    line: int
    kind: str
    label: str
    serial: str
    machine_id: str
    directory_device_id: str
    model: str
    site: str
    group_id: int | None
    assigned_account_id: int | None
    active_at: str  # ISO, or empty

    @staticmethod
    def from_json(row: list[Any]) -> Wanted:
        return Wanted(*row)

    def as_json(self) -> list[Any]:
        return list(asdict(self).values())


# What an inventory says of a device and a person would notice; `active_in_inventory_at` changes daily and is no change.
VISIBLE = ("kind", "label", "serial", "machine_id", "directory_device_id", "model", "site", "group_id", "assigned_account_id")


@dataclass(frozen=True)
class Known:
    """A device of the school as it is kept."""

    id: int
    kind: str
    label: str
    serial: str
    machine_id: str
    directory_device_id: str
    model: str
    site: str
    group_id: int | None
    assigned_account_id: int | None
    listed_from: str
    is_listed: bool
    was_listed: bool
    is_retired: bool


@dataclass(frozen=True)
class Change:
    """One known device: the values that become new, and whether it comes into the inventory by this."""

    id: int
    values: Mapping[str, Any] = field(default_factory=dict)
    is_new_here: bool = False
    active_at: str = field(default="", compare=False)


@dataclass(frozen=True)
class Difference:
    """All that a list would change. `merged` are pairs: a device that enrolled by itself, and the one of the list that it is."""

    added: tuple[Wanted, ...] = ()
    changed: tuple[Change, ...] = ()
    unlisted: tuple[int, ...] = ()
    merged: tuple[tuple[int, int], ...] = ()
    problems: tuple[Problem, ...] = field(default=(), compare=False)
    listed_before: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """Numbers by what happens, for pages, the command and the record."""
        return {
            "added": len(self.added),
            "found": sum(change.is_new_here for change in self.changed),
            "changed": sum(bool(change.values) and not change.is_new_here for change in self.changed),
            "same": sum(not change.values and not change.is_new_here for change in self.changed),
            "unlisted": len(self.unlisted),
            "merged": len(self.merged),
            "listed_before": self.listed_before,
        }

    @property
    def is_empty(self) -> bool:
        counts = self.counts
        return not any(counts[name] for name in ("added", "found", "changed", "unlisted", "merged"))

    def fingerprint(self) -> str:
        """The same for the same changes, and for no others: SHA-256 in hex."""
        body = [
            [row.as_json() for row in self.added],
            [[change.id, sorted(change.values.items()), change.is_new_here] for change in self.changed],
            list(self.unlisted),
            [list(pair) for pair in self.merged],
        ]
        return hashlib.sha256(json.dumps(body, separators=(",", ":")).encode()).hexdigest()
