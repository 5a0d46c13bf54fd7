"""What the board itself asks for: gates whose subject comes with a later release are declared now and hold nothing up."""

from __future__ import annotations

from datetime import datetime

from heedful.people.rules import Stage
from heedful.programme.needs import Found, Need, State
from heedful.programme.steps import Step


def _comes_later(says: str) -> Found:
    return Found(State.NOT_YET, says)


def _rota(school_id: int, now: datetime) -> Found:
    return _comes_later("A rota comes with a later release. Until then notices go to the lead and every deputy at once.")


def _hours(school_id: int, now: datetime) -> Found:
    return _comes_later("A calendar of covered hours comes with a later release. Say in your policy who reads out of hours, and when.")


def _drill(school_id: int, now: datetime) -> Found:
    return _comes_later("A drill of the escalation comes with a later release. Until then try one urgent capture by the test phrase and a colleague.")


NEEDS: tuple[Need, ...] = (
    Need("rota", Step.LAUNCH, "Lead and deputy are on the rota", 0.5, _rota, frozenset({Stage.PILOT})),
    Need("hours_covered", Step.LAUNCH, "Every hour is covered by a named person or declared deferred", 0.5, _hours, frozenset({Stage.LIVE})),
    Need("drill", Step.LAUNCH, "The escalation drill was passed", 0.5, _drill, frozenset({Stage.LIVE})),
)
