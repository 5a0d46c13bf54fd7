"""Giving a clearance, breaking the glass and putting it back, and the school in which one person practises."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from heedful.audit.actions import append
from heedful.audit.rules import SYSTEM, Action, Actor, Fact
from heedful.people.clearance.queries import open_glass
from heedful.people.clearance.rules import READING_ROLES, Path, check_glass
from heedful.people.models import BrokenGlass, Clearance, Role, School, User


def give_clearance(*, user: User, school: School, path: Path, expires_on: date, now: datetime, passed_on: date | None = None) -> Clearance:
    """This person may open live captures until the end of that day, as far as their roles go."""
    with transaction.atomic():
        row = Clearance.objects.create(user=user, school=school, path=path, passed_on=passed_on or now.date(), expires_on=expires_on)
        details = {"path": str(path), "expires_on": expires_on.isoformat()}
        append(school_id=school.pk, actor=SYSTEM, fact=Fact(Action.CLEARANCE_GIVEN, "user", (str(user.pk),), details), now=now)
    return row


def break_glass(*, viewer: User, school: School, reason: str, hours: int, now: datetime) -> BrokenGlass:
    """Open the school's captures to oneself, for an emergency. Raises GlassRefused. The caller tells the head, in the same transaction."""
    with transaction.atomic():
        School.objects.select_for_update().filter(pk=school.pk).first()  # two presses at once are one glass
        reads = Role.objects.filter(user=viewer, school=school, name__in=READING_ROLES).exists()
        check_glass(has_reading_role=reads, is_open=school.pk in open_glass(viewer, now=now), reason=reason, hours=hours)
        row = BrokenGlass.objects.create(
            user=viewer, school=school, reason=reason.strip()[:300], starts_at=now, ends_at=now + timedelta(hours=hours)
        )
        details = {"glass": row.pk, "hours": hours}
        append(school_id=school.pk, actor=Actor.person(viewer.pk), fact=Fact(Action.GLASS_BROKEN, "user", (str(viewer.pk),), details), now=now)
    return row


def mend_glass(*, glass_id: int, viewer: User, now: datetime) -> bool:
    """Close them again before the time is over; one's own. False where it is over already."""
    with transaction.atomic():
        row = BrokenGlass.objects.filter(pk=glass_id, user=viewer, ends_at__gt=now).first()
        if row is None or not BrokenGlass.objects.filter(pk=row.pk, ends_at__gt=now).update(ends_at=now):
            return False
        fact = Fact(Action.GLASS_MENDED, "user", (str(viewer.pk),), {"glass": row.pk})
        append(school_id=row.school_id, actor=Actor.person(viewer.pk), fact=fact, now=now)
    return True


def practice_school_for(*, user: User, school: School, now: datetime) -> School:
    """The school in which this person practises beside the real one, made when it is first asked for. Nobody else has rights in it."""
    with transaction.atomic():
        practice, is_new = School.objects.get_or_create(
            practice_of=school, practice_for=user, defaults={"name": f"Practice for {school.name}"[:200], "capture_from": school.capture_from}
        )
        if is_new:
            fact = Fact(Action.SCHOOL_MADE, "school", (str(practice.pk),), {"practice_of": school.pk})
            append(school_id=practice.pk, actor=Actor.person(user.pk), fact=fact, now=now)
    return practice
