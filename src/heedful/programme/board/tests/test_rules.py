"""The stage moves when its gates are met, and says everything that holds it up."""

from __future__ import annotations

from datetime import datetime

import pytest

from heedful.people.rules import Stage
from heedful.programme.board.rules import MOVES, MoveRefused, check_move
from heedful.programme.needs import Found, Need, Standing, State
from heedful.programme.steps import Step

WHY = "The working group agreed on it."


def standing(key: str, state: State) -> Standing:
    def look(school_id: int, now: datetime) -> Found:
        return Found(state, "so it stands.")

    return Standing(Need(key, Step.LAUNCH, key.title(), 1, look, frozenset({Stage.PILOT, Stage.LIVE})), Found(state, "so it stands."))


MET, OPEN, LATER = standing("dpia", State.MET), standing("backup", State.OPEN), standing("rota", State.NOT_YET)


def refused(**wanted: object) -> tuple[str, ...]:
    with pytest.raises(MoveRefused) as refusal:
        check_move(**({"reason": WHY, "gates": (), "over": {}, "has_decided_to_go": True} | wanted))  # type: ignore[arg-type]
    return refusal.value.faults


def test_an_open_gate_holds_the_pilot_up_whatever_reason_is_given() -> None:
    [fault] = refused(at=Stage.SET_UP, to=Stage.PILOT, gates=(MET, OPEN), over={"backup": "We are in a hurry, really."})
    assert fault == "Backup: so it stands."


def test_what_comes_with_a_later_release_holds_nothing_up() -> None:
    assert check_move(at=Stage.SET_UP, to=Stage.PILOT, reason=WHY, gates=(MET, LATER), over={}, has_decided_to_go=False) is None


def test_going_live_over_an_open_gate_takes_a_written_reason_for_each() -> None:
    assert len(refused(at=Stage.PILOT, to=Stage.LIVE, gates=(OPEN,))) == 1
    assert len(refused(at=Stage.PILOT, to=Stage.LIVE, gates=(OPEN,), over={"backup": "later"})) == 1, "a word is no reason"
    over = {"backup": "The drill is on Friday; the head knows."}
    assert check_move(at=Stage.PILOT, to=Stage.LIVE, reason=WHY, gates=(OPEN,), over=over, has_decided_to_go=True) is None


def test_going_live_takes_a_decision_of_a_meeting_and_coming_back_from_review_does_not() -> None:
    assert "go or no-go meeting" in refused(at=Stage.PILOT, to=Stage.LIVE, has_decided_to_go=False)[0]
    assert check_move(at=Stage.UNDER_REVIEW, to=Stage.LIVE, reason=WHY, gates=(OPEN,), over={}, has_decided_to_go=False, is_back=True) is None


def test_every_fault_is_named_at_once() -> None:
    assert len(refused(at=Stage.SET_UP, to=Stage.LIVE, reason="no", gates=(OPEN,), has_decided_to_go=False)) == 4


@pytest.mark.parametrize("at", [stage for stage in Stage if stage != Stage.SET_UP])
def test_stopping_is_always_open(at: Stage) -> None:
    assert Stage.SET_UP in MOVES[at]
    assert check_move(at=at, to=Stage.SET_UP, reason=WHY, gates=(), over={}, has_decided_to_go=False) is None
