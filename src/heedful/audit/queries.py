"""Reading and checking the chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from heedful.audit.models import Entry, Head
from heedful.audit.rules import Action, Actor, Fact, entry_hash


@dataclass(frozen=True)
class Break:
    """The first place where a school's chain does not hold."""

    school_id: int
    number: int
    reason: str


def first_break(school_id: int) -> Break | None:
    """Walk the school's chain from the start; None when it is whole. Linear in its length, constant memory.

    Safe beside running writers: it checks up to where the head stood when it began.
    """
    head = Head.objects.filter(school_id=school_id).first() or Head(school_id=school_id)
    if not head.number and Entry.objects.filter(school_id=school_id).exists():
        return Break(school_id, 1, "the record of the chain's end is missing")
    previous, expected = "", 1
    for entry in Entry.objects.filter(school_id=school_id, number__lte=head.number).order_by("number").iterator(chunk_size=2000):
        if entry.number != expected:
            return Break(school_id, expected, f"entry {expected} is missing")
        if entry.previous != previous:
            return Break(school_id, entry.number, "does not follow the entry before it")
        if entry.hash != _hash_of(entry):
            return Break(school_id, entry.number, "was changed after it was written")
        previous, expected = entry.hash, expected + 1
    if head.number != expected - 1:
        return Break(school_id, expected, "entries at the end are missing")
    if head.hash != previous:
        return Break(school_id, head.number, "is not what the record of the chain's end says")
    return None


def chains() -> list[int]:
    """The school ids that have a chain (0 is the installation's)."""
    return sorted(set(Head.objects.values_list("school_id", flat=True)) | set(Entry.objects.values_list("school_id", flat=True).distinct()))


def count_entries(school_id: int) -> int:
    return Entry.objects.filter(school_id=school_id).count()


def entries_about(school_id: int, *, subject_kind: str, action: Action | None = None, after: int = 0) -> list[Entry]:
    """Entries on one kind of subject, oldest first."""
    rows = Entry.objects.filter(school_id=school_id, subject_kind=subject_kind, number__gt=after).order_by("number")
    return list(rows.filter(action=action) if action else rows)


def people_who(school_id: int, *actions: Action, subject_kind: str, subject_id: str) -> set[int]:
    """Ids of the people who did one of these with this one subject."""
    rows = Entry.objects.filter(
        school_id=school_id, action__in=actions, subject_kind=subject_kind, subject_ids=[subject_id], actor_kind="person"
    )
    return {int(actor) for actor in rows.values_list("actor_id", flat=True).distinct()}


def _hash_of(entry: Entry) -> str:
    fact = Fact(entry.action, entry.subject_kind, tuple(entry.subject_ids), entry.details)
    return entry_hash(
        school_id=entry.school_id, number=entry.number, at=entry.at,
        actor=Actor(entry.actor_kind, entry.actor_id), fact=fact, previous=entry.previous,
    )  # fmt: skip


def done_by(person_id: int, *actions: Action, since: datetime) -> list[Entry]:
    """What this person did of these kinds since then, in every school, oldest first. One look at an index."""
    rows = Entry.objects.filter(actor_id=str(person_id), actor_kind="person", at__gte=since, action__in=actions)
    return list(rows.order_by("at").only("school_id", "action", "subject_ids", "at"))
