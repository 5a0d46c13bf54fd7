"""How much people read, from the audit chain: its entries are the count, so nothing else has to agree with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from heedful.audit.queries import done_by
from heedful.audit.rules import Action
from heedful.people.clearance.queries import practice_schools_of
from heedful.people.models import ReadingLock, User
from heedful.people.queries import schools_with
from heedful.people.reading.rules import COUNTED, PICTURE_WINDOW, WINDOW, Read, count_reads
from heedful.people.rules import Right, RoleName

SHOWN_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Lock:
    """A reading lock, as those see it who may lift it."""

    id: int
    person_id: int
    person: str
    locked_at: datetime
    reads: int
    lifted_at: datetime | None
    lifted_by: str
    reason: str


@dataclass(frozen=True)
class Reader:
    """How much one person opened in the last seven days."""

    person: str
    captures: int
    earlier_lines: int
    pictures: int


def reads_of(person: User, *, now: datetime, since: datetime | None = None) -> int:
    """Reads in the window that ends now, in every school; those before `since` were explained and don't count again."""
    start = now - WINDOW
    return count_reads(_reads(person, COUNTED, max(start, since) if since else start))


def lifted_since(person: User) -> datetime | None:
    """When a lead last lifted this person's lock."""
    return ReadingLock.objects.filter(user=person).exclude(lifted_at=None).order_by("-lifted_at").values_list("lifted_at", flat=True).first()


def pictures_of(person: User, *, now: datetime) -> int:
    """How often they opened a picture within the last hour."""
    return len(done_by(person.pk, Action.CAPTURE_PICTURE_REVEALED, since=now - PICTURE_WINDOW))


def others_to_tell(person: User, schools: list[int], *, head_always: bool) -> dict[int, list[User]]:
    """By school: the other safeguarding leads, or deputies and head where there is no other lead. For the system."""
    found: dict[int, list[User]] = {}
    for school_id in sorted(schools):
        people = User.objects.filter(roles__school_id=school_id, is_active=True).exclude(pk=person.pk).distinct().order_by("pk")
        leads = list(people.filter(roles__school_id=school_id, roles__name=RoleName.DSL))
        deputies = list(people.filter(roles__school_id=school_id, roles__name=RoleName.DEPUTY))
        heads = list(people.filter(roles__school_id=school_id, roles__name=RoleName.HEAD))
        told = (*leads, *heads) if leads and head_always else leads or (*deputies, *heads)
        found[school_id] = list({each.pk: each for each in told}.values())
    return found


def locks_of(viewer: User, *, now: datetime) -> list[Lock]:
    """Open locks of the viewer's schools, and those lifted in the last seven days; newest first. Never one's own."""
    rows = ReadingLock.objects.filter(user__roles__school_id__in=schools_with(viewer, Right.LOOK_AFTER_READING)).exclude(user=viewer)
    recent = rows.filter(lifted_at=None) | rows.filter(lifted_at__gt=now - SHOWN_FOR)
    return [_shown(row) for row in recent.select_related("user", "lifted_by").distinct().order_by("-locked_at")]


def my_lock(viewer: User) -> datetime | None:
    """Since when the viewer's own reading is locked, for the banner on every page."""
    return ReadingLock.objects.filter(user=viewer, lifted_at=None).values_list("locked_at", flat=True).first()


def readers_of(viewer: User, *, now: datetime) -> list[Reader]:
    """Everybody who may read in the viewer's schools, by pictures, then by captures opened in the last seven days there."""
    schools = schools_with(viewer, Right.LOOK_AFTER_READING)
    people = User.objects.filter(roles__school_id__in=schools, is_active=True).distinct().order_by("name", "pk")
    readers = []
    for person in people:
        reads = [read for read in _reads(person, COUNTED, now - SHOWN_FOR) if read.school_id in schools]
        by_action = {action: sum(len(read.subjects) for read in reads if read.action == action) for action in COUNTED}
        opened = len({subject for read in reads if read.action in {Action.CAPTURE_READ, Action.SECOND_LOOK_READ} for subject in read.subjects})
        readers.append(Reader(person.name, opened, by_action[Action.CAPTURE_CONTEXT_OPENED], by_action[Action.CAPTURE_PICTURE_REVEALED]))
    return sorted((each for each in readers if each.captures or each.pictures), key=lambda each: (-each.pictures, -each.captures))


def _reads(person: User, actions: tuple[Action, ...], since: datetime) -> list[Read]:
    practised = practice_schools_of(person)  # what is read there was invented
    entries = done_by(person.pk, *actions, since=since)
    return [Read(entry.action, entry.school_id, tuple(entry.subject_ids)) for entry in entries if entry.school_id not in practised]


def _shown(row: ReadingLock) -> Lock:
    by = row.lifted_by.name if row.lifted_by else ""
    return Lock(row.pk, row.user_id, row.user.name, row.locked_at, row.reads, row.lifted_at, by, row.reason)
