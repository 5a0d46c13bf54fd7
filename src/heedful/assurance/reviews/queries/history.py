"""Since when a school is monitored, as the audit chain has it: no room above has to be asked."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from heedful.assurance.reviews.rules import SETTLES_IN, Since
from heedful.audit.models import Entry
from heedful.audit.queries import entries_about
from heedful.audit.rules import Action
from heedful.people.models import School
from heedful.people.rules import Stage

MONITORING = frozenset({Stage.PILOT, Stage.LIVE, Stage.UNDER_REVIEW})


def _moves(school_id: int) -> list[tuple[datetime, str]]:
    """When the school's monitoring was moved, and to which stage."""
    entries = entries_about(school_id, subject_kind="school", action=Action.STAGE_MOVED)
    return [(entry.at, str(entry.details["stage"]["to"])) for entry in entries]


def since_of(school: School) -> Since | None:
    """From when changes count; None while nothing is monitored. A school that was made live counts from its making."""
    if school.stage not in MONITORING:
        return None
    moves = _moves(school.pk)
    began = next((at for at, to in moves if to in MONITORING), None) or _made_at(school)
    if began is None:
        return None
    stage_began = next((at for at, to in reversed(moves) if to in {Stage.PILOT, Stage.LIVE}), began)
    return Since(began, stage_began + SETTLES_IN)


def live_since(school: School) -> datetime | None:
    """When the school went live; None where it is not, and was not put under review after it had been."""
    if school.stage not in {Stage.LIVE, Stage.UNDER_REVIEW}:
        return None
    moves = _moves(school.pk)
    return next((at for at, to in reversed(moves) if to == Stage.LIVE), None) or _made_at(school)


def live_on(school: School) -> date | None:
    """The day of it."""
    moment = live_since(school)
    return timezone.localdate(moment) if moment else None


def _made_at(school: School) -> datetime | None:
    return Entry.objects.filter(school_id=school.pk).order_by("number").values_list("at", flat=True).first()
