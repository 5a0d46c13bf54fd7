"""What this step needs, for the board and the gates."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from heedful.people.rules import Strand
from heedful.programme.calibration.queries.rounds import rounds_that_count, strands_that_sorted
from heedful.programme.calibration.rules import Phase
from heedful.programme.needs import Found, Need, State
from heedful.programme.steps import Step


def _sorted(school_id: int, now: datetime) -> Found:
    url, rounds = reverse("calibration", args=(school_id,)), rounds_that_count(school_id)
    missing = [[strand.label.lower() for strand in Strand if strand not in strands_that_sorted(held)] for held in rounds]
    if not missing:
        return Found(State.OPEN, "Nobody has sorted a deck yet.", url)
    if not all(missing):
        return Found(State.MET, "Each strand has sorted a deck.", url)
    return Found(State.OPEN, f"Nobody of the {' and the '.join(missing[0])} strand has finished sorting.", url)


def _discussed(school_id: int, now: datetime) -> Found:
    url = reverse("calibration", args=(school_id,))
    if any(held.phase == Phase.SETTLED for held in rounds_that_count(school_id)):
        return Found(State.MET, "The group has discussed where it differs.", url)
    return Found(State.OPEN, "The group has not yet discussed where it differs.", url)


NEEDS: tuple[Need, ...] = (
    Need("calibration.sorted", Step.WORKING_GROUP, "Behaviour or safeguarding: each strand sorts the cards", 0.5, _sorted),
    Need("calibration.discussed", Step.WORKING_GROUP, "Behaviour or safeguarding: the group talks about where it differs", 1, _discussed),
)
