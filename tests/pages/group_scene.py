"""A working group that has met twice, a plan with gaps, and a review that is being written: for the page tests and the pictures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from heedful.assurance.reviews.actions import certify_deletion, note_stand_up, open_review, raise_triggers, write_review
from heedful.assurance.reviews.rules import Heading, Part
from heedful.assurance.reviews.rules import Kind as ReviewKind
from heedful.captures.models import Deletion
from heedful.people.actions import change_school, move_stage
from heedful.people.models import School
from heedful.people.rules import Stage, Strand
from heedful.programme.plan.actions import ProfileValues, add_ai_tool, set_line, write_profile
from heedful.programme.plan.rules import ALL_PUPILS, Incident, Kind, LineValues, Method, UsedBy
from heedful.programme.plan.rules import Place as Where
from heedful.programme.working_group.actions import (
    Owner,
    add_action,
    add_described_member,
    fill_slot,
    hold_meeting,
    plan_meeting,
    record_decision,
    set_member,
)
from heedful.programme.working_group.rules import Kind as MeetingKind
from heedful.programme.working_group.rules import Seat, Slot
from tests.personas.people import Place


@dataclass(frozen=True)
class GroupScene:
    """Numbers of what the pages are opened on."""

    group_school: int
    held_meeting: int
    planned_meeting: int
    gap_line: int
    written_review: int


def set_group_scene(place: Place, *, now: datetime) -> GroupScene:
    """Set everything as the safeguarding lead would have. The school has been live for three weeks, in its second week of term."""
    dsl = place.staff["dsl"]
    _go_live(place, now)
    for key, strands, seat in (("dsl", {Strand.SAFEGUARDING}, None), ("technician", {Strand.TECHNICAL}, None), ("governor", set(), Seat.GOVERNOR)):
        set_member(school=place.school, user_id=place.staff[key].pk, strands=strands, seat=seat, by=dsl, now=now)
    add_described_member(school=place.school, described_as="Year 10 council representative", seat=Seat.PUPIL_VOICE, by=dsl, now=now)
    fill_slot(school=place.school, slot=Slot.SENIOR_LEADER, who=Owner(user_id=place.staff["head"].pk), by=dsl, now=now)
    held, planned = _meetings(place, now)
    return GroupScene(place.school.pk, held, planned, _plan(place, now), _review(place, now))


def _go_live(place: Place, now: datetime) -> None:
    dsl, school = place.staff["dsl"], place.school
    if school.stage == Stage.LIVE:
        move_stage(school=school, to=Stage.UNDER_REVIEW, reason="The summer's review.", by=dsl, now=now - timedelta(days=9))
    move_stage(school=school, to=Stage.LIVE, reason="Decided in the launch meeting.", by=dsl, now=now - timedelta(days=8))
    for days in (7, 6, 5, 4, 3, 2, 1):
        moment = now - timedelta(days=days)
        if timezone.localtime(moment).isoweekday() < 6 and days != 2:
            note_stand_up(school=school, text="Four captures by lunch, all seen within minutes. The library's shared account came up twice.", by=dsl, now=moment)


def _meetings(place: Place, now: datetime) -> tuple[int, int]:
    dsl, school, today = place.staff["dsl"], place.school, timezone.localdate(now)
    people = [place.staff[key].pk for key in ("dsl", "technician", "governor", "head")]
    held = hold_meeting(
        school=school, kind=MeetingKind.ORDINARY, on=today - timedelta(days=30), attended=people, others=["Year 10 council representative"],
        notes="We went through the plan line by line. The iPads of the lower school stay a gap until the filter's log can be read.", by=dsl, now=now,
    )  # fmt: skip
    record_decision(school=school, meeting_id=held.pk, text="Year 8 and Year 10 pilot for three weeks from the first Monday after half-term.", by=dsl, now=now)
    record_decision(school=school, meeting_id=held.pk, text="Pictures stay off.", by=dsl, now=now)
    for text, key, days in (("Bring the three policies to the next meeting", "head", -4), ("Ask the supplier of the filter for its log", "technician", 6)):
        add_action(
            school=school, meeting_id=held.pk, text=text, owner=Owner(user_id=place.staff[key].pk), due_on=today + timedelta(days=days), by=dsl, now=now
        )
    planned = plan_meeting(school=school, kind=MeetingKind.CALIBRATION, on=today + timedelta(days=5), by=dsl, now=now)
    return held.pk, planned.pk


def _plan(place: Place, now: datetime) -> int:
    dsl, school, technician = place.staff["dsl"], place.school, place.staff["technician"]
    often = {str(incident): "none" for incident in Incident} | {"self_harm": "some", "bullying": "many", "nudes": "few"}
    profile = ProfileValues(11, 18, "under_1200", "under_25", "under_15", False, True, "phones", often, "Two primary schools new to us this year.")
    write_profile(school=school, values=profile, by=dsl, now=now)
    due = timezone.localdate(now) + timedelta(days=21)
    lines = (
        LineValues(ALL_PUPILS, Where.CLASSROOM, Kind.CHROMEBOOK, Method.HEEDFUL, "Managed by the school; the extension is installed by policy."),
        LineValues(ALL_PUPILS, Where.HOME, Kind.CHROMEBOOK, Method.HEEDFUL, "The device goes home, and its hours with it."),
        LineValues("Year 12", Where.LIBRARY, Kind.MAC, Method.HEEDFUL, "The music suite."),
        LineValues(ALL_PUPILS, Where.CLASSROOM, Kind.OWN, Method.IN_PERSON, "Phones are put away in lessons; staff see the room."),
    )
    for values in lines:
        set_line(school=school, values=values, by=dsl, now=now)
    gap = LineValues("Year 7", Where.CLASSROOM, Kind.IPAD, Method.NOTHING_YET, "The filter's log is not readable yet.", technician.pk, due)
    add_ai_tool(
        school=school, name="Writing helper", used_by=UsedBy.PUPILS, what_for="Drafts in English, in class", since=now.date(), by=dsl,
        now=now - timedelta(days=2),
    )  # fmt: skip
    return set_line(school=school, values=gap, by=dsl, now=now).pk


def _review(place: Place, now: datetime) -> int:
    dsl, school = place.staff["dsl"], School.objects.get(pk=place.school.pk)
    change_school(school, reason="The pilot asked for it.", now=now - timedelta(days=3), capture_from=2)
    raise_triggers(school=school, now=now - timedelta(days=2))
    review = open_review(school=school, kind=ReviewKind.YEARLY, by=dsl, now=now - timedelta(days=1))
    found = {str(Heading.RISK_PROFILE): "The intake has changed; the profile was put right in the first meeting."}
    write_review(
        school=school, review_id=review.pk, held_on=None, found=found, parts={Part.DSL: "Amara Lockhart", Part.LEADER: "Ruth Calder"}, conclusion="",
        by=dsl, now=now,
    )  # fmt: skip
    change_school(school, reason="Homework clubs.", now=now, capture_from=2, hours=[])
    raise_triggers(school=school, now=now)
    for days, kind, count in ((12, "captures.unreviewed", 9), (5, "captures.false_positive", 31)):
        Deletion.objects.create(school=school, at=now - timedelta(days=days), kind=kind, count=count)
    certify_deletion(school=school, certified_as="Amara Lockhart, Designated safeguarding lead", by=dsl, now=now)
    return review.pk
