"""Passing a capture to a colleague, and the receipt that they have opened it. The clock runs on: passing is not acknowledging."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from heedful.audit.actions import append, wait_in_line
from heedful.audit.rules import Action, Actor, Fact
from heedful.captures.actions.store import PAGE_URL_NAME
from heedful.captures.models import Capture
from heedful.captures.queries.passing import colleagues_for
from heedful.captures.queries.queue import capture_to_decide
from heedful.captures.rules import NotAllowedNow, State
from heedful.escalation.actions import tell_people
from heedful.escalation.rules import NoticeKind
from heedful.people.models import User


def pass_capture(*, number: int, to: int, viewer: User, now: datetime) -> Capture:
    """Hand it to somebody who may read it and decide on it; they are told. Raises NotFound, and NotAllowedNow with what to do instead."""
    with transaction.atomic():
        capture = capture_to_decide(viewer, number)
        wait_in_line(capture.school_id)
        if capture.state == State.CLOSED:
            raise NotAllowedNow("It is closed. Open it again first, if somebody should look at it.")
        if to not in {colleague.id for colleague in colleagues_for(viewer, capture)}:
            raise NotAllowedNow("Choose a colleague who may read this capture.")
        person = User.objects.get(pk=to)
        before = capture.assigned_to_id
        Capture.objects.filter(pk=capture.pk).update(assigned_to=person, assigned_by=viewer, assigned_at=now, assigned_seen_at=None)
        tell_people(
            school_id=capture.school_id, kind=NoticeKind.CAPTURE_PASSED, people=[person], now=now, number=capture.pk,
            severity=capture.severity, url_name=PAGE_URL_NAME, url_args=(capture.pk,),
        )  # fmt: skip
        fact = Fact(Action.CAPTURE_PASSED, "capture", (str(capture.pk),), {"from": before, "to": to})
        append(school_id=capture.school_id, actor=Actor.person(viewer.pk), fact=fact, now=now)
    capture.refresh_from_db()
    return capture


def receive_capture(*, number: int, viewer: User, now: datetime) -> bool:
    """Whoever it was passed to has opened it: the receipt. True the first time. The reading itself is the audit entry."""
    return bool(Capture.objects.filter(pk=number, assigned_to=viewer, assigned_seen_at=None).update(assigned_seen_at=now))
