"""The files of a OneRoster export, opened as its manifest says: which are there, which are deltas, which version it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from heedful.people.roll.reading.cells import date_of
from heedful.people.roll.reading.tables import Row, Table, plain_word, read_table
from heedful.people.roll.reading.values import Kind, Problem, RollRefused

# The columns that are read of each file; nothing else is kept.
COLUMNS = {
    "orgs.csv": ("sourcedId", "status", "name", "type", "parentSourcedId"),
    "users.csv": (
        "sourcedId", "status", "orgSourcedIds", "role", "username", "givenName", "familyName", "email", "grades",
    ),
    "roles.csv": ("sourcedId", "status", "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId"),
    "userprofiles.csv": ("sourcedId", "status", "userSourcedId", "username"),
    "classes.csv": ("sourcedId", "status", "title", "classCode", "classType", "schoolSourcedId", "termSourcedIds"),
    "enrollments.csv": ("sourcedId", "status", "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "beginDate", "endDate"),
    "academicsessions.csv": ("sourcedId", "status", "endDate"),
}  # fmt: skip
NEEDED = {
    "orgs.csv": ("sourcedId", "type"),
    "users.csv": ("sourcedId", "givenName", "familyName"),
    "roles.csv": ("userSourcedId", "role"),
    "userprofiles.csv": ("userSourcedId", "username"),
    "classes.csv": ("sourcedId", "title"),
    "enrollments.csv": ("classSourcedId", "userSourcedId", "role"),
    "academicsessions.csv": ("sourcedId", "endDate"),
}
# 1.2 has a name that the pupil prefers; it goes before the other.
PREFERRED = {"givenName": "preferredgivenname", "familyName": "preferredfamilyname"}
MANIFEST = {"property": ("propertyname",), "value": ("value",)}
MODES = {"bulk", "delta", "absent"}
GONE = {"tobedeleted", "inactive"}


@dataclass(frozen=True, order=True)
class HeldRole:
    """One role of a user in 1.2; primary ones come first in order."""

    is_secondary: bool
    name: str
    org: str
    ends: date | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Export:
    """The opened files, by their names in lower case. `roles` and `profile_names` are by user: 1.2 keeps them in files of their own."""

    kind: Kind
    tables: Mapping[str, Table]
    modes: Mapping[str, str]
    roles: Mapping[str, tuple[HeldRole, ...]] = field(default_factory=dict)
    profile_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def has(self, file: str) -> bool:
        return file in self.tables

    def rows(self, file: str) -> tuple[Row, ...]:
        return self.tables[file].rows if file in self.tables else ()

    def torn(self, file: str) -> tuple[Problem, ...]:
        return self.tables[file].problems if file in self.tables else ()

    def is_delta(self, file: str) -> bool:
        return self.modes.get(file) == "delta"

    def is_gone(self, file: str, row: Row) -> bool:
        """Whether the row says that its subject is to be taken away. `inactive` was 1.1's other word for it."""
        return row.get("status").lower() in GONE


def open_export(files: Mapping[str, bytes]) -> Export:
    """Open what the manifest lists; without a manifest everything that is there, in bulk. Raises RollRefused with every fault."""
    modes, version = _manifest(files)
    tables, faults = {}, []
    for file, columns in COLUMNS.items():
        mode = modes.get(file, "bulk" if not modes else "absent")
        if mode == "absent":
            continue
        if file not in files:
            if modes:
                faults.append(Problem(file, 0, "", f"the manifest says '{mode}', and it isn't there; export it again"))
            continue
        try:
            tables[file] = read_table(file, files[file], {column: _spellings(column) for column in columns})
        except RollRefused as refused:
            faults += refused.problems
            continue
        missing = [column for column in NEEDED[file] if column not in tables[file].columns]
        faults += [Problem(file, 1, column, "no such column; OneRoster's first line names the columns") for column in missing]
    if "users.csv" not in tables and "enrollments.csv" not in tables and not faults:
        faults.append(Problem("users.csv", 0, "", "it isn't there, nor enrollments.csv; there is nobody to read"))
    kind = _kind(version, tables)
    if kind == Kind.ONEROSTER_1_1 and "users.csv" in tables and "role" not in tables["users.csv"].columns:
        faults.append(Problem("users.csv", 1, "role", "no such column; 1.1 has it here, 1.2 in roles.csv, which isn't there"))
    if faults:
        raise RollRefused(*faults)
    export = Export(kind, tables, modes)
    return Export(kind, tables, modes, _roles(export), _profile_names(export))


def _manifest(files: Mapping[str, bytes]) -> tuple[dict[str, str], str]:
    """Each file's mode by its name, and the version; both empty without a manifest."""
    if "manifest.csv" not in files:
        return {}, ""
    table = read_table("manifest.csv", files["manifest.csv"], MANIFEST)
    said = {plain_word(row.get("property")): (row, row.get("value").lower()) for row in table.rows}
    modes = {}
    for name in COLUMNS:
        row, mode = said.get(plain_word(f"file.{name.removesuffix('.csv')}"), (None, "absent"))
        if row is not None and mode not in MODES:
            raise RollRefused(row.problem("value", "it is one of bulk, delta, absent"))
        modes[name] = mode
    row, version = said.get("onerosterversion", (None, ""))
    if row is not None and not version.startswith(("1.1", "1.2")):
        raise RollRefused(row.problem("value", "OneRoster 1.1 and 1.2 are read; export one of these"))
    return modes, version


def _kind(version: str, tables: Mapping[str, Table]) -> Kind:
    if version:
        return Kind.ONEROSTER_1_2 if version.startswith("1.2") else Kind.ONEROSTER_1_1
    return Kind.ONEROSTER_1_2 if "roles.csv" in tables else Kind.ONEROSTER_1_1


def _spellings(column: str) -> tuple[str, ...]:
    word = plain_word(column)
    return (PREFERRED[column], word) if column in PREFERRED else (word,)


def _roles(export: Export) -> dict[str, tuple[HeldRole, ...]]:
    """Each user's roles with the school they hold them in, the primary ones first."""
    found: dict[str, list[HeldRole]] = {}
    for row in export.rows("roles.csv"):
        held = found.setdefault(row.get("userSourcedId"), [])
        if not export.is_gone("roles.csv", row):
            is_secondary = row.get("roleType").lower() == "secondary"
            held.append(HeldRole(is_secondary, row.get("role").lower(), row.get("orgSourcedId"), date_of(row.get("endDate"))))
    return {user: tuple(sorted(roles)) for user, roles in found.items()}


def _profile_names(export: Export) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for row in export.rows("userprofiles.csv"):
        if not export.is_gone("userprofiles.csv", row):
            found.setdefault(row.get("userSourcedId"), []).append(row.get("username"))
    return {user: tuple(names) for user, names in found.items()}
