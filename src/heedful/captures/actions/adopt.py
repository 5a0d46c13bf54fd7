"""Captures of an account that was on nobody's roll, once it is known whose it is. They move as any capture moves."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from heedful.audit.actions import append, wait_in_line
from heedful.audit.rules import SYSTEM, Action, Actor, Fact
from heedful.captures.actions.decide import StaleEdit
from heedful.captures.actions.move import move_row
from heedful.captures.actions.telling import tell_leads
from heedful.captures.queries.unmatched import account_with_pupil, accounts_to_adopt_for, captures_to_adopt
from heedful.captures.rules import Confidence
from heedful.people.models import User

MOST_AT_ONCE = 200


def adopt_captures(*, account_id: int, now: datetime, by: User | None = None, most: int = MOST_AT_ONCE) -> int:
    """Give captures of this account that nobody's name stands on to its pupil; returns how many. The rest waits for the next call.

    Where a person has just said whose the account is, they are *likely* theirs; where the roll has, they stay *not certain*.
    One audit entry for all.
    """
    with transaction.atomic():
        account = account_with_pupil(account_id)
        if account is None:
            return 0
        wait_in_line(account.school_id)
        said = {"identity_confidence": Confidence.LIKELY} if by else {}
        moved = []
        for capture in captures_to_adopt(account)[:most]:
            try:
                change = move_row(capture, account.pupil, revision=capture.revision, said=said, now=now)
            except StaleEdit:
                continue  # decided on in this moment: the next call finds it
            moved.append(str(capture.pk))
            if change.is_unowned:  # whoever had it may see nothing of this pupil
                tell_leads(change.capture, severity=change.capture.severity, now=now)
        if moved:
            fact = Fact(Action.CAPTURES_MATCHED, "capture", tuple(moved), {"account": account.pk, "to": account.pupil_id})
            append(school_id=account.school_id, actor=Actor.person(by.pk) if by else SYSTEM, fact=fact, now=now)
    return len(moved)


def adopt_waiting(*, now: datetime) -> int:
    """Captures of accounts that the roll, or a person at another door, has given to a pupil since; in bounded steps."""
    return sum(adopt_captures(account_id=account_id, now=now) for account_id in accounts_to_adopt_for())
