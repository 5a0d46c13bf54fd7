"""OneRoster CSV 1.1 and 1.2, bulk and delta, file by file as the manifest says.

Read are users, their roles (1.2), accounts of user profiles (1.2), classes with their terms, enrolments and schools. Passwords,
birthdays and everything else are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from heedful.people.roll.reading.cells import Notes, addresses_of, date_of, given_once, is_email, is_name, name_fault, source_id_of
from heedful.people.roll.reading.oneroster_tables import Export, open_export
from heedful.people.roll.reading.tables import Row
from heedful.people.roll.reading.values import (
    MOST_GROUP_NAME,
    MOST_NAME,
    MOST_TUTOR_GROUP,
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

STUDENT = "student"
STAFF_ROLES = frozenset(
    {
        "teacher", "administrator", "aide", "principal", "counselor", "proctor",
        "siteadministrator", "districtadministrator", "systemadministrator",
    }
)  # fmt: skip
OTHER_ROLES = frozenset({"guardian", "parent", "relative", "contact", ""})
MOST_SCHOOLS_NAMED = 20


def read_oneroster(
    files: Mapping[str, bytes], *, today: date, school_name: str, org: str = "", known: Mapping[str, Part] | None = None
) -> Roll:
    """The roll of one school of this export. `org` is the school's sourcedId; without it the only school, or the one of this name.

    `known` has what the ids on the roll are: a delta of 1.2 need not repeat the role of somebody whose name has changed.
    Raises RollRefused where files can't be read or the school can't be told.
    """
    export = open_export(files)
    notes = Notes()
    for file in ("users.csv", "roles.csv"):
        notes.lines((Part.PUPILS, Part.STAFF), export.torn(file))
    for file in ("classes.csv", "enrollments.csv"):
        notes.lines((Part.GROUPS,), export.torn(file))
    reader = _Reader(export, _orgs(export, school_name, org), today, notes, known or {})
    reader.read_classes()
    members = reader.memberships()
    reader.read_users(members)
    return reader.roll(members)


def _orgs(export: Export, school_name: str, wanted: str) -> frozenset[str] | None:
    """The ids of the school and of what lies under it; None where the export has no schools to choose from."""
    rows = [row for row in export.rows("orgs.csv") if not export.is_gone("orgs.csv", row)]
    schools = {row.get("sourcedId"): row.get("name") for row in rows if row.get("type").lower() == "school"}
    if wanted:
        chosen = [wanted]
    elif len(schools) <= 1:
        chosen = list(schools)
    else:
        chosen = [source_id for source_id, name in schools.items() if name.casefold() == school_name.casefold()]
    if not chosen and not schools:
        return None
    if len(chosen) != 1 or (schools and chosen[0] not in schools):
        there = ", ".join(f"{source_id} ({name})" for source_id, name in sorted(schools.items())[:MOST_SCHOOLS_NAMED])
        raise RollRefused(Problem("orgs.csv", 0, "sourcedId", f"say which school is meant, by its sourcedId; there are {there}"))
    return _with_all_below(chosen[0], rows)


def _with_all_below(source_id: str, rows: Iterable[Row]) -> frozenset[str]:
    parents = {row.get("sourcedId"): row.get("parentSourcedId") for row in rows}
    inside = {source_id}
    while more := {child for child, parent in parents.items() if parent in inside} - inside:
        inside |= more
    return frozenset(inside)


@dataclass(frozen=True)
class _Member:
    """One person's place in one class."""

    user: str
    group: str
    is_pupil: bool


class _Reader:
    """Gathers what the files of one export say of one school."""

    def __init__(self, export: Export, orgs: frozenset[str] | None, today: date, notes: Notes, known: Mapping[str, Part]) -> None:
        self.known = known
        self.export, self.orgs, self.today, self.notes = export, orgs, today, notes
        self.groups: dict[str, RollGroup] = {}
        self.homerooms: dict[str, str] = {}
        self.past: set[str] = set()  # classes whose terms are over
        self.pupils: list[RollPupil] = []
        self.staff: list[RollPerson] = []
        self.gone: dict[Part, set[str]] = {Part.PUPILS: set(), Part.STAFF: set()}

    def read_classes(self) -> None:
        """Classes of the school whose terms are not over. Two of the same title are told apart by their codes."""
        ends = self._term_ends()
        titles: dict[str, str] = {}
        for row in self.export.rows("classes.csv"):
            key, title = row.get("sourcedId"), row.get("title")
            terms = ids_in(row.get("termSourcedIds"))
            is_over = bool(terms) and all(term in ends and ends[term] < self.today for term in terms)
            if self.export.is_gone("classes.csv", row) or is_over:
                self.past.add(key)
                continue
            if not self._is_ours(ids_in(row.get("schoolSourcedId"))):
                continue
            if not key or not is_name(title, MOST_GROUP_NAME):
                self.notes.say(
                    row, "title" if key else "sourcedId", name_fault(title, MOST_GROUP_NAME) if key else "got nothing; fill it in"
                )
                continue
            name = title
            if titles.setdefault(title.casefold(), key) != key:
                name = f"{title} ({row.get('classCode') or key})"[:MOST_GROUP_NAME]
                titles[name.casefold()] = key
            self.groups[key] = RollGroup(key, name, key)
            if row.get("classType").lower() == "homeroom" and len(title) <= MOST_TUTOR_GROUP:
                self.homerooms[key] = name if len(name) <= MOST_TUTOR_GROUP else title

    def _term_ends(self) -> dict[str, date]:
        found = {}
        for row in self.export.rows("academicsessions.csv"):
            end = date_of(row.get("endDate"))
            if end is None:
                self.notes.say(row, "endDate", "got no date; write it as 2026-07-17")
            else:
                found[row.get("sourcedId")] = end
        return found

    def memberships(self) -> dict[bool, set[_Member]]:
        """Who is in which class now (True), and who no longer is (False)."""
        found: dict[bool, set[_Member]] = {True: set(), False: set()}
        is_delta = self.export.is_delta("enrollments.csv")
        unknown = 0
        for row in self.export.rows("enrollments.csv"):
            group, user = row.get("classSourcedId"), row.get("userSourcedId")
            if not group or not user:
                self.notes.say(row, "classSourcedId" if user else "userSourcedId", "got nothing; fill it in")
                continue
            if group in self.past or not self._is_ours(ids_in(row.get("schoolSourcedId"))):
                continue
            if group not in self.groups and not is_delta:
                unknown += 1
                continue
            ends, begins = date_of(row.get("endDate")), date_of(row.get("beginDate"))
            is_now = not (ends and ends < self.today) and not (begins and begins > self.today)
            is_gone = self.export.is_gone("enrollments.csv", row)
            found[is_now and not is_gone].add(_Member(user, group, row.get("role").lower() == STUDENT))
        if unknown:
            rows = "1 row" if unknown == 1 else f"{unknown} rows"
            self.notes.problems.append(Problem("enrollments.csv", 0, "", f"{rows} of classes that classes.csv hasn't"))
        return found

    def read_users(self, members: Mapping[bool, set[_Member]]) -> None:
        """Pupils and staff of the school; everybody else is left out."""
        classes: dict[str, set[str]] = {}
        for member in members[True]:
            if member.is_pupil:
                classes.setdefault(member.user, set()).add(member.group)
        seen: dict[str, int] = {}
        for row in self.export.rows("users.csv"):
            source_id, fault = source_id_of(row, "sourcedId")
            part = self._part_of(row, source_id)
            if part is None:
                continue
            if self.export.is_gone("users.csv", row):
                self.gone[part].add(source_id)
                continue
            addresses = addresses_of([*row.all("email"), *row.all("username"), *self.export.profile_names.get(source_id, ())])
            if not source_id:
                fault = fault or "got nothing; fill it in"
            elif source_id in seen:
                fault = f"the same id as in line {seen[source_id]}; give each person one row"
            if fault:
                self.notes.drop(part, row, "sourcedId", fault, source_id=source_id, addresses=addresses)
                continue
            seen[source_id] = row.line
            if part == Part.PUPILS:
                self._add_pupil(row, source_id, addresses, frozenset(classes.get(source_id, ())))
            else:
                self._add_person(row, source_id, addresses)

    def _part_of(self, row: Row, source_id: str) -> Part | None:
        """Whether the row is a pupil's or a member of staff's of this school; None for parents, other schools and who can't be told."""
        if self.export.kind == Kind.ONEROSTER_1_1:
            roles = [row.get("role").lower()] if self._is_ours(ids_in(row.get("orgSourcedIds"))) else []
        elif source_id in self.export.roles:
            held = self.export.roles[source_id]
            roles = [role.name for role in held if self._is_ours((role.org,)) and not (role.ends and role.ends < self.today)]
        elif self.export.is_delta("users.csv"):
            return self.known.get(source_id)
        else:
            self._drop_unknown(row, source_id, "got no role in roles.csv; left as they are")
            return None
        for role in roles:
            if role == STUDENT:
                return Part.PUPILS
            if role in STAFF_ROLES:
                return Part.STAFF
            if role not in OTHER_ROLES:
                self._drop_unknown(row, source_id, "got a role that isn't OneRoster's; left as they are")
        return None

    def _drop_unknown(self, row: Row, source_id: str, fault: str) -> None:
        part = self.known.get(source_id, Part.PUPILS)
        self.notes.drop(part, row, "role", fault, source_id=source_id)

    def _add_pupil(self, row: Row, source_id: str, addresses: tuple[str, ...], classes: frozenset[str]) -> None:
        given, family = row.get("givenName"), row.get("familyName")
        for column, name in (("givenName", given), ("familyName", family)):
            if not is_name(name, MOST_NAME):
                fault = name_fault(name, MOST_NAME)
                return self.notes.drop(Part.PUPILS, row, column, fault, source_id=source_id, addresses=addresses)
        unreadable: set[str] = set()
        year: int | None = None
        try:
            year = year_of(row.get("grades"))
        except NotAYear:
            self.notes.say(row, "grades", f"got {shape(row.get('grades'))}; write 00 (Reception) to 13, or leave it empty")
            unreadable.add("year_group")
        forms = sorted(self.homerooms[key] for key in classes if key in self.homerooms)
        if not forms and (self.export.is_delta("enrollments.csv") or not self.homerooms):
            unreadable.add("tutor_group")
        tutor_group = forms[0] if forms else ""
        pupil = RollPupil(source_id, given, family, year, tutor_group, classes, addresses, frozenset(unreadable), (row.file, row.line))
        self.pupils.append(pupil)
        return None

    def _add_person(self, row: Row, source_id: str, addresses: tuple[str, ...]) -> None:
        name = " ".join(filter(None, (row.get("givenName"), row.get("familyName"))))
        email = next((address for address in addresses if is_email(address)), "")
        if not is_name(name, MOST_NAME + 40):
            self.notes.drop(Part.STAFF, row, "familyName", name_fault(name, MOST_NAME + 40), source_id=source_id, addresses=addresses)
        elif not email:
            fault = f"got {shape(row.get('email'))}; staff sign in with an address such as name@school.example"
            self.notes.drop(Part.STAFF, row, "email", fault, source_id=source_id, addresses=addresses)
        else:
            self.staff.append(RollPerson(source_id, name, email, addresses, (row.file, row.line)))

    def _is_ours(self, orgs: Iterable[str]) -> bool:
        named = set(orgs) - {""}
        return self.orgs is None or not named or bool(named & self.orgs)

    def roll(self, members: Mapping[bool, set[_Member]]) -> Roll:
        """Everything put together. A file that the manifest calls a delta speaks for its rows alone."""
        covers: set[Part] = set()
        if not self.export.is_delta("users.csv"):
            covers |= {Part.PUPILS, Part.STAFF, Part.PUPIL_ACCOUNTS, Part.STAFF_ACCOUNTS}
        if self.export.has("enrollments.csv") and not self.export.is_delta("enrollments.csv"):
            covers.add(Part.GROUPS)
        is_full = {Part.PUPILS, Part.GROUPS} <= covers
        joins = set() if is_full else {(member.user, member.group) for member in members[True] if member.is_pupil}
        leaves = set() if is_full else {(member.user, member.group) for member in members[False]}
        pupils, staff, _ = given_once(self.pupils, self.staff, (), self.notes)
        return Roll(
            kind=self.export.kind, covers=frozenset(covers), pupils=pupils, staff=staff, groups=self.groups,
            gone_pupils=frozenset(self.gone[Part.PUPILS]), gone_staff=frozenset(self.gone[Part.STAFF]),
            joins=frozenset(joins), leaves=frozenset(leaves), mentioned=self.notes.mentioned(), problems=tuple(self.notes.problems),
        )  # fmt: skip


def ids_in(text: str) -> tuple[str, ...]:
    """The ids of a list in one cell."""
    return tuple(part for part in re.split(r"\s*,\s*", text) if part)
