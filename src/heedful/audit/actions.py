"""The one way to write to the audit chain."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import F

from heedful.audit.models import Checkpoint, Entry, Head
from heedful.audit.queries import Break, Mark, first_break
from heedful.audit.rules import Actor, Fact, entry_hash


class NotInTransaction(Exception):
    """An audit entry was to be written outside the transaction of what it records."""


def wait_in_line(school_id: int) -> None:
    """Wait until nobody else writes for this school, and hold the place to the end of the transaction.

    For a change that must see what others have just written. Call it before any row is touched that they may touch too:
    everybody then waits here, and nobody for one another. `append` does it by itself, for those who need it only there.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction("waiting in line holds until the end of a transaction; there is none")
    if not Head.objects.filter(school_id=school_id).update(number=F("number")):
        Head.objects.get_or_create(school_id=school_id)
        Head.objects.filter(school_id=school_id).update(number=F("number"))


def append(*, school_id: int, actor: Actor, fact: Fact, now: datetime) -> Entry:
    """Add one entry to the school's chain. Call it last in the transaction of the change that it records.

    It begins by updating the chain's head: writers of one school wait for one another on both databases.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(f"audit entry '{fact.action}' needs the transaction of its change; wrap both in transaction.atomic()")
    if not Head.objects.filter(school_id=school_id).update(number=F("number") + 1):
        Head.objects.get_or_create(school_id=school_id)
        Head.objects.filter(school_id=school_id).update(number=F("number") + 1)
    head = Head.objects.get(school_id=school_id)
    digest = entry_hash(school_id=school_id, number=head.number, at=now, actor=actor, fact=fact, previous=head.hash)
    entry = Entry.objects.create(
        school_id=school_id, number=head.number, at=now, actor_kind=actor.kind, actor_id=actor.id,
        action=fact.action, subject_kind=fact.subject_kind, subject_ids=list(fact.subject_ids), details=fact.details,
        previous=head.hash, hash=digest,
    )  # fmt: skip
    Head.objects.filter(school_id=school_id).update(hash=digest)
    return entry


def check_whole_chain(school_id: int, *, now: datetime) -> Break | None:
    """Walk the chain from its start and remember how far it is whole; the first break, or None."""
    upto: list[Mark] = []
    broken = first_break(school_id, upto=upto)
    for mark in upto:
        values = {"number": mark.number, "hash": mark.hash, "checked_at": now, "from_start_at": now}
        Checkpoint.objects.update_or_create(school_id=school_id, defaults=values)
    return broken


def check_chain_on(school_id: int, *, now: datetime) -> Break | None:
    """Walk the chain from where it was last found whole, and remember how far it is now; the first break, or None."""
    known = Checkpoint.objects.filter(school_id=school_id).first()
    if known is None:
        return check_whole_chain(school_id, now=now)
    upto: list[Mark] = []
    broken = first_break(school_id, after=Mark(known.number, known.hash), upto=upto)
    for mark in upto:
        Checkpoint.objects.filter(school_id=school_id).update(number=mark.number, hash=mark.hash, checked_at=now)
    return broken
