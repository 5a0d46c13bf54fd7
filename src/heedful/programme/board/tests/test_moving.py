"""Moving the stage, for real: what is written down, who may, and what the devices then do."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from heedful.audit.queries import entries_about
from heedful.audit.rules import Action
from heedful.gateway.policy import scope_for
from heedful.people.actions import create_group
from heedful.people.models import School
from heedful.people.rules import NotFound, Stage
from heedful.programme import needs
from heedful.programme.board.actions import change_live_groups, move_to
from heedful.programme.board.models import OpenGate
from heedful.programme.board.queries import board_of
from heedful.programme.board.rules import MoveRefused
from heedful.programme.launch.actions import decide
from heedful.programme.launch.rules import Verdict
from heedful.programme.needs import Found, Need, State
from heedful.programme.steps import Step
from heedful.programme.working_group.actions import hold_meeting
from heedful.programme.working_group.rules import Kind
from tests.personas.people import Place

WHY = "The working group agreed on it."


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> dict[str, State]:
    """One gate of pilot and launch, open until the test says otherwise, in place of all others."""
    stands = {"backup": State.OPEN}

    def look(school_id: int, now: datetime) -> Found:
        return Found(stands["backup"], "No backup was restored yet.", "/somewhere/")

    monkeypatch.setattr(needs, "_NEEDS", {"backup": Need("backup", Step.LAUNCH, "A restored backup", 1, look, frozenset({Stage.PILOT, Stage.LIVE}))})
    return stands


def at_stage(place: Place, stage: Stage) -> School:
    School.objects.filter(pk=place.school.pk).update(stage=stage)
    place.school.refresh_from_db()
    return place.school


def decided_to_go(place: Place, now: datetime) -> None:
    dsl = place.staff["dsl"]
    meeting = hold_meeting(school=place.school, kind=Kind.GO_NO_GO, on=timezone.localdate(now), attended=[dsl.pk], by=dsl, now=now)
    decide(school=place.school, meeting_id=meeting.pk, verdict=Verdict.GO, note="", viewer=dsl, now=now)


def test_an_open_gate_keeps_the_school_in_set_up(larkfield: Place, gate: dict[str, State]) -> None:
    school = at_stage(larkfield, Stage.SET_UP)
    with pytest.raises(MoveRefused, match="No backup was restored yet"):
        move_to(school=school, to=Stage.PILOT, reason=WHY, viewer=larkfield.staff["dsl"], now=timezone.now(), over={"backup": WHY})
    school.refresh_from_db()
    assert school.stage == Stage.SET_UP
    gate["backup"] = State.MET
    move = move_to(school=school, to=Stage.PILOT, reason=WHY, viewer=larkfield.staff["dsl"], now=timezone.now())
    school.refresh_from_db()
    assert (school.stage, move.gates) == (Stage.PILOT, [["backup", "met", "No backup was restored yet."]])
    [entry] = entries_about(school.pk, subject_kind="school", action=Action.STAGE_MOVED)
    assert entry.details["stage"] == {"from": "set_up", "to": "pilot"}
    assert WHY not in str(entry.details), "the chain holds no words of a person"


def test_going_live_over_an_open_gate_stands_on_the_board_until_it_is_met(larkfield: Place, gate: dict[str, State]) -> None:
    school, dsl, now = at_stage(larkfield, Stage.PILOT), larkfield.staff["dsl"], timezone.now()
    with pytest.raises(MoveRefused):
        move_to(school=school, to=Stage.LIVE, reason=WHY, viewer=dsl, now=now, over={"backup": "The drill is on Friday."})
    decided_to_go(larkfield, now)
    move_to(school=school, to=Stage.LIVE, reason=WHY, viewer=dsl, now=now, over={"backup": "The drill is on Friday."})
    board = board_of(dsl, school, now=now)
    assert board is not None
    [over] = board.exceptions
    assert (over.title, over.by, over.reason) == ("A restored backup", dsl.name, "The drill is on Friday.")
    gate["backup"] = State.MET
    closed = board_of(dsl, school, now=now)
    assert closed is not None
    assert closed.exceptions == ()
    assert OpenGate.objects.count() == 1, "what was gone over stays on record"


def test_a_decision_to_go_counts_for_one_launch(larkfield: Place, gate: dict[str, State]) -> None:
    school, dsl, now = at_stage(larkfield, Stage.PILOT), larkfield.staff["dsl"], timezone.now()
    gate["backup"] = State.MET
    decided_to_go(larkfield, now)
    move_to(school=school, to=Stage.LIVE, reason=WHY, viewer=dsl, now=now)
    move_to(school=school, to=Stage.PILOT, reason="Another approach is tried.", viewer=dsl, now=now + timedelta(minutes=1))
    with pytest.raises(MoveRefused, match="go or no-go meeting"):
        move_to(school=school, to=Stage.LIVE, reason=WHY, viewer=dsl, now=now + timedelta(minutes=2))


def test_a_school_goes_live_group_by_group(larkfield: Place, gate: dict[str, State]) -> None:
    school, dsl, now = at_stage(larkfield, Stage.PILOT), larkfield.staff["dsl"], timezone.now()
    gate["backup"] = State.MET
    decided_to_go(larkfield, now)
    pilot = create_group(school=school, name="Pilot", in_pilot=True, now=now)
    move_to(school=school, to=Stage.LIVE, reason=WHY, viewer=dsl, now=now, live_groups=[pilot.pk])
    member, other = larkfield.accounts[0], larkfield.accounts[1]
    assert (scope_for(school, member).monitor, scope_for(school, other).monitor) == (True, False)
    move_to(school=school, to=Stage.UNDER_REVIEW, reason="The year's review.", viewer=dsl, now=now)
    move_to(school=school, to=Stage.LIVE, reason="The review is closed.", viewer=dsl, now=now)
    assert (scope_for(school, member).monitor, scope_for(school, other).monitor) == (True, False), "a review widens nothing"
    change_live_groups(school=school, groups=[], reason="Everybody was told.", viewer=dsl, now=now)
    assert scope_for(school, other).monitor


def test_stopping_needs_no_gate_and_captures_nothing(larkfield: Place, gate: dict[str, State]) -> None:
    school = at_stage(larkfield, Stage.LIVE)
    move_to(school=school, to=Stage.SET_UP, reason="The governors asked for it.", viewer=larkfield.staff["head"], now=timezone.now())
    assert not scope_for(school, larkfield.accounts[0]).monitor


@pytest.mark.parametrize("who", ["deputy", "behaviour_lead", "technician", "governor"])
def test_others_do_not_move_the_stage(larkfield: Place, gate: dict[str, State], who: str) -> None:
    school = at_stage(larkfield, Stage.LIVE)
    with pytest.raises(NotFound):
        move_to(school=school, to=Stage.SET_UP, reason=WHY, viewer=larkfield.staff[who], now=timezone.now())
    school.refresh_from_db()
    assert school.stage == Stage.LIVE
