"""What this step needs, for the board and the gates."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from heedful.devices.coverage.health import in_a_row
from heedful.people.rules import Stage
from heedful.programme.needs import Found, Need, State
from heedful.programme.steps import Step
from heedful.programme.working_group.queries import first_held_on, meetings_of, members_of, slots_of
from heedful.programme.working_group.rules import MEETING_HOURS, Slot, missing_strands


def _strands(school_id: int, now: datetime) -> Found:
    url = reverse("working_group", args=[school_id])
    missing = missing_strands(strand for member in members_of(school_id) for strand in member.strands)
    if missing:
        return Found(State.OPEN, f"Nobody stands for {in_a_row([strand.label.lower() for strand in missing])} yet.", url)
    return Found(State.MET, "Somebody stands for each of the three strands: technical, behaviour and safeguarding.", url)


def _first_meeting(school_id: int, now: datetime) -> Found:
    url = reverse("working_group", args=[school_id])
    held = first_held_on(school_id)
    if held:
        return Found(State.MET, f"The working group first met on {held:%-d %B %Y}.", url)
    today = timezone.localdate(now)
    planned = min((each.on for each in meetings_of(school_id) if each.on >= today), default=None)
    if planned:
        return Found(State.OPEN, f"The first meeting is planned for {planned:%-d %B %Y}. Record it once it was held.", url)
    return Found(State.OPEN, "The working group has not met. Plan the first meeting: it takes an hour.", url)


def _slot(slot: Slot, school_id: int) -> Found:
    url = reverse("working_group", args=[school_id])
    found = next(each for each in slots_of(school_id) if each.slot == slot)
    if found.is_filled:
        return Found(State.MET, f"{found.name} answers for filtering and monitoring as {slot.label.lower()}.", url)
    return Found(State.OPEN, f"No {slot.label.lower()} answers for filtering and monitoring. Name one.", url)


NEEDS: tuple[Need, ...] = (
    Need("strands_named", Step.WORKING_GROUP, "Three strands, each with somebody", 0.25, _strands, frozenset({Stage.PILOT, Stage.LIVE})),
    Need(
        "senior_leader", Step.WORKING_GROUP, "A senior leader who answers for it", 0.25,
        lambda school_id, now: _slot(Slot.SENIOR_LEADER, school_id), frozenset({Stage.LIVE}),
    ),
    Need(
        "link_governor", Step.WORKING_GROUP, "A link governor who answers for it", 0.25,
        lambda school_id, now: _slot(Slot.LINK_GOVERNOR, school_id), frozenset({Stage.LIVE}),
    ),
    Need("first_meeting", Step.WORKING_GROUP, "The first meeting", MEETING_HOURS, _first_meeting),
)  # fmt: skip
