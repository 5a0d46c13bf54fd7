"""To whom a capture may be passed."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from heedful.captures.identity import is_of_staff
from heedful.captures.models import Capture
from heedful.captures.rules import Level, Source, behaviour_reads
from heedful.people.clearance.queries import who_reads
from heedful.people.clearance.rules import Standing
from heedful.people.models import Bar, ReadingLock, Role, User
from heedful.people.queries import who_may_be_told
from heedful.people.rules import Right, RoleName, rights_of
from heedful.thresholds.rules import Urgency


@dataclass(frozen=True)
class Colleague:
    """Somebody who may read this capture and decide on it, with their roles in words."""

    id: int
    name: str
    roles: str


def colleagues_for(viewer: User, capture: Capture) -> tuple[Colleague, ...]:
    """Everybody else of the school who may read and decide on this capture by their own roles: not barred from the pupil, their reading not locked, trained, and in a pilot of its audience."""
    roles: dict[int, set[RoleName]] = {}
    names: dict[int, str] = {}
    rows = Role.objects.filter(school_id=capture.school_id, user__is_active=True).exclude(user=viewer).order_by("user__name", "user_id")
    for user, name, role in rows.values_list("user_id", "user__name", "name"):
        roles.setdefault(user, set()).add(RoleName(role))
        names[user] = name
    barred = set(Bar.objects.filter(pupil_id=capture.pupil_id).values_list("user_id", flat=True)) if capture.pupil_id else set()
    barred |= set(ReadingLock.objects.filter(user__in=roles, lifted_at=None).values_list("user_id", flat=True))
    reach = who_reads(capture.school_id, now=timezone.now())
    # Whoever may not be told that it was passed to them would not know.
    told = {person.pk for person in who_may_be_told(capture.school_id, list(User.objects.filter(pk__in=roles)))}
    return tuple(
        Colleague(user, names[user], ", ".join(sorted(role.label for role in held)))
        for user, held in roles.items()
        if user in told and user not in barred and _reads(frozenset(held), capture) and _reaches(reach.get(user, Standing.NONE), capture)
    )


def _reaches(reach: Standing, capture: Capture) -> bool:
    """Whether their clearance is enough for this capture; see `queue.CANNOT_WAIT`."""
    if reach in {Standing.CLEARED, Standing.NONE}:
        return reach == Standing.CLEARED
    cannot_wait = max(capture.severity, capture.grade or 0) >= Level.SERIOUS or capture.urgency == Urgency.NOW
    return cannot_wait or capture.source == Source.REPORT


def _reads(roles: frozenset[RoleName], capture: Capture) -> bool:
    rights = rights_of(roles)
    if Right.DECIDE not in rights:
        return False
    return Right.READ_SAFEGUARDING in rights or (
        Right.READ_BEHAVIOUR in rights and behaviour_reads(capture.route, capture.first_look) and not is_of_staff(capture)
    )
