"""Locking somebody's reading, and lifting it."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from heedful.audit.actions import append
from heedful.audit.rules import SYSTEM, Action, Actor, Fact
from heedful.people.models import ReadingLock, Role, User
from heedful.people.queries import schools_with
from heedful.people.reading.rules import check_unlock
from heedful.people.rules import NotFound, Right


def lock_reading(*, person: User, reads: int, now: datetime) -> ReadingLock | None:
    """Close every capture to this person from their next request on; None where it is closed already."""
    try:
        with transaction.atomic():
            lock = ReadingLock.objects.create(user=person, locked_at=now, reads=reads)
            _audit(lock, SYSTEM, Fact(Action.READING_LOCKED, "user", (str(person.pk),), {"lock": lock.pk, "reads": reads}), now)
    except IntegrityError:  # another request of theirs did it in the same moment
        return None
    return lock


def lift_lock(*, lock_id: int, reason: str, viewer: User, now: datetime) -> None:
    """Let somebody read again. Raises NotFound and UnlockRefused; lifting what another lifted before changes nothing."""
    with transaction.atomic():
        schools = schools_with(viewer, Right.LOOK_AFTER_READING)
        lock = ReadingLock.objects.filter(pk=lock_id, user__roles__school_id__in=schools).select_related("user").first()
        if lock is None:
            raise NotFound
        check_unlock(person_id=lock.user_id, viewer_id=viewer.pk, reason=reason)
        still_open = ReadingLock.objects.filter(pk=lock.pk, lifted_at=None)
        if still_open.update(lifted_at=now, lifted_by=viewer, reason=reason.strip()):
            fact = Fact(Action.READING_UNLOCKED, "user", (str(lock.user_id),), {"lock": lock.pk})
            _audit(lock, Actor.person(viewer.pk), fact, now)


def _audit(lock: ReadingLock, actor: Actor, fact: Fact, now: datetime) -> None:
    for school_id in sorted(set(Role.objects.filter(user=lock.user_id).values_list("school_id", flat=True))):
        append(school_id=school_id, actor=actor, fact=fact, now=now)
