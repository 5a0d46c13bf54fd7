"""Choosing for how long a school keeps what: within bounds, for a reason."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from heedful.audit.actions import append, wait_in_line
from heedful.audit.rules import Action, Actor, Fact
from heedful.captures.models import RetentionChoice
from heedful.captures.queries.queue import NotFound
from heedful.captures.queries.retained import days_in_force
from heedful.captures.retention import Kept, RetentionRefused, check_days, counts_from
from heedful.people.models import User
from heedful.people.queries import has_right
from heedful.people.rules import Right


def choose_days(*, school_id: int, kind: Kept, days: int, reason: str, viewer: User, now: datetime) -> RetentionChoice:
    """Keep one kind for so many days. A longer period counts at once, a shorter one in a week. Raises NotFound and RetentionRefused.

    The reason is kept beside the choice, and shown there; the audit chain keeps the choice's number and values alone.
    """
    if not has_right(viewer, school_id, Right.CHANGE_RETENTION):
        raise NotFound
    check_days(kind, days)
    if not reason.strip() or len(reason.strip()) > 300:
        raise RetentionRefused("Say why, in at most 300 characters.")
    today = timezone.localdate(now)
    with transaction.atomic():
        wait_in_line(school_id)
        before = days_in_force(school_id, on=today)[kind]
        start = counts_from(before=before, after=days, today=today)
        # A shorter period that was chosen and has not begun gives way to what is chosen now.
        RetentionChoice.objects.filter(school_id=school_id, kind=kind, counts_from__gt=today).update(counts_from=start)
        choice = RetentionChoice.objects.create(
            school_id=school_id, kind=kind, days=days, counts_from=start, reason=reason.strip(), by=viewer, at=now
        )
        details = {"kind": str(kind), "from": before, "to": days, "counts_from": start.isoformat()}
        fact = Fact(Action.RETENTION_CHANGED, "retention_choice", (str(choice.pk),), details)
        append(school_id=school_id, actor=Actor.person(viewer.pk), fact=fact, now=now)
    return choice
