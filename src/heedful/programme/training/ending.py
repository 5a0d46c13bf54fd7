"""Telling readers that their clearance ends: 60, 30 and 7 days before, and when it has. It may run as often as it likes."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from heedful.escalation.actions import tell_people
from heedful.escalation.rules import NoticeKind
from heedful.people.clearance.queries import Reader, readers_of_school
from heedful.people.clearance.rules import WARN_DAYS_BEFORE
from heedful.people.queries import all_schools


def tell_of_ends(*, now: datetime) -> int:
    """One look at every school; returns how many were told. Each person once for each threshold of each last day."""
    today, told = timezone.localdate(now), 0
    for school in all_schools():
        for reader in readers_of_school(school.pk, now=now):
            if reader.expires_on is not None:
                told += _tell(reader, (reader.expires_on - today).days, school.pk, now)
    return told


def _tell(reader: Reader, days_left: int, school_id: int, now: datetime) -> int:
    """The latest threshold that was passed, alone: who was away when two went by hears of one."""
    if days_left < 0:
        kind, stage = NoticeKind.CLEARANCE_ENDED, "ended"
    else:
        due = [days for days in WARN_DAYS_BEFORE if days_left <= days]
        if not due:
            return 0
        kind, stage = NoticeKind.CLEARANCE_ENDS, str(min(due))
    made = tell_people(
        school_id=school_id, kind=kind, people=[reader.user], now=now, number=max(days_left, 0), url_name="training", url_args=(school_id,),
        once_key=f"{reader.user.pk} {reader.expires_on} {stage}",
    )  # fmt: skip
    return len(made)
