"""What comes before anything is installed, for the board and the gates."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from heedful.people.rules import Stage
from heedful.programme.needs import Found, Need, State
from heedful.programme.plan.queries import plan_facts
from heedful.programme.steps import Step


def _profile(school_id: int, now: datetime) -> Found:
    profile = plan_facts(school_id).profile
    if profile is None:
        return Found(State.OPEN, "Nobody has written down who the pupils are and what has happened.", reverse("plan_profile", args=[school_id]))
    return Found(State.MET, f"The risk profile was written on {timezone.localtime(profile.written_at):%-d %B %Y}.", reverse("plan", args=[school_id]))


def _plan(school_id: int, now: datetime) -> Found:
    url, facts, today = reverse("plan", args=[school_id]), plan_facts(school_id), timezone.localdate(now)
    if not facts.lines:
        return Found(State.OPEN, "The monitoring plan is empty: it says for whom, where and on what each way of monitoring is.", url)
    late = [line for line in facts.gaps if line.due_on is not None and line.due_on < today]
    if late:
        lines = "line of the plan says" if len(late) == 1 else "lines of the plan say"
        return Found(State.OPEN, f"{len(late)} {lines} “nothing yet” past the day that was set.", url)
    gaps = f"; {len(facts.gaps)} say “nothing yet”, each with somebody who closes it" if facts.gaps else ""
    return Found(State.MET, f"The monitoring plan has {len(facts.lines)} lines{gaps}.", url)


NEEDS: tuple[Need, ...] = (
    Need("risk_profile", Step.BEFORE, "The risk profile", 0.5, _profile, frozenset({Stage.LIVE})),
    Need("monitoring_plan", Step.BEFORE, "The monitoring plan", 0.5, _plan, frozenset({Stage.LIVE})),
)
