"""Somebody untrained opens captures in an emergency, and the head is told in the same moment."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from heedful.escalation.actions import tell_people
from heedful.escalation.rules import NoticeKind
from heedful.people.clearance.actions import break_glass
from heedful.people.models import BrokenGlass, School, User
from heedful.people.queries import people_with_role
from heedful.people.rules import RoleName


def open_for_emergency(*, viewer: User, school: School, reason: str, hours: int, now: datetime) -> BrokenGlass:
    """Break the glass. Raises GlassRefused."""
    with transaction.atomic():
        glass = break_glass(viewer=viewer, school=school, reason=reason, hours=hours, now=now)
        tell_people(
            school_id=school.pk, kind=NoticeKind.GLASS_BROKEN, people=who_is_told(viewer, school.pk), now=now, number=glass.pk,
            url_name="clearances", url_args=(school.pk,),
        )  # fmt: skip
    return glass


def who_is_told(viewer: User, school_id: int) -> list[User]:
    """The head; where it is the head, or the school has none, the governors."""
    heads = people_with_role(school_id, RoleName.HEAD)
    others = [person for person in heads if person.pk != viewer.pk]
    return others if others and len(others) == len(heads) else [*others, *people_with_role(school_id, RoleName.GOVERNOR)]
