"""What a deployment needs is registered once, and stands by step."""

from __future__ import annotations

from datetime import datetime

import pytest

from heedful.people.rules import Stage
from heedful.programme.needs import Found, Need, State, all_needs, register
from heedful.programme.steps import Step


def look(school_id: int, now: datetime) -> Found:
    return Found(State.OPEN, "Nothing is there yet.")


def test_a_key_is_used_once() -> None:
    taken = all_needs()[0]
    with pytest.raises(ValueError, match=taken.key):
        register(Need(taken.key, Step.LAUNCH, "Another", 1, look))


def test_needs_stand_in_the_order_of_the_steps() -> None:
    order = [list(Step).index(need.step) for need in all_needs()]
    assert order == sorted(order)


def test_gates_of_the_pilot_and_of_the_launch_are_there() -> None:
    held = {stage: {need.key for need in all_needs() if stage in need.holds} for stage in Stage}
    assert {"rota"} <= held[Stage.PILOT]
    assert {"hours_covered", "drill", "launch_date"} <= held[Stage.LIVE]
    assert held[Stage.SET_UP] | held[Stage.UNDER_REVIEW] == set(), "nobody needs permission to stop or to review"


def test_a_need_says_how_long_it_takes_and_is_no_more_than_a_day() -> None:
    assert {need.key: need.hours for need in all_needs() if not 0 < need.hours <= 8} == {}
