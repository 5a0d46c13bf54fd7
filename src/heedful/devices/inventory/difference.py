"""What a list of devices would change, and when a person has to look first: pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from heedful.devices.inventory.values import VISIBLE, Change, Difference, Known, Wanted
from heedful.devices.rules import DeviceKind, InventorySource
from heedful.people.roll.reading.values import Problem
from heedful.people.roll.rules import BRAKE_PERCENT

# What agents say of themselves: once known, a list does not change it, or they would not be found again.
IDS = frozenset({"machine_id", "directory_device_id"})


def difference_of(
    rows: Sequence[Wanted],
    known: Iterable[Known],
    *,
    source: InventorySource,
    is_whole: bool = True,
    file: str = "",
    problems: Sequence[Problem] = (),
) -> Difference:
    """Match each row to a known device, by id first and by name last, and say what changes.

    A list speaks for its own source: devices that another one listed stay listed. What enrolled by itself becomes the row's device.
    """
    matcher = _Matcher(known, file)
    added, changed, merged = [], [], []
    for row in rows:
        winner, losers = matcher.match(row)
        if winner is None:
            if not matcher.is_refused(row):
                added.append(row)
            continue
        merged += [(loser.id, winner.id) for loser in losers]
        changed.append(Change(winner.id, matcher.values(row, winner, losers, source), not winner.is_listed, row.active_at))
    taken = matcher.taken
    of_source = [device for device in matcher.known.values() if device.is_listed and device.listed_from == source]
    unlisted = tuple(device.id for device in of_source if device.id not in taken) if is_whole else ()
    return Difference(tuple(added), tuple(changed), unlisted, tuple(merged), (*problems, *matcher.problems), len(of_source))


def is_braked(difference: Difference) -> bool:
    """Whether more than a fifth of what this source had listed would change or go: then a person looks first."""
    counts = difference.counts
    return 100 * (counts["changed"] + counts["unlisted"]) > BRAKE_PERCENT * difference.listed_before


class _Matcher:
    """Known devices by each of their names, and which rows have taken them."""

    def __init__(self, known: Iterable[Known], file: str) -> None:
        self.known = {device.id: device for device in known}
        self.file = file
        self.taken: dict[int, int] = {}  # device → line
        self.problems: list[Problem] = []
        self._refused: set[int] = set()
        self._by_directory = {d.directory_device_id: d for d in self.known.values() if d.directory_device_id}
        self._by_machine = {d.machine_id: d for d in self.known.values() if d.machine_id}
        self._by_serial = {d.serial: d for d in self.known.values() if d.serial}
        self._by_label: dict[str, list[Known]] = defaultdict(list)
        for device in self.known.values():
            if device.label:
                self._by_label[device.label.upper()].append(device)

    def match(self, row: Wanted) -> tuple[Known | None, list[Known]]:
        """The device that the row is, and others that are the same machine and have enrolled by themselves."""
        label = row.label.upper()
        found = [
            self._by_directory.get(row.directory_device_id),
            self._by_machine.get(row.machine_id),
            self._by_serial.get(row.serial),
            self._by_machine.get(label),
            self._named(row, label),
        ]
        devices = list({device.id: device for device in found if device}.values())
        if not devices:
            return None, []
        winner = next((device for device in devices if device.was_listed), devices[0])
        if winner.id in self.taken:
            line = self.taken[winner.id]
            self.problems.append(Problem(self.file, row.line, "", f"the same device as in line {line}; the first of them is kept"))
            self._refused.add(row.line)
            return None, []
        losers = [device for device in devices if device != winner and not device.was_listed and device.id not in self.taken]
        for device in (winner, *losers):
            self.taken[device.id] = row.line
        return winner, losers

    def is_refused(self, row: Wanted) -> bool:
        return row.line in self._refused

    def _named(self, row: Wanted, label: str) -> Known | None:
        """The one device of this name, unless an id says that it is another."""
        named = self._by_label.get(label, []) if label else []
        if len(named) != 1:
            return None
        pairs = (
            (named[0].directory_device_id, row.directory_device_id),
            (named[0].machine_id, row.machine_id),
            (named[0].serial, row.serial),
        )
        return named[0] if all(not known or not said or known == said for known, said in pairs) else None

    def values(self, row: Wanted, known: Known, losers: Sequence[Known], source: InventorySource) -> dict[str, object]:
        """What the row says of the device and is not so yet. Where it has no word the old one stays: a person may have set it."""
        values: dict[str, object] = {} if known.listed_from == source else {"listed_from": str(source)}
        for name in VISIBLE:
            said, kept = getattr(row, name), getattr(known, name)
            is_said = said not in {"", None} and not (name == "kind" and said == DeviceKind.OTHER)
            if is_said and said != kept and not (name in IDS and (kept or self._is_held(name, said, losers))):
                values[name] = said
        return values

    def _is_held(self, name: str, said: str, losers: Sequence[Known]) -> bool:
        """Whether another device has this id and keeps it."""
        holder = (self._by_machine if name == "machine_id" else self._by_directory).get(said)
        return holder is not None and holder not in losers
