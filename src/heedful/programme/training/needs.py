"""What training needs, for the board and the gates."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from heedful.people.rules import Stage
from heedful.programme.needs import Found, Need, State
from heedful.programme.steps import Step
from heedful.programme.training.queries import standing_of

AWARE_SHARE = 95  # in percent: as for the announcement, a few are always new or away


def leads(school_id: int, now: datetime) -> Found:
    """The safeguarding lead and the deputies: they are called first when the pilot captures something."""
    stands, url = standing_of(school_id, now=now), reverse("training_record", args=(school_id,))
    if stands.are_leads_trained:
        return Found(State.MET, f"All {stands.leads} have passed the reviewers' module and the practice captures.", url)
    if not stands.leads:
        return Found(State.OPEN, "Nobody has the role of safeguarding lead or deputy yet.", url)
    return Found(State.OPEN, f"{stands.leads_trained} of {stands.leads} leads and deputies have passed the reviewers' module and the practice captures.", url)


def readers(school_id: int, now: datetime) -> Found:
    """Everybody whose role opens captures."""
    stands, url = standing_of(school_id, now=now), reverse("clearances", args=(school_id,))
    if stands.are_readers_trained:
        return Found(State.MET, f"All {stands.readers} people whose role opens captures have trained for it.", url)
    if not stands.readers:
        return Found(State.OPEN, "Nobody has a role that opens captures yet.", url)
    missing = ", ".join(stands.untrained[:5]) + (" and others" if len(stands.untrained) > 5 else "")
    return Found(State.OPEN, f"Not trained to open captures: {missing}.", url)


def awareness(school_id: int, now: datetime) -> Found:
    """All staff with a role in the school, governors and technicians included."""
    stands, url = standing_of(school_id, now=now), reverse("training_record", args=(school_id,))
    is_met = bool(stands.staff) and stands.staff_aware * 100 >= AWARE_SHARE * stands.staff
    return Found(State.MET if is_met else State.OPEN, f"{stands.staff_aware} of {stands.staff} staff have passed the awareness module.", url)


NEEDS: tuple[Need, ...] = (
    Need("leads_trained", Step.TRAINING, "Safeguarding lead and deputies trained", 1.5, leads, frozenset({Stage.PILOT})),
    Need("readers_trained", Step.TRAINING, "Everybody who opens captures trained", 1.5, readers, frozenset({Stage.LIVE})),
    Need("staff_aware", Step.TRAINING, "All staff know what runs and what they do", 0.5, awareness),
)
