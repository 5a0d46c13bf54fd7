"""The whole difference between a roll that was read and the one that is known, with its counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from heedful.people.roll.difference.accounts import Accounts
from heedful.people.roll.difference.groups import Groups
from heedful.people.roll.difference.pupils import Pupils
from heedful.people.roll.difference.staff import Staff
from heedful.people.roll.difference.values import Difference, Known, Owner, PupilChanged, StaffChanged
from heedful.people.roll.reading.values import Roll


def make_difference(known: Known, roll: Roll) -> Difference:
    """What would have to change for `known` to be as `roll` says. Empty when it is so already.

    The same input gives the same difference and fingerprint. Linear in the size of both. Never raises because of the values.
    """
    groups = Groups(known.groups, roll.groups)
    pupils, staff, accounts = Pupils(known, roll, groups), Staff(known, roll), Accounts(known, roll)
    pupils.compare()
    staff.compare()
    pupil_keys = {
        pupil.source_id: Owner("pupil", id=pupil.id)
        for pupil in known.pupils
        if pupil.source_id and not pupil.has_left and pupil.id not in pupils.closed
    }
    staff_keys = {
        key.lower(): Owner("staff", id=person.id)
        for person in known.staff
        for key in (person.source_id, person.email)
        if key and not person.has_left and person.id not in staff.closed
    }
    accounts.compare(pupils.rows, staff.rows, pupil_keys | pupils.owners, staff_keys | staff.owners, leavers=(pupils.closed, staff.closed))
    return Difference(
        version=known.version, groups_added=groups.added, groups_changed=groups.changed,
        pupils_added=tuple(pupils.added), pupils_changed=tuple(pupils.changed), pupils_closed=tuple(pupils.closed),
        staff_added=tuple(staff.added), staff_changed=tuple(staff.changed), staff_closed=tuple(staff.closed),
        leavers_with_duties=tuple(staff.leavers_with_duties), changed_by_hand=tuple(staff.changed_by_hand),
        accounts_added=tuple(accounts.added), accounts_moved=tuple(accounts.moved), accounts_reopened=tuple(accounts.reopened),
        accounts_adopted=tuple(accounts.adopted), accounts_closed=tuple(accounts.closed),
        problems=(*pupils.problems, *staff.problems, *accounts.problems),
        counts=_counts(known, groups, pupils, staff, accounts),
    )  # fmt: skip


def _counts(known: Known, groups: Groups, pupils: Pupils, staff: Staff, accounts: Accounts) -> dict[str, dict[str, Any]]:
    pupils_open = sum(not pupil.has_left for pupil in known.pupils)
    staff_open = sum(person.has_record and not person.has_left for person in known.staff)
    accounts_open = sum((a.pupil is not None or a.staff is not None or a.shared) and not a.is_closed for a in known.accounts)
    counts = {
        "pupils": _people(pupils_open, len(pupils.added), pupils.changed, len(pupils.closed)),
        "staff": _people(staff_open, len(staff.added), staff.changed, len(staff.closed)),
        "accounts": {
            "on_roll": accounts_open, "added": len(accounts.added), "moved": len(accounts.moved),
            "closed": len(accounts.closed), "reopened": len(accounts.reopened),
        },
        "groups": {"added": len(groups.added), "changed": len(groups.changed)},
    }  # fmt: skip
    taken = {change.id for change in pupils.changed}
    counts["pupils"]["by_hand"] = sum(not pupil.from_roll and not pupil.has_left and pupil.id not in taken for pupil in known.pupils)
    counts["accounts"]["untouched"] = (
        accounts_open - len(accounts.closed) - sum(1 for given in accounts.moved if given.id not in _closed_ids(known))
    )
    return counts


def _closed_ids(known: Known) -> frozenset[int]:
    return frozenset(account.id for account in known.accounts if account.is_closed)


def _people(on_roll: int, added: int, changed: Iterable[PupilChanged | StaffChanged], closed: int) -> dict[str, Any]:
    """Each person is in one of added, changed, closed, reopened, untouched; `fields` says what changes, of how many."""
    fields: dict[str, int] = {}
    seen = reopened = 0
    for change in changed:
        names = sorted(change.values)
        if isinstance(change, PupilChanged) and (change.joins or change.leaves):
            names.append("groups")
        for name in names:
            fields[name] = fields.get(name, 0) + 1
        reopened += change.is_reopened
        seen += bool(names) and not change.is_reopened
    return {
        "on_roll": on_roll, "added": added, "changed": seen, "closed": closed, "reopened": reopened,
        "untouched": on_roll - seen - closed, "fields": fields,
    }  # fmt: skip
