"""What the programme needs of this room, for the board and the gates."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from heedful.captures.queries.monitoring import monitoring_facts
from heedful.people.rules import Stage
from heedful.programme.communication.actions import values_now
from heedful.programme.communication.queries import TextState, is_for, pilot_staff_untold, staff_told, states_of
from heedful.programme.communication.rules import TOLD_PERCENT
from heedful.programme.communication.texts import TextKey
from heedful.programme.needs import Found, Need, State
from heedful.programme.steps import Step


def what_is_missing(state: TextState) -> str:
    """Why this text is not out yet, in a few words; empty where it is."""
    name = state.key.label
    if state.published is None:
        return f"“{name}” is not published"
    if state.drift:
        return f"“{name}” says something that the settings no longer do"
    if state.to_hand_out:
        return f"“{name}” is published and not given out yet"
    return ""


def _missing(school_id: int, *, is_pilot: bool) -> list[str]:
    facts = monitoring_facts(school_id)
    states = [state for state in states_of(school_id, facts, values_now(school_id)) if state.spec.is_required and is_for(state.spec, facts)]
    wanted = [state for state in states if state.spec.is_pilot == is_pilot and state.key is not TextKey.STAFF]
    return [words for state in wanted if (words := what_is_missing(state))]


def _pilot_told(school_id: int, now: datetime) -> Found:
    url = reverse("communication", args=[school_id])
    if monitoring_facts(school_id).stage in {Stage.LIVE, Stage.UNDER_REVIEW}:
        return Found(State.MET, "The pilot is over; everybody is told by the notices of the whole school.")
    missing = _missing(school_id, is_pilot=True)
    untold = pilot_staff_untold(school_id)
    if untold is None:
        missing.append("the notice to all staff has not been sent")
    elif untold:
        missing.append(f"{len(untold)} of the pilot's staff {'has' if len(untold) == 1 else 'have'} not confirmed the notice")
    if missing:
        return Found(State.OPEN, _sentence(missing), url)
    return Found(State.MET, "The pilot's pupils and families were given their notices, and its staff have confirmed theirs.", url)


def _staff_told(school_id: int, now: datetime) -> Found:
    told, url = staff_told(school_id), reverse("communication", args=[school_id])
    if told.sent_at is None:
        return Found(State.OPEN, "The notice to all staff has not been sent yet.", reverse("communication_text", args=[school_id, TextKey.STAFF]))
    says = f"{told.share.part} of {told.share.whole} staff have confirmed ({told.share.percent} %)"
    if told.share.is_enough:
        return Found(State.MET, f"{says}.", url)
    return Found(State.OPEN, f"{says}; {TOLD_PERCENT} % are needed.", url)


def _published(school_id: int, now: datetime) -> Found:
    url = reverse("communication", args=[school_id])
    if missing := _missing(school_id, is_pilot=False):
        return Found(State.OPEN, _sentence(missing), url)
    return Found(State.MET, "Pupils, parents and governors were given notices that say what the settings say.", url)


def _sentence(missing: list[str]) -> str:
    more = f", and {len(missing) - 3} more" if len(missing) > 3 else ""
    text = "; ".join(missing[:3]) + more + "."
    return text[:1].upper() + text[1:]


NEEDS: tuple[Need, ...] = (
    Need("pilot_told", Step.COMMUNICATION, "The pilot's pupils, families and staff are told", 1.5, _pilot_told, frozenset({Stage.PILOT})),
    Need("staff_told", Step.COMMUNICATION, f"Staff are told: {TOLD_PERCENT} % have confirmed", 1.0, _staff_told, frozenset({Stage.LIVE})),
    Need("notices_published", Step.COMMUNICATION, "Notices for pupils, parents and governors are out", 2.0, _published, frozenset({Stage.LIVE})),
)
