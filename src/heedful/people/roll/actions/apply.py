"""Writing a difference to the roll, in bulk. Called within the transaction of its import, which audits it once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from allauth.account.models import EmailAddress

from heedful.people.models import Account, Group, Pupil, Role, StaffRecord, User
from heedful.people.roll.difference.values import AccountGiven, Difference, Handle, Owner, StaffAdded
from heedful.people.roll.queries.known import CHUNK
from heedful.people.rules import RoleName, age_band_of_year

Membership = Pupil.groups.through


@dataclass(frozen=True)
class _Writing:
    """One difference on its way into one school's roll."""

    school_id: int
    difference: Difference
    today: date
    now: datetime


def write_difference(difference: Difference, *, school_id: int, today: date, now: datetime) -> None:
    """Make the roll as the difference asks. Leavers are closed with today's date; nothing is deleted but memberships of groups."""
    writing = _Writing(school_id, difference, today, now)
    groups = _write_groups(writing)
    pupils = _write_pupils(writing, groups)
    staff = _write_staff(writing)
    _write_accounts(writing, pupils, staff)


def _write_groups(writing: _Writing) -> dict[str, int]:
    """The ids of the groups that are new, by name."""
    changes = {change.id: change for change in writing.difference.groups_changed}
    rows = [row for row in Group.objects.in_bulk(changes).values() if row.school_id == writing.school_id]
    # Two classes may exchange their names: out of the way first.
    for row in rows:
        if row.name != changes[row.pk].name:
            Group.objects.filter(pk=row.pk).update(name=f"~{row.pk}")
    for row in rows:
        row.name, row.source_id, row.from_roll = changes[row.pk].name, changes[row.pk].source_id, True
    Group.objects.bulk_update(rows, ["name", "source_id", "from_roll"], batch_size=CHUNK)
    added = Group.objects.bulk_create(
        Group(school_id=writing.school_id, name=name, source_id=source_id, from_roll=True)
        for name, source_id in writing.difference.groups_added.items()
    )
    return {group.name: group.pk for group in added}


def _write_pupils(writing: _Writing, groups: dict[str, int]) -> list[int]:
    """The ids of the pupils who are new, in the difference's order."""
    difference = writing.difference
    added = Pupil.objects.bulk_create(
        Pupil(
            school_id=writing.school_id, source_id=new.row.source_id, given_name=new.row.given_name, family_name=new.row.family_name,
            year_group=new.row.year_group, age_band=age_band_of_year(new.row.year_group), tutor_group=new.row.tutor_group, from_roll=True,
        )
        for new in difference.pupils_added
    )  # fmt: skip
    changes = {change.id: change for change in difference.pupils_changed}
    rows = list(Pupil.objects.in_bulk(changes).values())
    names: set[str] = {"from_roll", "left_on"}
    for row in rows:
        change = changes[row.pk]
        values: dict[str, Any] = dict(change.values)
        if "year_group" in values:
            values["age_band"] = age_band_of_year(values["year_group"])
        row.from_roll = row.from_roll or change.is_adopted
        row.left_on = None if change.is_reopened else row.left_on
        for name, value in values.items():
            setattr(row, name, value)
        names |= set(values)
    if "source_id" in names:  # ids may go round among pupils: free them first
        _update(Pupil, [row.pk for row in rows if "source_id" in changes[row.pk].values], source_id="")
    Pupil.objects.bulk_update(rows, sorted(names), batch_size=CHUNK)
    _update(Pupil, difference.pupils_closed, left_on=writing.today)
    joins = [(pupil.pk, handle) for pupil, new in zip(added, difference.pupils_added, strict=True) for handle in new.groups]
    joins += [(change.id, handle) for change in difference.pupils_changed for handle in change.joins]
    _write_memberships(joins, [(change.id, group) for change in difference.pupils_changed for group in change.leaves], groups)
    return [pupil.pk for pupil in added]


def _write_memberships(joins: Iterable[tuple[int, Handle]], leaves: Iterable[tuple[int, int]], groups: dict[str, int]) -> None:
    by_group: dict[int, list[int]] = {}
    for pupil, group in leaves:
        by_group.setdefault(group, []).append(pupil)
    for group, pupils in by_group.items():
        for part in _chunks(pupils):
            Membership.objects.filter(group_id=group, pupil_id__in=part).delete()
    rows = [Membership(pupil_id=pupil, group_id=handle if isinstance(handle, int) else groups[handle]) for pupil, handle in joins]
    Membership.objects.bulk_create(rows, batch_size=2_000, ignore_conflicts=True)


def _write_staff(writing: _Writing) -> list[int]:
    """The ids of the staff who are new to this school, in the difference's order. They get the role `staff` and nothing else."""
    difference = writing.difference
    users = _new_users([new for new in difference.staff_added if new.user_id is None])
    ids = [new.user_id if new.user_id is not None else users[new.row.email].pk for new in difference.staff_added]
    for new in difference.staff_added:
        if new.user_id is not None:  # known, and with no role anywhere: an import closed them when they left another school
            User.objects.filter(pk=new.user_id, roles=None).update(name=new.row.name, is_active=True)
    StaffRecord.objects.bulk_create(
        StaffRecord(school_id=writing.school_id, user_id=user_id, source_id=new.row.source_id)
        for user_id, new in zip(ids, difference.staff_added, strict=True)
    )
    Role.objects.bulk_create(
        (Role(user_id=user_id, school_id=writing.school_id, name=RoleName.STAFF) for user_id in ids), ignore_conflicts=True
    )
    for change in difference.staff_changed:
        _change_staff(writing, change.id, dict(change.values), is_reopened=change.is_reopened)
    _update(StaffRecord, difference.staff_closed, by="user_id", school_id=writing.school_id, left_on=writing.today)
    for part in _chunks(difference.staff_closed):
        Role.objects.filter(school_id=writing.school_id, user_id__in=part, name=RoleName.STAFF).delete()
        # Whoever has no role left anywhere signs in no more, and every session of theirs is over.
        User.objects.filter(pk__in=part, roles=None).update(is_active=False, signed_out_at=writing.now)
    return ids


def _new_users(added: Sequence[StaffAdded]) -> dict[str, User]:
    users = [User(email=new.row.email, name=new.row.name) for new in added]
    for user in users:
        user.set_unusable_password()
    User.objects.bulk_create(users)
    # The school vouches for the address; they set a password by the reset link, or sign in at the school's provider.
    EmailAddress.objects.bulk_create(EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users)
    return {user.email: user for user in users}


def _change_staff(writing: _Writing, user_id: int, values: dict[str, str], *, is_reopened: bool) -> None:
    record, _ = StaffRecord.objects.get_or_create(school_id=writing.school_id, user_id=user_id)
    if "source_id" in values:
        # Ids may go round among staff: whoever still has it gives it up, and gets their own in turn.
        StaffRecord.objects.filter(school_id=writing.school_id, source_id=values["source_id"]).exclude(pk=record.pk).update(source_id="")
        StaffRecord.objects.filter(pk=record.pk).update(source_id=values.pop("source_id"))
    if values:
        User.objects.filter(pk=user_id).update(**values)
    if "email" in values:
        EmailAddress.objects.filter(user_id=user_id, primary=True).update(email=values["email"])
    if is_reopened:
        StaffRecord.objects.filter(pk=record.pk).update(left_on=None)
        Role.objects.get_or_create(user_id=user_id, school_id=writing.school_id, name=RoleName.STAFF)
        User.objects.filter(pk=user_id).update(is_active=True)


def _write_accounts(writing: _Writing, pupils: list[int], staff: list[int]) -> None:
    difference = writing.difference
    given = (*difference.accounts_added, *difference.accounts_moved)
    Account.objects.bulk_create(
        Account(school_id=writing.school_id, address=new.address, from_roll=True, **_owner(new.owner, pupils, staff))
        for new in given
        if new.id is None
    )
    known: dict[int, AccountGiven] = {new.id: new for new in given if new.id is not None}
    rows = list(Account.objects.in_bulk(known).values())
    for row in rows:
        for name, value in _owner(known[row.pk].owner, pupils, staff).items():
            setattr(row, name, value)
        row.from_roll, row.closed_on = True, None
    Account.objects.bulk_update(rows, ["pupil", "staff", "shared", "from_roll", "closed_on"], batch_size=CHUNK)
    _update(Account, difference.accounts_reopened, closed_on=None, from_roll=True)
    _update(Account, difference.accounts_adopted, from_roll=True)
    _update(Account, difference.accounts_closed, closed_on=writing.today)


def _owner(owner: Owner, pupils: list[int], staff: list[int]) -> dict[str, Any]:
    added = pupils if owner.kind == "pupil" else staff
    id_ = added[owner.place] if owner.place is not None else owner.id
    return {
        "pupil_id": id_ if owner.kind == "pupil" else None,
        "staff_id": id_ if owner.kind == "staff" else None,
        "shared": owner.kind == "shared",
    }


def _update(
    model: type[Pupil | Account | StaffRecord], ids: Sequence[int], *, by: str = "pk", school_id: int | None = None, **values: Any
) -> None:
    for part in _chunks(ids):
        rows = model.objects.filter(**{f"{by}__in": part})
        (rows.filter(school_id=school_id) if school_id is not None else rows).update(**values)


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while part := list(islice(rest, CHUNK)):
        yield part
