"""Plain CSV: pupils.csv, staff.csv, groups.csv and accounts.csv, any of them. `docs/roll.md` has the columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from heedful.people.roll.reading.cells import (
    FALSE,
    TRUE,
    Notes,
    addresses_of,
    date_of,
    given_once,
    is_email,
    is_name,
    name_fault,
    source_id_of,
)
from heedful.people.roll.reading.columns import SPELLINGS
from heedful.people.roll.reading.tables import Row, Table, read_table
from heedful.people.roll.reading.values import (
    MOST_GROUP_NAME,
    MOST_NAME,
    MOST_TUTOR_GROUP,
    AccountLine,
    Kind,
    Part,
    Problem,
    Roll,
    RollGroup,
    RollPerson,
    RollPupil,
    RollRefused,
    shape,
)
from heedful.people.roll.reading.years import NotAYear, year_of

MOST_PERSON_NAME = 120
NEEDED = {"pupils.csv": ("given_name", "family_name"), "staff.csv": ("email",), "groups.csv": ("group",), "accounts.csv": ("address",)}


def read_plain(files: Mapping[str, bytes], *, today: date) -> Roll:
    """The roll of these files. Each that is there speaks for its part in full. Raises RollRefused where one can't be read."""
    tables = _tables(files)
    notes, reader = Notes(), _Reader(today)
    covers: set[Part] = set()
    if "pupils.csv" in tables:
        table = tables["pupils.csv"]
        notes.lines((Part.PUPILS,), table.problems)
        reader.read_pupils(table, notes)
        covers.add(Part.PUPILS)
        covers |= {Part.GROUPS} if table.columns & {"groups"} else set()
        covers |= {Part.PUPIL_ACCOUNTS} if "account" in table.columns else set()
    if "staff.csv" in tables:
        notes.lines((Part.STAFF,), tables["staff.csv"].problems)
        reader.read_staff(tables["staff.csv"], notes)
        covers |= {Part.STAFF, Part.STAFF_ACCOUNTS}
    if "groups.csv" in tables:
        notes.lines((Part.GROUPS,), tables["groups.csv"].problems)
        reader.read_groups(tables["groups.csv"], notes)
        covers.add(Part.GROUPS)
    if "accounts.csv" in tables:
        parts = {Part.PUPIL_ACCOUNTS, Part.STAFF_ACCOUNTS, Part.SHARED_ACCOUNTS}
        notes.lines(parts, tables["accounts.csv"].problems)
        reader.read_accounts(tables["accounts.csv"], notes)
        covers |= parts
    return reader.roll(covers, notes, has_pupils="pupils.csv" in tables)


def _tables(files: Mapping[str, bytes]) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    faults: list[Problem] = []
    for file in SPELLINGS:
        if file not in files:
            continue
        try:
            table = read_table(file, files[file], SPELLINGS[file])
        except RollRefused as refused:
            faults += refused.problems
            continue
        missing = [column for column in NEEDED[file] if column not in table.columns]
        if file == "pupils.csv" and not table.columns & {"source_id", "account"}:
            missing.append("source_id or account")
        if file == "groups.csv" and not table.columns & {"pupil_id", "account"}:
            missing.append("pupil_id or account")
        if file == "staff.csv" and not ("name" in table.columns or {"given_name", "family_name"} <= table.columns):
            missing.append("name")
        # The headers that are there are not repeated: a file without a first line of headers has a pupil's name in their place.
        faults += [Problem(file, 1, column, "no such column; the first line names the columns, see docs/roll.md") for column in missing]
        tables[file] = table
    if faults:
        raise RollRefused(*faults)
    return tables


class _Reader:
    """Gathers the values of the four files."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.pupils: list[RollPupil] = []
        self.staff: list[RollPerson] = []
        self.groups: dict[str, RollGroup] = {}
        self.accounts: list[AccountLine] = []
        self.gone_pupils: set[str] = set()
        self.gone_staff: set[str] = set()
        self.members: list[tuple[Row, str, str]] = []  # row, pupil's id or address, group

    def read_pupils(self, table: Table, notes: Notes) -> None:
        seen: dict[str, int] = {}
        for row in table.rows:
            source_id, id_fault = source_id_of(row, "source_id")
            addresses = addresses_of(row.all("account"))
            fault = self._pupil_fault(row, id_fault, source_id, addresses, seen)
            if fault:
                notes.drop(Part.PUPILS, row, *fault, source_id=source_id, addresses=addresses)
                continue
            if source_id:
                seen[source_id] = row.line
            if self._has_left(row, notes):
                self.gone_pupils.add(source_id or addresses[0])
                continue
            self.pupils.append(self._pupil(row, source_id, addresses, notes))

    def _pupil_fault(
        self, row: Row, id_fault: str, source_id: str, addresses: tuple[str, ...], seen: Mapping[str, int]
    ) -> tuple[str, str] | None:
        if id_fault:
            return "source_id", id_fault
        for column in ("given_name", "family_name"):
            if not is_name(row.get(column), MOST_NAME):
                return column, name_fault(row.get(column), MOST_NAME)
        if not source_id and not addresses:
            return "source_id", "got neither an id nor an account; a pupil is never known by the name alone"
        if source_id in seen:
            return "source_id", f"the same id as in line {seen[source_id]}; give each pupil one row"
        return None

    def _pupil(self, row: Row, source_id: str, addresses: tuple[str, ...], notes: Notes) -> RollPupil:
        unreadable: set[str] = set()
        year: int | None = None
        if "year_group" in row.cells:
            try:
                year = year_of(row.get("year_group"))
            except NotAYear:
                notes.say(row, "year_group", f"got {shape(row.get('year_group'))}; write 0 (Reception) to 13, or leave it empty")
                unreadable.add("year_group")
        else:
            unreadable.add("year_group")
        tutor_group = row.get("tutor_group")
        if "tutor_group" not in row.cells:
            unreadable.add("tutor_group")
        elif tutor_group and not is_name(tutor_group, MOST_TUTOR_GROUP):
            notes.say(row, "tutor_group", name_fault(tutor_group, MOST_TUTOR_GROUP))
            unreadable.add("tutor_group")
            tutor_group = ""
        groups = frozenset(self._group(row, "groups", name, notes) for name in re.split(r"[;|]", row.get("groups"))) - {""}
        return RollPupil(
            source_id, row.get("given_name"), row.get("family_name"), year, tutor_group, groups, addresses, frozenset(unreadable),
            (row.file, row.line),
        )  # fmt: skip

    def _group(self, row: Row, column: str, text: str, notes: Notes) -> str:
        """The key of the group of this name, or nothing where it can be none."""
        name = text.strip()
        if not name:
            return ""
        if not is_name(name, MOST_GROUP_NAME):
            notes.say(row, column, name_fault(name, MOST_GROUP_NAME))
            return ""
        key = name.casefold()
        self.groups.setdefault(key, RollGroup(key, name))
        return key

    def _has_left(self, row: Row, notes: Notes) -> bool:
        text = row.get("left_on")
        day = date_of(text)
        if text and day is None:
            notes.say(row, "left_on", "got no date; write it as 2026-07-17")
        return day is not None and day <= self.today

    def read_staff(self, table: Table, notes: Notes) -> None:
        seen: set[str] = set()
        for row in table.rows:
            source_id, fault = source_id_of(row, "source_id")
            addresses = addresses_of([*row.all("email"), *row.all("account")])
            email = next((address for address in addresses_of(row.all("email")) if is_email(address)), "")
            name = row.get("name") or " ".join(filter(None, (row.get("given_name"), row.get("family_name"))))
            column, what = "source_id", fault
            if not what and not email:
                column, what = "email", f"got {shape(row.get('email'))}; staff sign in with an address such as name@school.example"
            elif not what and not is_name(name, MOST_PERSON_NAME):
                column, what = "name", name_fault(name, MOST_PERSON_NAME)
            elif not what and seen & {f"id {source_id}" if source_id else "", f"at {email}"}:
                column, what = "source_id", "the same person as in a line above; give each one row"
            if what:
                notes.drop(Part.STAFF, row, column, what, source_id=source_id, addresses=addresses)
                continue
            seen |= {f"id {source_id}" if source_id else f"at {email}", f"at {email}"}
            if self._has_left(row, notes):
                self.gone_staff.add(source_id or email)
            else:
                self.staff.append(RollPerson(source_id, name, email, addresses, (row.file, row.line)))

    def read_groups(self, table: Table, notes: Notes) -> None:
        for row in table.rows:
            key = self._group(row, "group", row.get("group"), notes)
            whose = row.get("pupil_id") or next(iter(addresses_of(row.all("account"))), "")
            if key and whose:
                self.members.append((row, whose, key))

    def read_accounts(self, table: Table, notes: Notes) -> None:
        for row in table.rows:
            addresses = addresses_of([row.get("address")])
            pupil, staff, shared = row.get("pupil_id"), row.get("staff_id").lower(), row.get("shared").lower()
            whose = bool(pupil) + bool(staff) + (shared in TRUE)
            if len(addresses) != 1:
                notes.say(row, "address", f"got {shape(row.get('address'))}; give one address or user name a row")
            elif shared not in TRUE | FALSE:
                notes.say(row, "shared", "got neither yes nor no")
            elif whose != 1:
                notes.say(row, "", "say whose it is, one of: pupil_id, staff_id, shared")
            else:
                self.accounts.append(AccountLine(addresses[0], pupil, staff, shared in TRUE, (row.file, row.line)))
                continue
            notes.mention(*addresses)

    def roll(self, covers: set[Part], notes: Notes, *, has_pupils: bool) -> Roll:
        """Everything put together: memberships to their pupils, and addresses that two people claim given to neither."""
        joins = self._memberships(notes) if has_pupils else {(whose, key) for _, whose, key in self.members}
        pupils, staff, accounts = given_once(self.pupils, self.staff, self.accounts, notes)
        return Roll(
            kind=Kind.PLAIN, covers=frozenset(covers), pupils=pupils, staff=staff, groups=self.groups, accounts=accounts,
            gone_pupils=frozenset(self.gone_pupils), gone_staff=frozenset(self.gone_staff), joins=frozenset(joins),
            mentioned=notes.mentioned(), problems=tuple(notes.problems),
        )  # fmt: skip

    def _memberships(self, notes: Notes) -> set[tuple[str, str]]:
        """Put groups.csv's rows onto the pupils of pupils.csv; those of pupils who are not in it are problems."""
        places = {pupil.source_id: place for place, pupil in enumerate(self.pupils) if pupil.source_id}
        for place, pupil in enumerate(self.pupils):
            places |= {address: place for address in pupil.addresses if address not in places}
        joined: dict[int, set[str]] = {}
        for row, whose, key in self.members:
            if whose in places:
                joined.setdefault(places[whose], set()).add(key)
            elif whose not in self.gone_pupils:
                notes.say(row, "pupil_id", "no pupil in pupils.csv has this id or account")
        for place, keys in joined.items():
            self.pupils[place] = replace(self.pupils[place], groups=self.pupils[place].groups | keys)
        return set()
