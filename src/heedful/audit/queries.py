"""Reading and checking the chain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from heedful.audit.models import Checkpoint, Entry, Head
from heedful.audit.rules import Action, Actor, Fact, entry_hash


@dataclass(frozen=True)
class Break:
    """The first place where a school's chain does not hold."""

    school_id: int
    number: int
    reason: str


@dataclass(frozen=True)
class Mark:
    """An entry's number and hash: where a walk begins, or what somebody wrote down."""

    number: int = 0
    hash: str = ""


def first_break(school_id: int, *, after: Mark | None = None, upto: list[Mark] | None = None) -> Break | None:
    """Walk the school's chain from the start, or from `after`, which was found whole; None when it is whole.

    Linear in its length, constant memory. Safe beside running writers: it checks up to where the head stood when it
    began, and puts that mark into `upto`.
    """
    after = after or Mark()
    head = Head.objects.filter(school_id=school_id).first() or Head(school_id=school_id)
    if not head.number and Entry.objects.filter(school_id=school_id).exists():
        return Break(school_id, 1, "the record of the chain's end is missing")
    if head.number < after.number:
        return Break(school_id, head.number + 1, "entries at the end are missing")
    previous, expected = after.hash, after.number + 1
    for entry in Entry.objects.filter(school_id=school_id, number__gt=after.number, number__lte=head.number).order_by("number").iterator(chunk_size=2000):
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
    if upto is not None:
        upto.append(Mark(head.number, head.hash))
    return None


def head_of(school_id: int) -> Mark | None:
    """Where the school's chain ends now; None where it has not begun."""
    head = Head.objects.filter(school_id=school_id).first()
    return Mark(head.number, head.hash) if head else None


def checkpoint_of(school_id: int) -> Checkpoint | None:
    """Up to where the chain was found whole, and when."""
    return Checkpoint.objects.filter(school_id=school_id).first()


def extends(school_id: int, mark: Mark) -> bool:
    """Whether the chain holds this entry with this hash. With a whole chain that proves that nothing up to it was changed since."""
    return Entry.objects.filter(school_id=school_id, number=mark.number, hash=mark.hash).exists()


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


def last_fact(school_id: int, action: Action, *, subject_kind: str, subject_id: str) -> Entry | None:
    """The newest entry of this action on this one subject."""
    rows = Entry.objects.filter(school_id=school_id, action=action, subject_kind=subject_kind, subject_ids=[subject_id])
    return rows.order_by("-number").first()


LATELY = 5_000


def read_by(person: int, school_ids: Iterable[int], action: Action, *, since: datetime) -> list[tuple[datetime, int]]:
    """When this person did it with which single subject, oldest first, among the newest LATELY entries of each school's chain."""
    heads = dict(Head.objects.filter(school_id__in=list(school_ids)).values_list("school_id", "number"))
    found: list[tuple[datetime, int]] = []
    for school_id, number in heads.items():
        rows = Entry.objects.filter(school_id=school_id, action=action, number__gt=number - LATELY, at__gte=since)
        rows = rows.filter(actor_kind="person", actor_id=str(person)).order_by("number")
        found += [(at, int(ids[0])) for at, ids in rows.values_list("at", "subject_ids") if len(ids) == 1]
    return sorted(found)


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


def done_in(school_id: int, *actions: Action, since: datetime, until: datetime) -> list[Entry]:
    """What people did of these kinds in a school between two moments, in the order of the chain. Without its hashes."""
    rows = Entry.objects.filter(school_id=school_id, action__in=actions, actor_kind="person", at__gte=since, at__lt=until)
    return list(rows.order_by("number").only("at", "actor_id", "action", "subject_ids", "details"))
