"""What the demo school did around its pilot: working group, plan, DPIA, texts, meetings and dates, through each room's own actions."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from heedful.assurance.dpia.actions import approve_dpia, mark_of, save_dpia
from heedful.assurance.dpia.queries import live_lines
from heedful.assurance.dpia.questions import Question, questions_of
from heedful.demo.actions.pilot import DemoPilot
from heedful.demo.school import DemoSchool
from heedful.people.rules import Strand
from heedful.programme.communication.actions import acknowledge, mark_handed_out, publish_text
from heedful.programme.communication.models import HandOut
from heedful.programme.communication.queries import messages_for
from heedful.programme.communication.rules import How
from heedful.programme.communication.texts import TextKey
from heedful.programme.launch.actions import plan_step, set_date
from heedful.programme.pilot.actions import hold_review
from heedful.programme.plan.actions import ProfileValues, propose_plan, write_profile
from heedful.programme.plan.rules import Incident, Often, OwnDevices, Share, Size
from heedful.programme.steps import Step
from heedful.programme.training.actions import answer_module
from heedful.programme.training.queries import catalogue_of
from heedful.programme.working_group.actions import (
    Owner,
    add_action,
    add_described_member,
    fill_slot,
    hold_meeting,
    record_decision,
    set_member,
)
from heedful.programme.working_group.models import Meeting
from heedful.programme.working_group.rules import Kind, Seat, Slot

MEMBERS = (
    ("dsl", (Strand.SAFEGUARDING,), None), ("deputy", (Strand.SAFEGUARDING,), None), ("behaviour", (Strand.BEHAVIOUR,), None),
    ("technician", (Strand.TECHNICAL,), None), ("governor", (), Seat.GOVERNOR),
)  # fmt: skip
OWNERS = (
    (Step.BEFORE, "technician", -25), (Step.WORKING_GROUP, "dsl", -20), (Step.PILOT, "deputy", 28), (Step.POLICIES, "head", 30),
    (Step.COMMUNICATION, "head", 40), (Step.TRAINING, "dsl", 40), (Step.LAUNCH, "head", 60),
)  # fmt: skip
CONFIRMED = ("dsl", "deputy", "behaviour", "technician", "head")
AWARENESS = "awareness"
TOLD = (TextKey.STAFF, TextKey.PILOT_PUPILS, TextKey.PILOT_FAMILIES)
REVIEWS = (
    ("The first week in figures. Mornings are heavy where the lead sees all.", "We go on with both ways for another week before we change anything."),
    ("Pupils of Year 8 say that somebody spoke with them the same day.", "Reviewers look through the weekly sample on Mondays, ten minutes each."),
)


def seed_before(school: DemoSchool, *, now: datetime) -> None:
    """What comes before a pilot: the group, its first meetings, the plan, and who answers for which step."""
    dsl, head, mine = school.staff["dsl"], school.staff["head"], school.school
    for key, strands, seat in MEMBERS:
        set_member(school=mine, user_id=school.staff[key].pk, strands=strands, seat=seat, by=dsl, now=now)
    add_described_member(school=mine, described_as="Year 10 council representative", seat=Seat.PUPIL_VOICE, by=dsl, now=now)
    fill_slot(school=mine, slot=Slot.SENIOR_LEADER, who=Owner(user_id=head.pk), by=dsl, now=now)
    fill_slot(school=mine, slot=Slot.LINK_GOVERNOR, who=Owner(user_id=school.staff["governor"].pk), by=dsl, now=now)
    incidents = {Incident.SELF_HARM: Often.SOME, Incident.NUDES: Often.FEW, Incident.BULLYING: Often.MANY}
    profile = ProfileValues(
        youngest=7, oldest=18, size=Size.UNDER_1200, send=Share.UNDER_15, eal=Share.UNDER_15, boards=False, learns_remotely=False, own_devices=OwnDevices.PHONES,
        incidents={str(kind): str(often) for kind, often in incidents.items()}, notes="",
    )  # fmt: skip
    write_profile(school=mine, values=profile, by=dsl, now=now)
    propose_plan(school=mine, by=dsl, now=now)
    meeting = _meets(school, Kind.ORDINARY, now, "Roles shared out; the plan read line by line.")
    record_decision(school=mine, meeting_id=meeting.pk, text="We pilot with Years 7, 8, 10 and 11, in two ways.", by=dsl, now=now)
    due = timezone.localdate(now) + timedelta(days=35)
    owner = Owner(user_id=school.staff["technician"].pk)
    add_action(school=mine, meeting_id=meeting.pk, text="Bring the sixth form's computers into the inventory", owner=owner, due_on=due, by=dsl, now=now)
    set_date(school=mine, on=_school_day(timezone.localdate(now) + timedelta(days=80)), reason="", viewer=head, now=now)


def seed_during(school: DemoSchool, pilot: DemoPilot, *, now: datetime) -> None:
    """What came with the pilot: texts given out, weekly reviews, the steps' dates, and a launch that moved once."""
    mine, head, today = school.school, school.staff["head"], timezone.localdate(now)
    _approve_dpia(school, pilot.starts_at - timedelta(days=1))
    _tell_everybody(school, pilot.starts_at - timedelta(days=2))
    _train(school, pilot.starts_at - timedelta(days=1))
    attended = [school.staff[key].pk for key, _, _ in MEMBERS]
    for week, (notes, decision) in enumerate(REVIEWS, 1):
        at = min(now - timedelta(hours=1), pilot.starts_at + timedelta(weeks=week, hours=8))
        hold_review(
            school=mine, number=pilot.pilot.number, on=timezone.localdate(at), attended=attended, decisions=[decision], notes=notes,
            by=school.staff["dsl"], now=at,
        )  # fmt: skip
    for step, key, days in OWNERS:
        plan_step(school=mine, step=step, owner_id=school.staff[key].pk, due_on=today + timedelta(days=days), viewer=head, now=now)
    reason = "The sixth form's computers are not covered yet."
    set_date(school=mine, on=_school_day(today + timedelta(days=65)), reason=reason, viewer=head, now=now - timedelta(days=3))


def _tell_everybody(school: DemoSchool, now: datetime) -> None:
    """The texts of a pilot: given out in class and by letter; of staff, all but one have confirmed."""
    mine, head = school.school, school.staff["head"]
    for text in TOLD:
        publish_text(school=mine, key=text, asks=text == TextKey.STAFF, seen="ready", viewer=head, now=now)
    for row in HandOut.objects.filter(school=mine, done_at=None).order_by("pk"):
        how = How.LETTER if row.version.key == TextKey.PILOT_FAMILIES else How.LESSON
        mark_handed_out(
            hand_out_id=row.pk, school_id=mine.pk, given_on=timezone.localdate(now), how=how, note="", viewer=head, now=now + timedelta(hours=3)
        )
    for key in CONFIRMED:
        for message in messages_for(school.staff[key], now=now + timedelta(hours=1)):
            if message.asks:
                acknowledge(message_id=message.pk, viewer=school.staff[key], now=now + timedelta(hours=4))


def _train(school: DemoSchool, now: datetime) -> None:
    """The module for everybody: answered by all who have confirmed what they were told."""
    module = next(each for each in catalogue_of(school.school.pk) if each.key == AWARENESS)
    chosen = [sorted(question.right) for question in module.questions]
    for key in CONFIRMED:
        answer_module(viewer=school.staff[key], school=school.school, module=module, chosen=chosen, now=now)


def _meets(school: DemoSchool, kind: Kind, now: datetime, notes: str) -> Meeting:
    attended = [school.staff[key].pk for key, _, _ in MEMBERS]
    return hold_meeting(school=school.school, kind=kind, on=timezone.localdate(now), attended=attended, notes=notes, by=school.staff["dsl"], now=now)


def _approve_dpia(school: DemoSchool, now: datetime) -> None:
    answers = {each.key: _answer(each, timezone.localdate(now)) for each in questions_of(live_lines(school.school.pk))}
    draft = save_dpia(school=school.school, given=answers, seen="new", viewer=school.staff["dsl"], now=now)
    approve_dpia(school=school.school, seen=mark_of(draft), viewer=school.staff["head"], now=now)


def _answer(question: Question, today: date) -> str:
    """What Heedful offers, else the first choice, a day, or a sentence: this school is invented."""
    if question.offered:
        return question.offered
    if question.is_date:
        return today.isoformat()
    chosen = [value for value, _ in question.choices if value]
    return chosen[0] if chosen else "Agreed in the working group's first meeting."


def _school_day(day: date) -> date:
    """This day, or the Monday after a weekend."""
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)
