"""Imports, as their pages show them and as the system looks after them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from heedful.people.models import Pupil, RollImport, School, User
from heedful.people.queries import barred_pupils, schools_with
from heedful.people.roll.reading.values import Problem
from heedful.people.roll.rules import Door, ImportState, changes_in
from heedful.people.rules import NotFound, Right

MOST_NAMES = 60


def expired_imports(*, now: datetime) -> list[int]:
    """Imports whose sealed files are to go: not decided in time."""
    due = RollImport.objects.exclude(upload="").filter(expires_at__lte=now)
    return list(due.order_by("id").values_list("id", flat=True))


@dataclass(frozen=True)
class ToTell:
    """An import of which people are told, by numbers alone. `leavers`: staff who have left and still have duties."""

    id: int
    school_id: int
    state: ImportState
    changes: int
    leavers: int


def imports_to_tell(*, since: datetime) -> list[ToTell]:
    """Imports that came by night and wait or could not be read, and done ones that left roles to a person. For the system."""
    at_night = Q(door=Door.FOLDER, state__in=(ImportState.WAITING, ImportState.FAILED))
    rows = RollImport.objects.filter(at_night | Q(state=ImportState.APPLIED), made_at__gte=since).order_by("id")
    found = [
        ToTell(
            each.pk, each.school_id, ImportState(each.state), changes_in(each.counts) if each.counts else 0,
            len(each.row_ids.get("staff", {}).get("leavers_with_duties", ())),
        )
        for each in rows
    ]  # fmt: skip
    return [each for each in found if each.state != ImportState.APPLIED or each.leavers]


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
    school_id: int
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
        row=_row(found), school_id=found.school_id, kind=found.kind, decided_at=found.decided_at, decided_by=found.decided_by.name if found.decided_by else "",
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
