"""What this step needs, for the board and the gates."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from heedful.people.rules import Strand
from heedful.programme.calibration.queries.rounds import last_round, strands_that_sorted
from heedful.programme.calibration.rules import Phase
from heedful.programme.needs import Found, Need, State
from heedful.programme.steps import Step


def _sorted(school_id: int, now: datetime) -> Found:
    url, held = reverse("calibration", args=(school_id,)), last_round(school_id)
    if held is None:
        return Found(State.OPEN, "Nobody has sorted a deck yet.", url)
    missing = [strand.label.lower() for strand in Strand if strand not in strands_that_sorted(held)]
    if missing:
        return Found(State.OPEN, f"Nobody of the {' and the '.join(missing)} strand has finished sorting.", url)
    return Found(State.MET, "Each strand has sorted a deck.", url)


def _discussed(school_id: int, now: datetime) -> Found:
    url, held = reverse("calibration", args=(school_id,)), last_round(school_id)
    if held is not None and held.phase == Phase.SETTLED:
        return Found(State.MET, "The group has discussed where it differs.", url)
    return Found(State.OPEN, "The group has not yet discussed where it differs.", url)


NEEDS: tuple[Need, ...] = (
    Need("calibration.sorted", Step.WORKING_GROUP, "Behaviour or safeguarding: each strand sorts the cards", 0.5, _sorted),
    Need("calibration.discussed", Step.WORKING_GROUP, "Behaviour or safeguarding: the group talks about where it differs", 1, _discussed),
)
