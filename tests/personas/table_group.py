"""The working group, its meetings and what was decided."""

from __future__ import annotations

from django.utils import timezone

from heedful.programme.working_group.actions import Owner, add_action, plan_meeting
from heedful.programme.working_group.rules import Kind
from tests.personas.people import Place
from tests.personas.table import MANAGERS, Row, Subjects, only

SCHOOL, MEETING, ACTION = "school", "a meeting", "an action of a meeting"
TODAY = str(timezone.localdate())
# Whoever the programme is open to; DSL, deputy and head change it.
SEES = ("dsl", "deputy", "behaviour_lead", "technician", "head", "governor")
RUNS = ("deputy", *MANAGERS)
ROWS = (
    Row("working_group", only(200, *SEES), (SCHOOL,)),
    Row("working_group_member", only(422, *RUNS), (SCHOOL,), {}),
    Row("working_group_described", only(302, *RUNS), (SCHOOL,), {"described_as": "Year 10 council representative"}),
    Row("working_group_described", only(422, *RUNS), (SCHOOL,), {}),
    Row("working_group_remove", only(404), (SCHOOL,), {"key": "m0"}),
    Row("working_group_slot", only(302, *RUNS), (SCHOOL, "senior_leader"), {"senior_leader-named": "Ruth Calder"}),
    Row("working_group_slot", only(404), (SCHOOL, "no-such-slot"), {}),
    Row("meeting_plan", only(302, *RUNS), (SCHOOL,), {"plan-kind": "ordinary", "plan-on": TODAY}),
    Row("meeting_plan", only(422, *RUNS), (SCHOOL,), {}),
    Row("meeting", only(200, *SEES), (SCHOOL, MEETING)),
    Row("meeting_change", only(302, *RUNS), (SCHOOL, MEETING), {"change-on": TODAY, "change-agenda": "One point"}),
    Row("meeting_change", only(422, *RUNS), (SCHOOL, MEETING), {}),
    Row("meeting_call_off", only(302, *RUNS), (SCHOOL, MEETING), {}),
    Row("decision_log", only(200, "dsl", "deputy", "head", "governor"), (SCHOOL,)),
    Row("meeting_record", only(302, *RUNS), (SCHOOL, MEETING), {"on": TODAY, "others": "Parent of the PTA"}),
    Row("meeting_record", only(422, *RUNS), (SCHOOL, MEETING), {}),
    Row("meeting_decision", only(302, *RUNS), (SCHOOL, MEETING), {"decision-text": "We pilot with Year 8."}),
    Row("meeting_decision", only(422, *RUNS), (SCHOOL, MEETING), {}),
    Row("meeting_action", only(422, *RUNS), (SCHOOL, MEETING), {}),
    Row("meeting_minutes", only(200, *SEES), (SCHOOL, MEETING)),
    Row("action_done", only(302, *RUNS), (SCHOOL, ACTION), {}),
)


def a_meeting(place: Place) -> int:
    now = timezone.now()
    return plan_meeting(school=place.school, kind=Kind.ORDINARY, on=now.date(), by=place.staff["dsl"], now=now).pk


def an_action(place: Place) -> int:
    now, owner = timezone.now(), Owner(described_as="Parent of the PTA")
    point = add_action(
        school=place.school, meeting_id=a_meeting(place), text="Ask the council", owner=owner, due_on=now.date(), by=place.staff["dsl"], now=now
    )
    return point.pk


SUBJECTS: Subjects = {MEETING: lambda place: str(a_meeting(place)), ACTION: lambda place: str(an_action(place))}
