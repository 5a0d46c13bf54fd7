"""Holding what must not be deleted, and letting it go: by whom, why, and when somebody looks at it again."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from heedful.audit.actions import append, wait_in_line
from heedful.audit.rules import Action, Actor, Fact
from heedful.captures.models import Capture, Hold
from heedful.captures.queries.holds import may_release
from heedful.captures.queries.queue import NotFound, capture_to_decide
from heedful.captures.retention import UNTOLD, HoldReason, Kept, RetentionRefused, check_review
from heedful.people.models import Pupil, User
from heedful.people.queries import barred_pupils, has_right
from heedful.people.rules import Right


def hold_capture(*, number: int, reason: HoldReason, review_on: date, viewer: User, now: datetime) -> Hold:
    """Keep this capture whole until somebody releases it. Raises NotFound, and RetentionRefused where it is held already."""
    capture = capture_to_decide(viewer, number)
    return _hold(capture.school_id, {"capture": capture, "number": capture.pk}, reason, review_on, viewer, now)


def hold_pupil(*, pupil_id: int, reason: HoldReason, review_on: date, viewer: User, now: datetime) -> Hold:
    """Keep everything of this pupil, also what is still to come. Raises NotFound and RetentionRefused."""
    pupil = Pupil.objects.filter(pk=pupil_id).first()
    if pupil is None or not has_right(viewer, pupil.school_id, Right.READ_SAFEGUARDING) or not has_right(viewer, pupil.school_id, Right.DECIDE):
        raise NotFound
    if pupil.pk in barred_pupils(viewer):
        raise NotFound
    return _hold(pupil.school_id, {"pupil": pupil}, reason, review_on, viewer, now)


def _hold(school_id: int, subject: dict[str, object], reason: HoldReason, review_on: date, viewer: User, now: datetime) -> Hold:
    check_review(review_on, today=timezone.localdate(now))
    try:
        with transaction.atomic():
            wait_in_line(school_id)
            hold = Hold(school_id=school_id, reason=reason, by=viewer, at=now, review_on=review_on, **subject)
            if hold.capture_id and not Capture.objects.filter(pk=hold.capture_id).exists():
                raise NotFound  # the night took it between our look and our turn
            hold.save()
            details = {"reason": str(reason), "review_on": review_on.isoformat(), "capture": hold.number, "pupil": hold.pupil_id}
            append(school_id=school_id, actor=Actor.person(viewer.pk), fact=Fact(Action.HOLD_PUT, "hold", (str(hold.pk),), details), now=now)
    except IntegrityError:
        raise RetentionRefused("It is held already. Release that hold first, or leave it.") from None
    return hold


def release_hold(*, hold_id: int, viewer: User, now: datetime) -> Hold:
    """Let it go: from the next night on its dates count again, and of what nobody has reviewed people are told anew.

    Raises NotFound, also for one that is released already.
    """
    hold = Hold.objects.select_related("pupil", "capture").filter(pk=hold_id, released_at=None).first()
    if hold is None or not may_release(viewer, hold):
        raise NotFound
    with transaction.atomic():
        wait_in_line(hold.school_id)
        if not Hold.objects.filter(pk=hold.pk, released_at=None).update(released_at=now, released_by=viewer):
            raise NotFound
        mine = {"pk": hold.capture_id} if hold.capture_id else {"pupil_id": hold.pupil_id}
        Capture.objects.filter(**mine, school_id=hold.school_id, kept_why=Kept.UNREVIEWED, told_of_end__gt=0).update(**UNTOLD)
        details = {"capture": hold.number, "pupil": hold.pupil_id}
        append(school_id=hold.school_id, actor=Actor.person(viewer.pk), fact=Fact(Action.HOLD_RELEASED, "hold", (str(hold.pk),), details), now=now)
    hold.refresh_from_db()
    return hold
