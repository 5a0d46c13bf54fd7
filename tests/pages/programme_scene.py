"""A school in the middle of its programme, for the page tests and the pictures: some steps done, some late, a date that moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from heedful.people.models import School
from heedful.programme.launch.actions import plan_step
from heedful.programme.launch.models import LaunchDate
from heedful.programme.steps import Step
from tests.personas.people import Place


@dataclass(frozen=True)
class ProgrammeScene:
    """What the pages of the programme show."""

    school: int
    trust: int = 0


def set_programme(place: Place, *, now: datetime) -> ProgrammeScene:
    """Owners and dates for the steps, and a launch date that has a history."""
    today, dsl = timezone.localdate(now), place.staff["dsl"]
    plan = ((Step.BEFORE, "technician", -3), (Step.WORKING_GROUP, "dsl", 4), (Step.PILOT, "deputy", 25), (Step.POLICIES, "head", 18), (Step.TRAINING, "dsl", 32))
    for step, who, days in plan:
        plan_step(school=place.school, step=step, owner_id=place.staff[who].pk, due_on=today + timedelta(days=days), viewer=dsl, now=now)
    for days, reason in ((41, ""), (55, "The pilot needs two more weeks.")):
        LaunchDate.objects.create(school=place.school, on=today + timedelta(days=days), reason=reason, set_at=now - timedelta(days=60 - days), set_by=dsl)
    School.objects.filter(pk=place.school.pk).update(launch_on=today + timedelta(days=55))
    place.school.refresh_from_db()
    return ProgrammeScene(place.school.pk)
