"""Who is cleared to open live captures, and how far. Asked with every request of a reader: a few small rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max
from django.utils import timezone

from heedful.people.clearance.rules import (
    LEADING_ROLES,
    READING_ROLES,
    SEEN_WHILE_PRACTISING,
    Path,
    Standing,
    last_leads,
    practised_rights,
    standing,
)
from heedful.people.models import BrokenGlass, Clearance, ReadingLock, Role, School, User
from heedful.people.rules import Right, RoleName, rights_of


@dataclass(frozen=True)
class Reader:
    """Somebody whose role reads captures, and how far their clearance reaches."""

    user: User
    roles: frozenset[RoleName]
    standing: Standing
    expires_on: date | None
    is_trained: bool  # by passing, not carried over from before

    @property
    def is_lead(self) -> bool:
        return bool(self.roles & LEADING_ROLES)


@dataclass(frozen=True)
class Glass:
    """A running break of the glass, as the pages show it."""

    id: int
    school_id: int
    school: str
    person: str
    reason: str
    starts_at: datetime
    ends_at: datetime


def standings_of(user: User, schools: Iterable[int], ends: Mapping[int, date], *, now: datetime) -> dict[int, Standing]:
    """How far this person's clearance reaches in each of these schools, by its last day there."""
    today = timezone.localdate(now)
    found = {school_id: standing(ends.get(school_id), today=today) for school_id in schools}
    for school_id, reach in found.items():
        if reach == Standing.NONE and school_id in ends and user.pk in last_leads(_ends_of_leads(school_id), today=today):
            found[school_id] = Standing.LAST
    return found


def open_glass(user: User, *, now: datetime) -> frozenset[int]:
    """The schools in which this person's glass is broken now."""
    rows = BrokenGlass.objects.filter(user=user, starts_at__lte=now, ends_at__gt=now)
    return frozenset(rows.values_list("school_id", flat=True))


def running_glass(user: User, *, now: datetime) -> list[Glass]:
    """The viewer's own, for the banner on every page."""
    return [_glass(row) for row in BrokenGlass.objects.filter(user=user, starts_at__lte=now, ends_at__gt=now).select_related("user", "school")]


def glass_of_school(school_id: int, *, most: int = 20) -> list[Glass]:
    """The newest breaks of the glass in a school, for those who run its programme."""
    rows = BrokenGlass.objects.filter(school_id=school_id).select_related("user", "school").order_by("-starts_at")[:most]
    return [_glass(row) for row in rows]


def readers_of_school(school_id: int, *, now: datetime) -> list[Reader]:
    """Everybody active whose role reads captures in this school, by name. For the system and for those who run the programme."""
    today, roles, people = timezone.localdate(now), dict[int, set[RoleName]](), dict[int, User]()
    rows = Role.objects.filter(school_id=school_id, user__is_active=True, name__in=READING_ROLES).select_related("user").order_by("user__name", "user_id")
    for row in rows:
        roles.setdefault(row.user_id, set()).add(RoleName(row.name))
        people[row.user_id] = row.user
    ends, trained = _ends(school_id), _ends(school_id, path=Path.TRAINED)
    kept = last_leads({pk: ends.get(pk) for pk, held in roles.items() if held & LEADING_ROLES}, today=today)
    readers = []
    for pk, person in people.items():
        reach = standing(ends.get(pk), today=today)
        reach = Standing.LAST if reach == Standing.NONE and pk in kept else reach
        is_trained = (end := trained.get(pk)) is not None and today <= end
        readers.append(Reader(person, frozenset(roles[pk]), reach, ends.get(pk), is_trained))
    return readers


def who_reads(school_id: int, *, now: datetime) -> dict[int, Standing]:
    """By id: how far each reader's clearance reaches; who broke the glass reads all."""
    broken = set(BrokenGlass.objects.filter(school_id=school_id, starts_at__lte=now, ends_at__gt=now).values_list("user_id", flat=True))
    return {
        reader.user.pk: Standing.CLEARED if reader.user.pk in broken else reader.standing for reader in readers_of_school(school_id, now=now)
    }


def expiry_of(user: User, school_id: int, *, path: Path | None = None) -> date | None:
    """The last day of this person's clearance in the school, however they came by it or by this path; None where there never was one."""
    rows = Clearance.objects.filter(user=user, school_id=school_id)
    end: date | None = (rows.filter(path=path) if path else rows).aggregate(end=Max("expires_on"))["end"]
    return end


def is_trained(user: User, school_id: int, *, now: datetime) -> bool:
    """Whether this person's clearance counts today."""
    end = expiry_of(user, school_id)
    return end is not None and timezone.localdate(now) <= end


def practice_rights(viewer: User, practice_school: int) -> dict[int, frozenset[Right]]:
    """The rights of somebody who is practising: in their own practice school. In the real one they see at most the lines by which they
    are marked and the policies that stand beside each capture, and nothing of what pupils wrote.
    """
    parent = School.objects.filter(pk=practice_school, practice_for=viewer).values_list("practice_of_id", flat=True).first()
    if parent is None:
        return {}
    roles = frozenset(RoleName(name) for name in Role.objects.filter(user=viewer, school_id=parent).values_list("name", flat=True))
    if not roles:
        return {}
    return {practice_school: practised_rights(roles), parent: rights_of(roles) & SEEN_WHILE_PRACTISING}


def practice_school_of(user: User, school_id: int) -> School | None:
    """This person's practice school beside the real one."""
    return School.objects.filter(practice_of_id=school_id, practice_for=user).first()


def practice_schools_of(user: User) -> frozenset[int]:
    """Ids of every practice school of this person."""
    return frozenset(School.objects.filter(practice_for=user).values_list("pk", flat=True))


def is_practice(school_id: int) -> bool:
    """Whether nothing in this school is real."""
    return School.objects.filter(pk=school_id, practice_of__isnull=False).exists()


def _ends(school_id: int, *, path: Path | None = None) -> dict[int, date]:
    rows = Clearance.objects.filter(school_id=school_id)
    rows = rows.filter(path=path) if path else rows
    return {row["user_id"]: row["end"] for row in rows.values("user_id").annotate(end=Max("expires_on"))}


def _ends_of_leads(school_id: int) -> dict[int, date | None]:
    locked = set(ReadingLock.objects.filter(lifted_at=None).values_list("user_id", flat=True))
    leads = set(Role.objects.filter(school_id=school_id, user__is_active=True, name__in=LEADING_ROLES).values_list("user_id", flat=True))
    ends = _ends(school_id)
    return {user: ends.get(user) for user in leads - locked}


def _glass(row: BrokenGlass) -> Glass:
    return Glass(row.pk, row.school_id, row.school.name, row.user.name, row.reason, row.starts_at, row.ends_at)
