"""What the launch needs, for the board and the gates."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from heedful.people.queries import school_by_number
from heedful.people.rules import Stage
from heedful.programme.launch.queries import has_decided_to_go
from heedful.programme.needs import Found, Need, State
from heedful.programme.steps import Step


def _date(school_id: int, now: datetime) -> Found:
    school, url = school_by_number(school_id), reverse("launch", args=(school_id,))
    if school is not None and school.launch_on is not None:
        return Found(State.MET, f"Everybody was told: {school.launch_on.day} {school.launch_on:%B %Y}.", url)
    return Found(State.OPEN, "Choose the day; staff, governors, pupils and parents are told of it, and of every change.", url)


def _decision(school_id: int, now: datetime) -> Found:
    school, url = school_by_number(school_id), reverse("launch", args=(school_id,))
    if school is not None and school.stage in {Stage.LIVE, Stage.UNDER_REVIEW}:
        return Found(State.MET, "The school went live by a recorded decision.", url)
    if has_decided_to_go(school_id):
        return Found(State.MET, "A meeting decided to go.", url)
    return Found(State.OPEN, "Hold the go or no-go meeting when the gates are green, and record what it decided.", url)


NEEDS: tuple[Need, ...] = (
    Need("launch_date", Step.LAUNCH, "A launch date that everybody knows", 0.25, _date, frozenset({Stage.LIVE})),
    Need("go_decision", Step.LAUNCH, "Go, decided in a meeting", 1.0, _decision),
)
