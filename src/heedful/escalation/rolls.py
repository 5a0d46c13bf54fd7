"""Telling people of rolls: one that waits or could not be read, and leavers who still have roles. Numbers and a link, no name."""

from __future__ import annotations

from datetime import datetime, timedelta

from heedful.escalation.actions import tell_people
from heedful.escalation.rules import NoticeKind
from heedful.people.queries import people_with_role
from heedful.people.roll.queries.imports import ToTell, imports_to_tell
from heedful.people.roll.rules import ImportState
from heedful.people.rules import RoleName

LOOKS_BACK = timedelta(days=3)
KEEPERS = (RoleName.DSL, RoleName.TECHNICIAN)
MANAGERS = (RoleName.DSL, RoleName.HEAD)


def tell_of_rolls(*, now: datetime) -> int:
    """Tell of each import once; returns how many notices are new. Somebody who is given the role later is told too."""
    return sum(_tell(each, now) for each in imports_to_tell(since=now - LOOKS_BACK))


def _tell(found: ToTell, now: datetime) -> int:
    if found.state == ImportState.APPLIED:
        kind, roles, number = NoticeKind.LEAVERS_WITH_ROLES, MANAGERS, found.leavers
    elif found.state == ImportState.FAILED:
        kind, roles, number = NoticeKind.ROLL_FAILED, KEEPERS, found.id
    else:
        kind, roles, number = NoticeKind.ROLL_WAITS, KEEPERS, found.changes
    people = people_with_role(found.school_id, *roles)
    if not people:
        return 0
    # Leavers stand on the import's page, and the head has no right to it: their way is the list of staff.
    link = ("staff", ()) if kind == NoticeKind.LEAVERS_WITH_ROLES else ("roll_import", (found.id,))
    told = tell_people(
        school_id=found.school_id, kind=kind, people=people, now=now, number=number, url_name=link[0], url_args=link[1],
        once_key=f"import {found.id}",
    )  # fmt: skip
    return len(told)
