"""Setting and moving the date tells everybody, and the decision to go is a meeting's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from heedful.escalation.models import Notice
from heedful.people.models import School
from heedful.people.rules import NotFound, Stage
from heedful.programme.launch.actions import decide, plan_step, set_date
from heedful.programme.launch.models import LaunchDate
from heedful.programme.launch.queries import bars_of, calendar_days, has_decided_to_go
from heedful.programme.launch.rules import LaunchRefused, Verdict
from heedful.programme.steps import Step
from heedful.programme.working_group.actions import hold_meeting, plan_meeting
from heedful.programme.working_group.rules import Kind
from tests.personas.people import Place


def test_the_date_has_a_history_and_everybody_is_told_each_time(larkfield: Place) -> None:
    now, dsl = timezone.now(), larkfield.staff["dsl"]
    today = timezone.localdate(now)
    set_date(school=larkfield.school, on=today + timedelta(days=30), reason="", viewer=dsl, now=now)
    told = set(Notice.objects.values_list("recipient_id", flat=True))
    assert {user.pk for key, user in larkfield.staff.items()} <= told
    before = Notice.objects.count()
    with pytest.raises(LaunchRefused, match="why the date moves"):
        set_date(school=larkfield.school, on=today + timedelta(days=40), reason="", viewer=dsl, now=now)
    set_date(school=larkfield.school, on=today + timedelta(days=40), reason="Training is not finished.", viewer=dsl, now=now + timedelta(minutes=1))
    assert Notice.objects.count() > before, "of a moved date everybody is told anew"
    assert list(LaunchDate.objects.order_by("set_at").values_list("on", flat=True)) == [today + timedelta(days=30), today + timedelta(days=40)]
    assert School.objects.get(pk=larkfield.school.pk).launch_on == today + timedelta(days=40)
    with pytest.raises(NotFound):
        set_date(school=larkfield.school, on=today, reason="Because I can.", viewer=larkfield.staff["technician"], now=now)


def test_two_people_can_not_move_it_at_once(larkfield: Place) -> None:
    now, dsl = timezone.now(), larkfield.staff["dsl"]
    today, stale = timezone.localdate(now), School.objects.get(pk=larkfield.school.pk)
    set_date(school=larkfield.school, on=today + timedelta(days=30), reason="", viewer=dsl, now=now)
    told = Notice.objects.count()
    with pytest.raises(LaunchRefused, match="Somebody else"):
        set_date(school=stale, on=today + timedelta(days=50), reason="Seen on an old page.", viewer=dsl, now=now)
    assert LaunchDate.objects.count() == 1
    assert Notice.objects.count() == told, "nobody is told of a date that was not set"


def test_a_no_go_says_what_is_to_be_done_and_the_newest_decision_counts(larkfield: Place) -> None:
    now, dsl, school = timezone.now(), larkfield.staff["dsl"], larkfield.school
    School.objects.filter(pk=school.pk).update(stage=Stage.PILOT)
    meeting = hold_meeting(school=school, kind=Kind.GO_NO_GO, on=timezone.localdate(now), attended=[dsl.pk], by=dsl, now=now)
    with pytest.raises(LaunchRefused, match="what has to be done"):
        decide(school=school, meeting_id=meeting.pk, verdict=Verdict.NO_GO, note="", viewer=dsl, now=now)
    decide(school=school, meeting_id=meeting.pk, verdict=Verdict.GO, note="", viewer=dsl, now=now)
    assert has_decided_to_go(school.pk)
    decide(school=school, meeting_id=meeting.pk, verdict=Verdict.NO_GO, note="Two reviewers are not trained.", viewer=dsl, now=now + timedelta(minutes=1))
    assert not has_decided_to_go(school.pk)
    with pytest.raises(LaunchRefused, match="record it"):
        decide(school=school, meeting_id=0, verdict=Verdict.GO, note="", viewer=dsl, now=now)


def test_the_plan_shows_steps_that_have_a_day_and_the_meetings(larkfield: Place) -> None:
    now, dsl, school = timezone.now(), larkfield.staff["dsl"], larkfield.school
    today = timezone.localdate(now)
    plan_step(school=school, step=Step.PILOT, owner_id=larkfield.staff["deputy"].pk, due_on=today + timedelta(days=20), viewer=dsl, now=now)
    plan_step(school=school, step=Step.LAUNCH, owner_id=None, due_on=today + timedelta(days=30), viewer=dsl, now=now)
    plan_meeting(school=school, kind=Kind.ORDINARY, on=today + timedelta(days=3), by=dsl, now=now)
    pilot, launch = bars_of(dsl, school, now=now)
    assert (pilot.title, pilot.owner, pilot.due, launch.begins) == ("Pilot", "Tom Hale", today + timedelta(days=20), today + timedelta(days=20))
    assert {day.key.split("-")[0] for day in calendar_days(dsl, school)} == {"step", "meeting"}
    assert bars_of(larkfield.staff["staff_member"], school, now=now) == []
