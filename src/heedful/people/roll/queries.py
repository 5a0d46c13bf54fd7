"""The roll as it is known, for comparing; and the imports, as their pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from heedful.people.models import Account, Group, Pupil, Role, RollImport, School, StaffRecord, User
from heedful.people.queries import barred_pupils, schools_with
from heedful.people.roll.difference.values import Known, KnownAccount, KnownGroup, KnownPupil, KnownStaff
from heedful.people.roll.reading.values import Part, Problem
from heedful.people.roll.rules import Door, ImportState
from heedful.people.rules import NotFound, Right, RoleName

MOST_NAMES = 60
CHUNK = 500


def known_roll(school_id: int, *, version: int, emails: Iterable[str] = ()) -> Known:
    """Everything that an import is compared with, read at once. `emails`: people of the installation who may come to this school."""
    members: dict[int, set[int]] = {}
    for pupil_id, group_id in Pupil.groups.through.objects.filter(pupil__school_id=school_id).values_list("pupil_id", "group_id"):
        members.setdefault(pupil_id, set()).add(group_id)
    columns = ("id", "source_id", "given_name", "family_name", "year_group", "tutor_group", "left_on", "from_roll")
    pupils = tuple(
        KnownPupil(pk, source_id, given, family, year, form, left_on is not None, from_roll, frozenset(members.get(pk, ())))
        for pk, source_id, given, family, year, form, left_on, from_roll in Pupil.objects.filter(school_id=school_id)
        .order_by("id")
        .values_list(*columns)
    )
    accounts = tuple(
        KnownAccount(pk, address, pupil, staff, shared, from_roll, closed_on is not None)
        for pk, address, pupil, staff, shared, from_roll, closed_on in Account.objects.filter(school_id=school_id)
        .order_by("id")
        .values_list("id", "address", "pupil_id", "staff_id", "shared", "from_roll", "closed_on")
    )
    groups = Group.objects.filter(school_id=school_id).order_by("id").values_list("id", "name", "source_id", "from_roll")
    return Known(version, pupils, _known_staff(school_id, set(emails)), accounts, tuple(KnownGroup(*row) for row in groups))


def _known_staff(school_id: int, emails: set[str]) -> tuple[KnownStaff, ...]:
    records = {record.user_id: record for record in StaffRecord.objects.filter(school_id=school_id)}
    roles: dict[int, set[tuple[int, str]]] = {}
    for user_id, school, name in Role.objects.values_list("user_id", "school_id", "name"):
        roles.setdefault(user_id, set()).add((school, name))
    here = {user_id for user_id, held in roles.items() if any(school == school_id for school, _ in held)} | set(records)
    people = []
    for user_id, email, name, is_active in User.objects.order_by("id").values_list("id", "email", "name", "is_active"):
        if user_id in here or email.lower() in emails:
            held, record = roles.get(user_id, set()), records.get(user_id)
            people.append(
                KnownStaff(
                    user_id,
                    record.source_id if record else "",
                    email.lower(),
                    name,
                    record is not None,
                    record is not None and record.left_on is not None,
                    is_active,
                    any(school == school_id for school, _ in held),
                    any(role != (school_id, str(RoleName.STAFF)) for role in held),
                )
            )
    return tuple(people)


def known_parts(known: Known) -> dict[str, Part]:
    """What each source id of the roll stands for."""
    parts = {person.source_id: Part.STAFF for person in known.staff if person.source_id}
    return parts | {pupil.source_id: Part.PUPILS for pupil in known.pupils if pupil.source_id}


def expired_imports(*, now: datetime) -> list[int]:
    """Imports whose sealed files are to go: not decided in time."""
    due = RollImport.objects.exclude(upload="").filter(expires_at__lte=now)
    return list(due.order_by("id").values_list("id", flat=True))


def imports_to_tell(*, since: datetime) -> list[RollImport]:
    """Imports that came by night and wait for a person or could not be read. For the system, which tells people without a name."""
    states = (ImportState.WAITING, ImportState.FAILED)
    return list(RollImport.objects.filter(door=Door.FOLDER, state__in=states, made_at__gte=since).order_by("id"))


@dataclass(frozen=True)
class ImportRow:
    """One import in the list."""

    id: int
    school: str
    made_at: datetime
    by: str
    door: Door
    state: ImportState
    counts: Mapping[str, Mapping[str, Any]]
    problems: int


@dataclass(frozen=True)
class Named:
    """Some of the rows that an import changes: `shown` names of `count`."""

    title: str
    count: int
    shown: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class ImportPage:
    """One import with everything that its page shows."""

    row: ImportRow
    kind: str
    decided_at: datetime | None
    decided_by: str
    difference_hash: str
    braked: tuple[str, ...]
    named: tuple[Named, ...]
    staff_to_decide: tuple[Named, ...]
    problems: tuple[Problem, ...]
    expires_at: datetime | None


def imports_for(viewer: User, *, most: int = 50) -> list[ImportRow]:
    """The latest imports of the viewer's schools, newest first."""
    rows = RollImport.objects.filter(school_id__in=schools_with(viewer, Right.CHANGE_ROLL)).select_related("school", "by")
    return [_row(each) for each in rows.order_by("-made_at", "-id")[:most]]


def import_for(viewer: User, import_id: int) -> ImportPage:
    """One import of the viewer's schools, with the names of the pupils whom it changes. Raises NotFound."""
    found = (
        RollImport.objects.filter(pk=import_id, school_id__in=schools_with(viewer, Right.CHANGE_ROLL))
        .select_related("school", "by", "decided_by")
        .first()
    )
    if found is None:
        raise NotFound
    return ImportPage(
        row=_row(found), kind=found.kind, decided_at=found.decided_at, decided_by=found.decided_by.name if found.decided_by else "",
        difference_hash=found.difference_hash, braked=tuple(found.braked), named=_named(found, viewer), staff_to_decide=_staff(found),
        problems=tuple(Problem(*problem) for problem in found.problems), expires_at=found.expires_at,
    )  # fmt: skip


def _row(each: RollImport) -> ImportRow:
    by = each.by.name if each.by else ""
    return ImportRow(each.pk, each.school.name, each.made_at, by, Door(each.door), ImportState(each.state), each.counts, each.problem_count)


_TITLES = {
    "closed": "Leave the roll", "reopened": "Come back", "given_name": "Given name changes", "family_name": "Family name changes",
    "year_group": "Year changes", "tutor_group": "Form changes", "groups": "Groups change", "source_id": "Id changes",
}  # fmt: skip


def _named(found: RollImport, viewer: User) -> tuple[Named, ...]:
    ids: dict[str, list[int]] = found.row_ids.get("pupils", {})
    shown = {key: ids[key][:MOST_NAMES] for key in _TITLES if ids.get(key)}
    wanted = {pk for pks in shown.values() for pk in pks} - set(barred_pupils(viewer))
    names = {pupil.pk: str(pupil) for pupil in Pupil.objects.filter(pk__in=wanted)}
    return tuple(Named(_TITLES[key], len(ids[key]), tuple((pk, names[pk]) for pk in pks if pk in names)) for key, pks in shown.items())


def _staff(found: RollImport) -> tuple[Named, ...]:
    titles = {
        "leavers_with_duties": "Not in the roll any more, with roles that only a person takes away",
        "changed_by_hand": "Name or address differs; a person changes it, because they have duties",
        "closed": "Staff who leave",
    }
    ids: dict[str, list[int]] = found.row_ids.get("staff", {})
    wanted = {pk for key in titles for pk in ids.get(key, [])[:MOST_NAMES]}
    names = dict(User.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return tuple(
        Named(title, len(ids[key]), tuple((pk, names[pk]) for pk in ids[key][:MOST_NAMES] if pk in names))
        for key, title in titles.items()
        if ids.get(key)
    )


def schools_to_import_for(viewer: User) -> list[School]:
    return list(School.objects.filter(id__in=schools_with(viewer, Right.CHANGE_ROLL)).order_by("name"))


def open_folder_imports(school_id: int) -> list[int]:
    """Imports that came by night and still wait: a newer one takes their place."""
    waiting = RollImport.objects.filter(Q(school_id=school_id) & Q(door=Door.FOLDER) & Q(state=ImportState.WAITING))
    return list(waiting.values_list("id", flat=True))
