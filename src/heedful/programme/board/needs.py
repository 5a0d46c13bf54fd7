"""What the board itself asks for: the agreed lines, which no room of the programme owns, and gates whose subject comes with a later release."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from heedful.people.rules import Stage, Strand
from heedful.programme.needs import Found, Need, State
from heedful.programme.steps import Step
from heedful.thresholds.queries import is_in_force_by_school, signed_strands


def _signed(school_id: int, now: datetime) -> Found:
    url = f"{reverse('thresholds')}?school={school_id}"
    if not is_in_force_by_school(school_id):
        return Found(State.OPEN, "Heedful's own table is in force. Agree on yours: each strand signs it.", url)
    missing = [strand.label.lower() for strand in Strand if strand not in signed_strands(school_id)]
    if missing:
        return Found(State.OPEN, f"Nobody signed the table in force for: {', '.join(missing)}.", url)
    return Found(State.MET, "The school's own table is in force, signed by all three strands.", url)


def _comes_later(says: str) -> Found:
    return Found(State.NOT_YET, says)


def _rota(school_id: int, now: datetime) -> Found:
    return _comes_later("A rota comes with a later release. Until then notices go to the lead and every deputy at once.")


def _hours(school_id: int, now: datetime) -> Found:
    return _comes_later("A calendar of covered hours comes with a later release. Say in your policy who reads out of hours, and when.")


def _drill(school_id: int, now: datetime) -> Found:
    return _comes_later("A drill of the escalation comes with a later release. Until then try one urgent capture by the test phrase and a colleague.")


NEEDS: tuple[Need, ...] = (
    Need("thresholds_signed", Step.WORKING_GROUP, "A threshold table that every strand signed", 0.5, _signed, frozenset({Stage.LIVE})),
    Need("rota", Step.LAUNCH, "Lead and deputy are on the rota", 0.5, _rota, frozenset({Stage.PILOT})),
    Need("hours_covered", Step.LAUNCH, "Every hour is covered by a named person or declared deferred", 0.5, _hours, frozenset({Stage.LIVE})),
    Need("drill", Step.LAUNCH, "The escalation drill was passed", 0.5, _drill, frozenset({Stage.LIVE})),
)
