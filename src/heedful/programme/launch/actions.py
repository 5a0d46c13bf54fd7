"""Planning the steps, setting and moving the launch date, deciding to go or not."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from heedful.audit.actions import append
from heedful.audit.rules import Action, Actor, Fact
from heedful.people.actions import set_launch_date
from heedful.people.models import Role, School, User
from heedful.people.queries import has_right
from heedful.people.rules import NotFound, Right, Stage
from heedful.programme.communication.actions import announce
from heedful.programme.communication.texts import TextKey
from heedful.programme.launch.models import LaunchDate, LaunchDecision, StepPlan
from heedful.programme.launch.rules import LEAST_REASON, LaunchRefused, Verdict, check_date
from heedful.programme.needs import gates_for
from heedful.programme.steps import Step
from heedful.programme.working_group.models import Meeting


def plan_step(*, school: School, step: Step, owner_id: int | None, due_on: date | None, viewer: User, now: datetime) -> StepPlan:
    """Say who looks after a step and until when. Raises NotFound where the school isn't the viewer's or the owner isn't its staff."""
    if not has_right(viewer, school.pk, Right.RUN_PROGRAMME):
        raise NotFound
    if owner_id is not None and not Role.objects.filter(school=school, user_id=owner_id, user__is_active=True).exists():
        raise NotFound
    with transaction.atomic():
        plan, _ = StepPlan.objects.update_or_create(school=school, step=step, defaults={"owner_id": owner_id, "due_on": due_on})
        details = {"step": str(step), "owner": owner_id, "due_on": due_on.isoformat() if due_on else None}
        fact = Fact(Action.STEP_PLANNED, "school", (str(school.pk),), details)
        append(school_id=school.pk, actor=Actor.person(viewer.pk), fact=fact, now=now)
    return plan


def set_date(*, school: School, on: date, reason: str, viewer: User, now: datetime) -> LaunchDate:
    """Set or move the launch date, and tell every stakeholder group of it at once (D10).

    Raises LaunchRefused without a reason for moving it, for a day that can't be, or when somebody else moved it in the
    meantime; NotFound where the viewer may not.
    """
    if not has_right(viewer, school.pk, Right.RUN_PROGRAMME):
        raise NotFound
    before = school.launch_on
    check_date(on, before=before, reason=reason, today=timezone.localdate(now))
    with transaction.atomic():
        row = LaunchDate.objects.create(school=school, on=on, reason=reason.strip(), set_at=now, set_by=viewer)
        if not set_launch_date(school=school, on=on, before=before, by=viewer, now=now):
            raise LaunchRefused("Somebody else set the date a moment ago. Look at it again.")
        key = TextKey.LAUNCH_MOVED if before else TextKey.LAUNCH_SET
        announce(school=school, key=key, by=viewer, now=now)
    return row


def decide(*, school: School, meeting_id: int, verdict: Verdict, note: str, viewer: User, now: datetime) -> LaunchDecision:
    """Record what a meeting decided: go, or no go with what is to be done first. Raises LaunchRefused, NotFound."""
    if not has_right(viewer, school.pk, Right.CHANGE_STAGE):
        raise NotFound
    meeting = Meeting.objects.filter(pk=meeting_id, school=school, held_at__isnull=False).first()
    if meeting is None:
        raise LaunchRefused("Choose the meeting that decided: record it with the working group's meetings first.")
    if verdict == Verdict.NO_GO and len(note.strip()) < LEAST_REASON:
        raise LaunchRefused("Say what has to be done before the group decides again.")
    gates = [[each.need.key, str(each.found.state), each.found.says] for each in gates_for(school.pk, Stage.LIVE, now=now)]
    with transaction.atomic():
        row = LaunchDecision.objects.create(
            school=school, meeting=meeting, verdict=verdict, note=note.strip(), gates=gates, at=now, by=viewer
        )
        fact = Fact(Action.LAUNCH_DECIDED, "school", (str(school.pk),), {"verdict": str(verdict), "decision": row.pk, "meeting": meeting.pk})
        append(school_id=school.pk, actor=Actor.person(viewer.pk), fact=fact, now=now)
    return row
