"""What this step needs, for the board and the gates."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from heedful.people.rules import Stage
from heedful.programme.needs import Found, Need, State
from heedful.programme.pilot.queries import audience_of, fault_of_audience, newest_pilot, pilot_page
from heedful.programme.pilot.rules import PilotState
from heedful.programme.steps import Step


def _designed(school_id: int, now: datetime) -> Found:
    url, row = reverse("pilot", args=[school_id]), newest_pilot(school_id)
    if row is None:
        return Found(State.OPEN, "No pilot is designed: who takes part, for how long, and which ways of handling captures are tried.", url)
    if row.state == PilotState.DRAFT:
        left = [remark for remark in pilot_page(row, now=now).remarks if remark.weight == "stops"]
        rest = f"{len(left)} point{'' if len(left) == 1 else 's'} of its design must be put right" if left else "its design is sound; say that it is done"
        return Found(State.OPEN, f"Pilot {row.number} is being designed: {rest}.", url)
    return Found(State.MET, f"Pilot {row.number} is {PilotState(row.state).label.lower()}.", url)


def _audience(school_id: int, now: datetime) -> Found:
    url, fault = reverse("pilot", args=[school_id]), fault_of_audience(school_id)
    people = audience_of(school_id)
    if not people:
        return Found(State.OPEN, "Nobody is named who is told of captures while the pilot runs.", url)
    if fault:
        return Found(State.OPEN, fault, url)
    return Found(State.MET, f"{len(people)} people are told of captures while the pilot runs, and nobody else.", url)


def _decided(school_id: int, now: datetime) -> Found:
    url, row = reverse("pilot", args=[school_id]), newest_pilot(school_id)
    if row is None:
        return Found(State.OPEN, "No pilot was run.", url)
    if row.state == PilotState.ENDED:
        return Found(State.MET, f"Pilot {row.number} ended with a written decision on each approach.", url)
    undecided = pilot_page(row, now=now).undecided
    if row.state == PilotState.RUNNING and not undecided:
        return Found(State.OPEN, f"Each approach of pilot {row.number} is decided on. End the pilot to put that in force.", url)
    missing = f"{undecided} approach{'' if undecided == 1 else 'es'} wait{'s' if undecided == 1 else ''} for a decision" if undecided else "it has not started"
    return Found(State.OPEN, f"Pilot {row.number} is {PilotState(row.state).label.lower()}: {missing}.", url)


NEEDS: tuple[Need, ...] = (
    Need("pilot_designed", Step.PILOT, "A pilot that can show something", 1, _designed, frozenset({Stage.PILOT})),
    Need("pilot_audience", Step.PILOT, "Who is told while it runs", 0.25, _audience, frozenset({Stage.PILOT})),
    Need("pilot_decided", Step.PILOT, "A written decision on each approach", 1, _decided, frozenset({Stage.LIVE})),
)
