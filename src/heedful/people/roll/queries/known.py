"""The roll as it is known, for comparing with one that was read."""

from __future__ import annotations

from collections.abc import Iterable

from heedful.people.models import Account, Group, Pupil, Role, StaffRecord, User
from heedful.people.roll.difference.values import Known, KnownAccount, KnownGroup, KnownPupil, KnownStaff
from heedful.people.roll.reading.values import Part
from heedful.people.rules import RoleName

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
