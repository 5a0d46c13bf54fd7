"""Pupils of the roll and the known ones: by the source's id, else by an account, never by the name alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from heedful.people.roll.difference.groups import Groups, year_name
from heedful.people.roll.difference.values import Handle, Known, KnownPupil, Owner, PupilAdded, PupilChanged
from heedful.people.roll.reading.values import Part, Problem, Roll, RollPupil

FIELDS = ("given_name", "family_name", "year_group", "tutor_group")


class Pupils:
    """Gathers what happens to each pupil. Call `compare` once, then read the results."""

    def __init__(self, known: Known, roll: Roll, groups: Groups) -> None:
        self.known, self.roll, self.groups = known, roll, groups
        self._by_id = {pupil.id: pupil for pupil in known.pupils}
        self._by_source = {pupil.source_id: pupil for pupil in known.pupils if pupil.source_id}
        self._by_address = {a.address: a.pupil for a in known.accounts if a.pupil is not None and not a.shared}
        self._shared_by_hand = {a.address for a in known.accounts if a.shared and not a.from_roll}
        self._ids_in_file = {row.source_id for row in roll.pupils if row.source_id}
        self.added: list[PupilAdded] = []
        self.changed: list[PupilChanged] = []
        self.closed: list[int] = []
        self.problems: list[Problem] = []
        self.owners: dict[str, Owner] = {}  # by source id and by address
        self.rows: list[tuple[RollPupil, Owner]] = []
        self._taken: dict[int, tuple[str, int]] = {}
        self._left_alone: set[int] = set()
        self._joins, self._leaves = _by_pupil(roll.joins), _by_pupil(roll.leaves)

    def compare(self) -> None:
        """Match every row, then close those who have gone."""
        for row in sorted(self.roll.pupils, key=lambda row: row.source_id not in self._by_source):
            found = self._match(row)
            if isinstance(found, KnownPupil):
                self._taken[found.id] = row.at
                self._change(found, row)
                self._own(row, Owner("pupil", id=found.id))
            elif found is None:
                self.added.append(PupilAdded(row, self._wanted(row, None)))
                self._own(row, Owner("pupil", place=len(self.added) - 1))
            else:
                self.problems.append(found)
        self._close()
        self._change_members()

    def _own(self, row: RollPupil, owner: Owner) -> None:
        self.rows.append((row, owner))
        for key in filter(None, (row.source_id, *row.addresses)):
            self.owners.setdefault(key, owner)

    def _match(self, row: RollPupil) -> KnownPupil | Problem | None:
        file, line = row.at
        if not row.source_id and not set(row.addresses) - self._shared_by_hand:
            return Problem(file, line, "source_id", "got no id, and no account of the pupil's own; left out")
        known = self._by_source.get(row.source_id) if row.source_id else None
        if known is None:
            owners = {self._by_address[address] for address in row.addresses if address in self._by_address}
            candidates = [pupil for pupil in (self._by_id.get(owner) for owner in owners) if pupil and self._may_be(pupil, row)]
            if len(candidates) > 1:
                self._left_alone |= {pupil.id for pupil in candidates}
                return Problem(
                    file, line, "account", "the accounts are two pupils'; left as they are. Say whose they are on the accounts page"
                )
            known = candidates[0] if candidates else None
        if known is not None and known.id in self._taken:
            return Problem(file, line, "source_id", f"the same pupil as in line {self._taken[known.id][1]}; give each pupil one row")
        return known

    def _may_be(self, known: KnownPupil, row: RollPupil) -> bool:
        """Whether an account is enough to know them by: no two ids stand against it, or the school's ids have all become new."""
        if known.source_id in self._ids_in_file or known.id in self._taken:
            return False
        if not known.source_id or not row.source_id:
            return True
        return (known.given_name, known.family_name) == (row.given_name, row.family_name)

    def _change(self, known: KnownPupil, row: RollPupil) -> None:
        values: dict[str, Any] = {
            name: getattr(row, name) for name in FIELDS if name not in row.unreadable and getattr(row, name) != getattr(known, name)
        }
        if row.source_id and row.source_id != known.source_id:
            values["source_id"] = row.source_id
        wanted = self._wanted(row, known)
        joins, leaves = wanted - known.groups, self._unwanted(known, wanted)
        if values or joins or leaves or known.has_left or not known.from_roll:
            self.changed.append(PupilChanged(known.id, values, joins, leaves, known.has_left, not known.from_roll))

    def _wanted(self, row: RollPupil, known: KnownPupil | None) -> frozenset[Handle]:
        """The groups that a pupil of the roll belongs to: those listed, the form and the year."""
        year = known.year_group if known and "year_group" in row.unreadable else row.year_group
        form = known.tutor_group if known and "tutor_group" in row.unreadable else row.tutor_group
        keys = row.groups | self._of(self._joins, row.source_id, *row.addresses)
        listed = {handle for handle in map(self.groups.of_key, keys) if handle is not None}
        return frozenset(listed) | self.groups.named(form) | self.groups.named(year_name(year))

    def _unwanted(self, known: KnownPupil, wanted: frozenset[Handle]) -> frozenset[int]:
        """The groups that a known pupil no longer belongs to. People's own groups are never among them."""
        if Part.GROUPS in self.roll.mentioned.nameless:
            return frozenset()
        if Part.GROUPS in self.roll.covers:
            mine = frozenset(filter(self.groups.is_rolls, known.groups))
        else:
            named = self.groups.known_named(known.tutor_group) | self.groups.known_named(year_name(known.year_group))
            left = {handle for key in self._of(self._leaves, known.source_id) if isinstance(handle := self.groups.of_key(key), int)}
            mine = frozenset(filter(self.groups.is_rolls, (named | left) & known.groups))
        return frozenset(mine - wanted)

    def _close(self) -> None:
        mentioned = self.roll.mentioned
        # An address that the roll gives to somebody says nothing of whom another row with it may have meant.
        given = {address for pupil in self.roll.pupils for address in pupil.addresses}
        given |= {address for person in self.roll.staff for address in person.addresses}
        given |= {line.address for line in self.roll.accounts}
        still_named = {self._by_address[address] for address in mentioned.addresses - given if address in self._by_address}
        gone = {pupil.id for key in self.roll.gone_pupils - given if (pupil := self._known_by(key)) and pupil.id not in self._taken}
        if Part.PUPILS in self.roll.covers and Part.PUPILS not in mentioned.nameless:
            gone |= {
                pupil.id
                for pupil in self.known.pupils
                if pupil.from_roll and pupil.source_id not in mentioned.pupils and pupil.id not in still_named | self._left_alone
            }
        self.closed = sorted(id_ for id_ in gone if id_ not in self._taken and not self._by_id[id_].has_left)

    def _known_by(self, key: str) -> KnownPupil | None:
        owner = self._by_address.get(key)
        return self._by_source.get(key) or (self._by_id.get(owner) if owner is not None else None)

    def _change_members(self) -> None:
        """Memberships of pupils who have no row of their own: where groups alone came, or changes of membership."""
        if Part.PUPILS in self.roll.covers:
            return
        listed = {pupil.id for key in (*self._joins, *self._leaves) if (pupil := self._known_by(key))}
        is_full = Part.GROUPS in self.roll.covers
        addresses: dict[int, list[str]] = {}
        for address, owner in self._by_address.items():
            addresses.setdefault(owner, []).append(address)
        for known in self.known.pupils:
            if known.has_left or known.id in self._taken or known.id in self.closed or not (is_full or known.id in listed):
                continue
            keys = self._of(self._joins, known.source_id, *addresses.get(known.id, ()))
            joins = frozenset(handle for handle in map(self.groups.of_key, keys) if handle is not None)
            own = self.groups.known_named(known.tutor_group) | self.groups.known_named(year_name(known.year_group))
            leaves = self._unwanted(known, joins | own) if is_full else self._left(known, joins)
            if joins - known.groups or leaves:
                self.changed.append(PupilChanged(known.id, {}, joins - known.groups, leaves))
        unknown = sum(1 for key in self._joins if self._known_by(key) is None and key not in self.owners)
        if unknown:
            self.problems.append(Problem("groups", 0, "", f"members who are not on the roll: {unknown}"))

    def _left(self, known: KnownPupil, joins: frozenset[Handle]) -> frozenset[int]:
        left = {handle for key in self._of(self._leaves, known.source_id) if isinstance(handle := self.groups.of_key(key), int)}
        return frozenset((left & known.groups) - joins)

    @staticmethod
    def _of(pairs: dict[str, set[str]], *keys: str) -> frozenset[str]:
        return frozenset(group for key in keys if key for group in pairs.get(key, ()))


def _by_pupil(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for pupil, group in pairs:
        found.setdefault(pupil, set()).add(group)
    return found
