"""The working group on its pages: members, slots, meetings, decisions, minutes."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.utils import timezone
from pypdf import PdfReader

from heedful.audit.models import Entry
from heedful.people.actions import change_school, set_strands
from heedful.people.queries import has_right, strands_of
from heedful.people.rules import NotFound, Right, Stage, Strand
from heedful.programme.needs import State
from heedful.programme.working_group.actions import (
    Owner,
    add_action,
    add_described_member,
    fill_slot,
    finish_action,
    hold_meeting,
    plan_meeting,
    record_decision,
    record_meeting,
)
from heedful.programme.working_group.models import ActionPoint, Meeting
from heedful.programme.working_group.needs import NEEDS
from heedful.programme.working_group.queries import decisions_of, meeting_page, members_of, open_actions_of, slots_of
from heedful.programme.working_group.rules import AGENDAS, GroupRefused, Kind, Slot
from tests.personas.people import Persona, Place


def states(place: Place) -> dict[str, State]:
    return {need.key: need.look(place.school.pk, timezone.now()).state for need in NEEDS}


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_a_member_stands_for_strands_and_sees_the_programme_by_it(dsl: Persona, staff_member: Persona, larkfield: Place) -> None:
    school, user = larkfield.school, larkfield.staff["staff_member"]
    assert staff_member.opens("working_group", school.pk).status_code == 404
    answer = dsl.posts("working_group_member", school.pk, person=user.pk, strands=["behaviour", "technical"], seat="sendco")
    assert answer.status_code == 302
    assert strands_of(user, school.pk) == {Strand.BEHAVIOUR, Strand.TECHNICAL}
    [member] = members_of(school.pk)
    assert (member.name, member.seat_label) == ("Jo Pemberton", "SENDCo")
    assert staff_member.opens("working_group", school.pk).status_code == 200
    dsl.posts("working_group_remove", school.pk, key=member.key)
    assert members_of(school.pk) == ()
    assert staff_member.opens("working_group", school.pk).status_code == 404


def test_a_member_reads_the_programme_and_changes_nothing(dsl: Persona, technician: Persona, larkfield: Place) -> None:
    page = text_of(technician.opens("working_group", larkfield.school.pk))
    assert "Add them" not in page
    assert technician.posts("working_group_described", larkfield.school.pk, described_as="A parent").status_code == 404
    assert "Add them" in text_of(dsl.opens("working_group", larkfield.school.pk))


def test_nobody_of_another_school_can_be_put_in(dsl: Persona, larkfield: Place, marsh_end: Place) -> None:
    stranger = marsh_end.staff["dsl"]
    assert dsl.posts("working_group_member", larkfield.school.pk, person=stranger.pk, strands=["behaviour"]).status_code == 422
    assert not has_right(stranger, larkfield.school.pk, Right.SEE_PROGRAMME)


def test_a_pupil_is_described_and_never_named(dsl: Persona, larkfield: Place) -> None:
    refused = dsl.posts("working_group_described", larkfield.school.pk, described_as="Nia Merrick of 8K", seat="pupil_voice")
    assert refused.status_code == 422
    assert "Describe a pupil by what they stand for" in text_of(refused)
    assert 'value="Nia Merrick of 8K"' in text_of(refused)
    dsl.posts("working_group_described", larkfield.school.pk, described_as="Year 10 council representative", seat="pupil_voice")
    assert [member.name for member in members_of(larkfield.school.pk)] == ["Year 10 council representative"]


def test_the_gates_open_one_by_one(larkfield: Place) -> None:
    school, dsl, now = larkfield.school, larkfield.staff["dsl"], timezone.now()
    assert set(states(larkfield).values()) == {State.OPEN}
    for key, strand in (("dsl", Strand.SAFEGUARDING), ("behaviour_lead", Strand.BEHAVIOUR), ("technician", Strand.TECHNICAL)):
        set_strands(user=larkfield.staff[key], school=school, strands=[strand], by=dsl, now=now)
    fill_slot(school=school, slot=Slot.SENIOR_LEADER, who=Owner(user_id=larkfield.staff["head"].pk), by=dsl, now=now)
    assert states(larkfield) == {
        "strands_named": State.MET, "senior_leader": State.MET, "link_governor": State.OPEN, "first_meeting": State.OPEN,
    }  # fmt: skip
    fill_slot(school=school, slot=Slot.LINK_GOVERNOR, who=Owner(described_as="Desmond Ayre"), by=dsl, now=now)
    hold_meeting(school=school, kind=Kind.ORDINARY, on=timezone.localdate(), attended=[dsl.pk], by=dsl, now=now)
    assert set(states(larkfield).values()) == {State.MET}


def test_the_pilot_waits_for_the_strands_and_going_live_for_the_slots_too() -> None:
    pilot, live = ({need.key for need in NEEDS if stage in need.holds} for stage in (Stage.PILOT, Stage.LIVE))
    assert pilot == {"strands_named"}
    assert live == {"strands_named", "senior_leader", "link_governor"}


def test_a_slot_whose_holder_left_is_open_again(larkfield: Place) -> None:
    head = larkfield.staff["head"]
    fill_slot(school=larkfield.school, slot=Slot.SENIOR_LEADER, who=Owner(user_id=head.pk), by=larkfield.staff["dsl"], now=timezone.now())
    assert slots_of(larkfield.school.pk)[0].name == "Ruth Calder"
    type(head).objects.filter(pk=head.pk).update(is_active=False)
    assert not slots_of(larkfield.school.pk)[0].is_filled


def test_an_empty_slot_is_red_on_the_assurance_page(governor: Persona, larkfield: Place) -> None:
    assert text_of(governor.opens("assurance")).count("Nobody yet") == 2
    dsl = larkfield.staff["dsl"]
    fill_slot(school=larkfield.school, slot=Slot.LINK_GOVERNOR, who=Owner(user_id=larkfield.staff["governor"].pk), by=dsl, now=timezone.now())
    page = text_of(governor.opens("assurance"))
    assert page.count("Nobody yet") == 1
    assert "Desmond Ayre" in page


def test_a_meeting_goes_from_plan_to_minutes(dsl: Persona, larkfield: Place) -> None:
    school, today = larkfield.school, timezone.localdate()
    planned = dsl.posts("meeting_plan", school.pk, **{"plan-kind": "ordinary", "plan-on": today, "plan-agenda": ""})
    meeting = Meeting.objects.get()
    assert planned["Location"].endswith(f"/meetings/{meeting.pk}/")
    assert tuple(meeting.agenda) == AGENDAS[Kind.ORDINARY]
    dsl.posts(
        "meeting_record", school.pk, meeting.pk, on=today, attended=[larkfield.staff["dsl"].pk, larkfield.staff["head"].pk],
        others="Parent of the PTA\n", notes="We spoke of the dates.",
    )  # fmt: skip
    dsl.posts("meeting_decision", school.pk, meeting.pk, **{"decision-text": "We pilot with Year 8."})
    due = today + timedelta(days=7)
    dsl.posts("meeting_action", school.pk, meeting.pk, **{"action-text": "Bring the three policies", "action-owner": larkfield.staff["head"].pk, "action-due_on": due})
    answer = dsl.opens("meeting_minutes", school.pk, meeting.pk)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "no-store")
    minutes = " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split())
    for words in ("Amara Lockhart", "Ruth Calder", "Parent of the PTA", "We spoke of the dates.", "We pilot with Year 8.", "Bring the three policies"):
        assert words in minutes
    [action] = open_actions_of(school.pk, today=today)
    assert (action.owner, action.due_on, action.is_late) == ("Ruth Calder", due, False)
    dsl.posts("action_done", school.pk, action.id, back=f"/programme/{school.pk}/working-group/")
    assert open_actions_of(school.pk, today=today) == ()


def test_a_planned_meeting_is_moved_or_called_off_and_a_held_one_is_not(dsl: Persona, larkfield: Place) -> None:
    school, today = larkfield.school, timezone.localdate()
    meeting = plan_meeting(school=school, kind=Kind.ORDINARY, on=today, by=larkfield.staff["dsl"], now=timezone.now())
    later = today + timedelta(days=7)
    dsl.posts("meeting_change", school.pk, meeting.pk, **{"change-on": later, "change-agenda": "The plan\nThe dates"})
    meeting.refresh_from_db()
    assert (meeting.on, meeting.agenda) == (later, ["The plan", "The dates"])
    dsl.posts("meeting_call_off", school.pk, meeting.pk)
    assert not Meeting.objects.exists()
    held = hold_meeting(school=school, kind=Kind.ORDINARY, on=today, attended=[larkfield.staff["dsl"].pk], by=larkfield.staff["dsl"], now=timezone.now())
    assert dsl.posts("meeting_change", school.pk, held.pk, **{"change-on": later, "change-agenda": "Other"}).status_code == 422
    dsl.posts("meeting_call_off", school.pk, held.pk)
    assert Meeting.objects.get().on == today


def test_decisions_and_changed_settings_print_with_their_reasons(governor: Persona, larkfield: Place) -> None:
    now, dsl, school = timezone.now(), larkfield.staff["dsl"], larkfield.school
    meeting = hold_meeting(school=school, kind=Kind.ORDINARY, on=timezone.localdate(), attended=[dsl.pk], by=dsl, now=now)
    record_decision(school=school, meeting_id=meeting.pk, text="We pilot with Year 8.", by=dsl, now=now)
    change_school(school, reason="The pilot asked for it.", now=now, by=dsl, capture_from=3)
    answer = governor.opens("decision_log", school.pk)
    log = " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split())
    for words in ("We pilot with Year 8.", "The pilot asked for it.", "Changed: capture from"):
        assert words in log


def test_a_meeting_without_anybody_is_not_held_and_what_was_typed_stays(dsl: Persona, larkfield: Place) -> None:
    meeting = plan_meeting(
        school=larkfield.school, kind=Kind.ORDINARY, on=timezone.localdate(), by=larkfield.staff["dsl"], now=timezone.now()
    )
    refused = dsl.posts("meeting_record", larkfield.school.pk, meeting.pk, on=timezone.localdate(), notes="We spoke of the dates.")
    assert refused.status_code == 422
    assert "Say who was there" in text_of(refused)
    assert "We spoke of the dates." in text_of(refused)


def test_a_meeting_that_was_held_does_not_lie_in_the_future(larkfield: Place) -> None:
    now, dsl = timezone.now(), larkfield.staff["dsl"]
    with pytest.raises(GroupRefused, match="future"):
        hold_meeting(school=larkfield.school, kind=Kind.GO_NO_GO, on=now.date() + timedelta(days=2), attended=[dsl.pk], by=dsl, now=now)
    assert not Meeting.objects.exists()


def test_another_room_finds_its_decisions_again(larkfield: Place) -> None:
    now, dsl, school = timezone.now(), larkfield.staff["dsl"], larkfield.school
    meeting = hold_meeting(school=school, kind=Kind.PILOT_REVIEW, on=now.date(), attended=[dsl.pk], agenda=["One point"], by=dsl, now=now)
    record_decision(school=school, meeting_id=meeting.pk, text="Adopt the first approach.", about="pilot:3", by=dsl, now=now)
    record_decision(school=school, meeting_id=meeting.pk, text="Something else.", by=dsl, now=now)
    assert [decision.text for decision in decisions_of(school.pk, about="pilot:3")] == ["Adopt the first approach."]
    with pytest.raises(GroupRefused):
        record_decision(school=school, meeting_id=meeting.pk, text="  ", by=dsl, now=now)


def test_what_belongs_to_another_school_is_not_there(dsl_of_another_school: Persona, larkfield: Place, marsh_end: Place) -> None:
    now, dsl = timezone.now(), larkfield.staff["dsl"]
    meeting = plan_meeting(school=larkfield.school, kind=Kind.ORDINARY, on=now.date(), by=dsl, now=now)
    assert dsl_of_another_school.opens("meeting", marsh_end.school.pk, meeting.pk).status_code == 404
    with pytest.raises(NotFound):
        record_meeting(school=marsh_end.school, meeting_id=meeting.pk, on=now.date(), attended=[dsl.pk], by=dsl, now=now)
    with pytest.raises(NotFound):
        meeting_page(marsh_end.school.pk, meeting.pk, today=now.date())


def test_an_action_is_finished_once_and_late_ones_are_said(larkfield: Place) -> None:
    now, dsl, school = timezone.now(), larkfield.staff["dsl"], larkfield.school
    meeting = plan_meeting(school=school, kind=Kind.ORDINARY, on=now.date(), by=dsl, now=now)
    point = add_action(
        school=school, meeting_id=meeting.pk, text="Ask the council", owner=Owner(described_as="Year 10 council representative"),
        due_on=date(2026, 1, 9), by=dsl, now=now,
    )  # fmt: skip
    assert open_actions_of(school.pk, today=date(2026, 1, 10))[0].is_late
    assert finish_action(school=school, action_id=point.pk, by=dsl, now=now)
    assert not finish_action(school=school, action_id=point.pk, by=dsl, now=now)
    assert ActionPoint.objects.get().done_by == dsl


def test_the_chain_holds_ids_and_no_words(larkfield: Place) -> None:
    now, dsl, school = timezone.now(), larkfield.staff["dsl"], larkfield.school
    add_described_member(school=school, described_as="Year 10 council representative", seat=None, by=dsl, now=now)
    meeting = hold_meeting(school=school, kind=Kind.ORDINARY, on=now.date(), attended=[dsl.pk], others=["Parent of the PTA"], notes="Secret", by=dsl, now=now)
    record_decision(school=school, meeting_id=meeting.pk, text="We pilot with Year 8.", by=dsl, now=now)
    said = str(list(Entry.objects.filter(school_id=school.pk).values_list("action", "details")))
    assert "working_group.meeting_held" in said
    for words in ("council", "PTA", "Secret", "Year 8"):
        assert words not in said
