"""Changes that ask for a review: found, raised once, told, taken in, done with."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from heedful.assurance.reviews import actions, tasks
from heedful.assurance.reviews.actions import close_review, open_review, raise_triggers, remind_of_review, take_triggers, write_review
from heedful.assurance.reviews.models import Review, SeenVersion, Trigger
from heedful.assurance.reviews.rules import Cause, Heading, Kind, Part, ReviewRefused
from heedful.audit.models import Entry
from heedful.captures.actions.decide import grade_capture
from heedful.devices.models import Device, Profile
from heedful.escalation.models import Notice
from heedful.people.actions import change_school, move_stage
from heedful.people.models import School
from heedful.people.rules import NotFound, Stage
from heedful.programme.plan.actions import add_ai_tool
from heedful.programme.plan.rules import UsedBy
from heedful.programme.policies.models import Policy
from tests.personas.people import Place

LATER = timedelta(days=30)


def causes(place: Place) -> list[str]:
    return list(Trigger.objects.filter(school=place.school).order_by("pk").values_list("cause", flat=True))


def new_device(place: Place, *, at: datetime, site: str = "", os: str = "ChromeOS", browser: str = "Chrome") -> None:
    machine = Device.objects.create(school=place.school, label="LARK-2", site=site, added_at=at)
    Profile.objects.create(school=place.school, device=machine, public_key=bytes(32), enrolled_at=at, os=os, browser=browser)


def test_a_school_in_set_up_raises_nothing(larkfield: Place) -> None:
    now = timezone.now()
    School.objects.filter(pk=larkfield.school.pk).update(stage=Stage.SET_UP)
    larkfield.school.refresh_from_db()
    change_school(larkfield.school, reason="Agreed", now=now + LATER, capture_from=3)
    assert raise_triggers(school=larkfield.school, now=now + LATER) == 0


def test_each_kind_of_change_is_raised_once(larkfield: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    now, dsl = timezone.now() + LATER, larkfield.staff["dsl"]
    actions.note_version(now=now - LATER)
    monkeypatch.setattr(actions, "version", lambda package: "99.0.0")
    actions.note_version(now=now)
    new_device(larkfield, at=now, site="Sixth form centre", os="Windows 11", browser="Edge 130")
    change_school(larkfield.school, reason="Agreed", now=now, capture_from=3)
    add_ai_tool(school=larkfield.school, name="Writing helper", used_by=UsedBy.PUPILS, what_for="", since=now.date(), by=dsl, now=now)
    number = larkfield.stores("anyone selling vapes at lunch", pupil=1)
    grade_capture(number=number, grade=5, revision=1, viewer=dsl, now=now)
    assert raise_triggers(school=larkfield.school, now=now) == 6
    assert sorted(causes(larkfield)) == sorted([Cause.PLATFORM, Cause.SITE, Cause.VERSION, Cause.AI_TOOL, Cause.INCIDENT, Cause.SETTINGS])
    assert raise_triggers(school=larkfield.school, now=now + timedelta(days=1)) == 0
    assert Trigger.objects.count() == 6


def test_what_a_trigger_says_names_no_pupil_no_theme_and_no_text(larkfield: Place) -> None:
    now, dsl = timezone.now() + LATER, larkfield.staff["dsl"]
    grade_capture(number=larkfield.stores("anyone selling vapes at lunch"), grade=5, revision=1, viewer=dsl, now=now)
    raise_triggers(school=larkfield.school, now=now)
    assert Trigger.objects.get().says == "A person graded a capture 5 (urgent)."


def test_what_is_rolled_out_at_the_beginning_of_a_stage_is_no_change(larkfield: Place) -> None:
    now, dsl = timezone.now() + LATER, larkfield.staff["dsl"]
    move_stage(school=larkfield.school, to=Stage.UNDER_REVIEW, reason="Autumn", by=dsl, now=now)
    move_stage(school=larkfield.school, to=Stage.LIVE, reason="Again", by=dsl, now=now)
    new_device(larkfield, at=now + timedelta(days=3), site="Annexe", os="macOS")
    assert raise_triggers(school=larkfield.school, now=now + LATER) == 0
    new_device(larkfield, at=now + timedelta(days=20), site="Sixth form centre")
    assert raise_triggers(school=larkfield.school, now=now + LATER) == 1


def test_moving_the_stage_is_the_programmes_own_doing(larkfield: Place) -> None:
    now = timezone.now() + LATER
    move_stage(school=larkfield.school, to=Stage.UNDER_REVIEW, reason="Autumn", by=larkfield.staff["dsl"], now=now)
    assert raise_triggers(school=larkfield.school, now=now) == 0


def test_a_changed_policy_asks_for_a_review_once_a_day(larkfield: Place) -> None:
    now = timezone.now() + LATER
    policy = Policy.objects.create(school=larkfield.school, title="Behaviour policy", next_review_on=now.date(), added_at=now, changed_at=now)
    assert raise_triggers(school=larkfield.school, now=now) == 1
    Policy.objects.filter(pk=policy.pk).update(changed_at=now + timedelta(days=1))
    assert raise_triggers(school=larkfield.school, now=now + timedelta(days=1)) == 1
    assert causes(larkfield) == [Cause.POLICY, Cause.POLICY]


def test_a_repair_of_heedful_asks_for_nothing(larkfield: Place) -> None:
    now = timezone.now() + LATER
    SeenVersion.objects.create(version="0.3.0", seen_at=now - LATER)
    SeenVersion.objects.create(version="0.3.1", seen_at=now)
    assert raise_triggers(school=larkfield.school, now=now) == 0


def test_the_leads_are_told_once_a_day(larkfield: Place) -> None:
    now = timezone.now() + LATER
    for hours in (0, 1):
        change_school(larkfield.school, reason="Agreed", now=now + timedelta(hours=hours), capture_from=3 + hours)
        raise_triggers(school=larkfield.school, now=now)
    told = Notice.objects.filter(news__kind="review_asked").values_list("recipient__email", flat=True)
    assert sorted(told) == ["dsl@larkfield.example", "head@larkfield.example"]


def test_the_chain_holds_causes_and_counts(larkfield: Place) -> None:
    now = timezone.now() + LATER
    change_school(larkfield.school, reason="Agreed", now=now, capture_from=3)
    raise_triggers(school=larkfield.school, now=now)
    entry = Entry.objects.get(school_id=larkfield.school.pk, action="review.triggered")
    assert entry.details == {"causes": ["settings"], "new": 1}


def test_the_leads_are_reminded_before_twelve_months_are_over(larkfield: Place) -> None:
    now = timezone.now()
    assert remind_of_review(school=larkfield.school, now=now) is None
    soon = now
    while remind_of_review(school=larkfield.school, now=soon) is None:
        soon += timedelta(days=5)
    assert soon - now < timedelta(days=366)
    first = Notice.objects.filter(news__kind="review_due").count()
    assert first == 2
    remind_of_review(school=larkfield.school, now=soon + timedelta(days=1))
    assert Notice.objects.filter(news__kind="review_due").count() == first


def test_the_task_looks_at_real_schools_and_may_run_twice(larkfield: Place) -> None:
    now = timezone.now() + LATER
    practice = School.objects.create(name="Practice", stage=Stage.LIVE, practice_of=larkfield.school, practice_for=larkfield.staff["dsl"])
    for school in (larkfield.school, practice):
        change_school(school, reason="Agreed", now=now, capture_from=3)
    tasks.look_at_every_school(now=now)
    tasks.look_at_every_school(now=now)
    assert [(row.school_id, row.cause) for row in Trigger.objects.all()] == [(larkfield.school.pk, "settings")]


def test_a_trigger_is_done_with_when_its_review_is_signed(larkfield: Place) -> None:
    now, dsl, school = timezone.now() + LATER, larkfield.staff["dsl"], larkfield.school
    change_school(school, reason="Agreed", now=now, capture_from=3)
    raise_triggers(school=school, now=now)
    review = open_review(school=school, kind=Kind.TRIGGERED, by=dsl, now=now)
    assert Trigger.objects.get().review == review
    change_school(school, reason="Agreed", now=now, capture_from=2)
    raise_triggers(school=school, now=now)
    assert take_triggers(school=school, review_id=review.pk, by=dsl, now=now) == 1
    with pytest.raises(ReviewRefused, match="conclusion"):
        close_review(school=school, review_id=review.pk, signed_as="Amara Lockhart, DSL", by=dsl, now=now)
    write_review(
        school=school, review_id=review.pk, held_on=now.date(), found={Heading.POLICIES: "We tried 3 and went back."},
        parts={Part.DSL: "Amara Lockhart", Part.IT: "Sam Whitlock"}, conclusion="Nothing to change.", by=dsl, now=now,
    )  # fmt: skip
    close_review(school=school, review_id=review.pk, signed_as="Amara Lockhart, DSL", by=dsl, now=now)
    assert not Trigger.objects.exclude(review__closed_at__isnull=False).exists()
    with pytest.raises(NotFound):
        write_review(school=school, review_id=review.pk, held_on=None, found={}, parts={}, conclusion="Changed", by=dsl, now=now)
    assert Review.objects.get().conclusion == "Nothing to change."
