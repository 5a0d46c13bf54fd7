"""What the programme needs of this room, for the board and the gates."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from heedful.assurance.dpia.queries import state_of
from heedful.people.rules import Stage
from heedful.programme.needs import Found, Need, State
from heedful.programme.steps import Step


def _approved(school_id: int, now: datetime) -> Found:
    state, url = state_of(school_id), reverse("dpia", args=[school_id])
    number = len(state.missing)
    if state.newest is None:
        return Found(State.OPEN, f"Nobody has begun it, so {number} answers are missing. Some are offered in words to change; each risk takes two choices.", url)
    if state.approved is None:
        says = f"It is not approved yet; {number} answers are missing." if number else "It is complete, and nobody has approved it yet."
        return Found(State.OPEN, says, url)
    if state.changes:
        first = state.changes[0].words[:160]
        more = f", and {len(state.changes) - 1} more" if len(state.changes) > 1 else ""
        return Found(State.OPEN, f"Settings changed since version {state.approved.number} was approved: {first}{more}.", url)
    return Found(State.MET, f"Version {state.approved.number} is approved, and the settings are as they were then.", url)


NEEDS: tuple[Need, ...] = (
    Need("dpia_approved", Step.BEFORE, "The data protection impact assessment is approved", 2.0, _approved, frozenset({Stage.PILOT, Stage.LIVE})),
)
