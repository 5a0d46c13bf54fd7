"""Groups of the roll and the known ones: by the source's id, else by name. Each form and each year is a group as well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from heedful.people.roll.difference.values import GroupChanged, Handle, KnownGroup
from heedful.people.roll.reading.values import MOST_GROUP_NAME, RollGroup


def year_name(year_group: int | None) -> str:
    """The name of a year's group; empty where there is no year."""
    if year_group is None:
        return ""
    return f"Year {year_group}" if year_group else "Reception"


class Groups:
    """Finds each group a handle. What is looked up first takes a known group; nothing is renamed onto another's name."""

    def __init__(self, known: Iterable[KnownGroup], wanted: Mapping[str, RollGroup]) -> None:
        self._known = {group.id: group for group in known}
        self._by_source = {group.source_id: group for group in self._known.values() if group.source_id}
        self._by_name = {group.name.casefold(): group for group in self._known.values()}
        self.added: dict[str, str] = {}
        self._added_names: dict[str, str] = {}
        self._changed: dict[int, GroupChanged] = {}
        self._taken: set[int] = set()
        self._handles: dict[str, Handle] = {}
        self._names = self._free_names(wanted)
        self._exact = {group.name for group in self._known.values()}
        # What each is called once this is done: a name that one gives up is free for another.
        self._final = {self._names.get(group.id, group.name).casefold(): group for group in self._known.values()}
        # Those that an id tells go first, so that a namesake can't take their row.
        for group in sorted(wanted.values(), key=lambda group: (group.source_id not in self._by_source, group.key)):
            self._handles[group.key] = self._settle(group)

    def _free_names(self, wanted: Mapping[str, RollGroup]) -> dict[int, str]:
        """What known groups with an id are to be called. Where another keeps that name, the old one stays."""
        found = {self._by_source[group.source_id].id: group.name for group in wanted.values() if group.source_id in self._by_source}
        kept = {group.name.casefold() for group in self._known.values() if group.id not in found}
        while True:
            uses = Counter(name.casefold() for name in found.values())
            clashes = [
                key for key, name in found.items()
                if name != self._known[key].name and (name.casefold() in kept or uses[name.casefold()] > 1)
            ]  # fmt: skip
            if not clashes:
                return found
            found |= {key: self._known[key].name for key in clashes}

    def _settle(self, wanted: RollGroup) -> Handle:
        known = self._by_source.get(wanted.source_id) if wanted.source_id else None
        known = known or self._final.get(wanted.name.casefold())
        if known is None or known.id in self._taken:
            return self._add(wanted.name if known is None else f"{wanted.name[:60]} ({wanted.key})"[:MOST_GROUP_NAME], wanted.source_id)
        self._taken.add(known.id)
        name = self._names.get(known.id) or (known.name if wanted.name in self._exact else wanted.name)
        source_id = wanted.source_id or known.source_id
        if not known.from_roll or (name, source_id) != (known.name, known.source_id):
            self._changed[known.id] = GroupChanged(known.id, name, source_id)
        return known.id

    def _add(self, name: str, source_id: str = "") -> Handle:
        existing = self._added_names.setdefault(name.casefold(), name)
        self.added.setdefault(existing, source_id)
        return existing

    def of_key(self, key: str) -> Handle | None:
        """The handle of a group of the roll, or of a known one by its source's id."""
        if key in self._handles:
            return self._handles[key]
        return self._by_source[key].id if key in self._by_source else None

    def named(self, name: str) -> frozenset[Handle]:
        """The handle of the form or year of this name, made when missing; none for no name."""
        if not name:
            return frozenset()
        known = self._final.get(name.casefold())
        if known is None:
            return frozenset({self._add(name)})
        if not known.from_roll and known.id not in self._changed:
            self._changed[known.id] = GroupChanged(known.id, self._names.get(known.id, known.name), known.source_id)
        return frozenset({known.id})

    def known_named(self, name: str) -> frozenset[int]:
        """The known group that is called so now."""
        known = self._by_name.get(name.casefold()) if name else None
        return frozenset({known.id}) if known else frozenset()

    def is_rolls(self, group: int) -> bool:
        """Whether imports keep the members of this known group."""
        return group in self._known and self._known[group].from_roll

    @property
    def changed(self) -> tuple[GroupChanged, ...]:
        return tuple(self._changed[key] for key in sorted(self._changed))
