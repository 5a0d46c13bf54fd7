"""While the school is in its pilot no notice about a capture leaves the pilot's audience, and never is nobody told (D03)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from heedful.captures.actions.decide import grade_capture
from heedful.captures.actions.first_look import end_first_looks
from heedful.captures.actions.move import move_capture
from heedful.captures.actions.passing import pass_capture
from heedful.captures.actions.retain import tell_before_deletion
from heedful.captures.actions.seal import seal_picture_of
from heedful.captures.queries.passing import colleagues_for
from heedful.captures.rules import MoveReason, NotAllowedNow
from heedful.escalation.actions import make_notices, tell_people
from heedful.escalation.models import Clock, Notice
from heedful.escalation.rules import ABOUT_CAPTURES, NoticeKind
from heedful.people.actions import add_staff, set_pilot_audience
from heedful.people.models import School, User
from heedful.people.rules import RoleName
from heedful.thresholds.approaches.actions import Wanted, set_approach, start_approaches
from heedful.thresholds.approaches.rules import LooksFirst, Notify, Settings
from tests.harness.trained import train
from tests.harness.westbrook import NOW, Westbrook

pytestmark = pytest.mark.django_db
PICTURE = b"RIFF\x10\x00\x00\x00WEBP" + b"x" * 8


@pytest.fixture
def in_pilot(westbrook: Westbrook) -> Westbrook:
    School.objects.filter(pk=westbrook.school.pk).update(stage="pilot", pictures=True)
    westbrook.school.refresh_from_db()
    return westbrook


def staff(westbrook: Westbrook, role: RoleName, name: str) -> User:
    person = add_staff(school=westbrook.school, email=f"{name}@westbrook.example", name=name, roles=[role], now=NOW)
    train(person, westbrook.school, now=NOW)
    return person


def audience(westbrook: Westbrook, *people: User) -> set[int]:
    set_pilot_audience(school=westbrook.school, user_ids=[person.pk for person in people], by=None, now=NOW)
    return {person.pk for person in people}


def told() -> set[int]:
    return set(Notice.objects.values_list("recipient_id", flat=True))


def test_everything_that_tells_of_a_capture_keeps_to_the_audience(in_pilot: Westbrook) -> None:
    behaviour, head, reader = (staff(in_pilot, role, f"a-{role}") for role in (RoleName.BEHAVIOUR, RoleName.HEAD, RoleName.DEPUTY))
    inside = audience(in_pilot, in_pilot.dsl, reader)
    urgent, pictured = in_pilot.stored(5), in_pilot.stored(3, picture=PICTURE)
    for clock in Clock.objects.all():
        make_notices(clock_id=clock.pk, now=NOW)
    seal_picture_of(number=pictured.pk, viewer=reader, now=NOW)
    pass_capture(number=urgent.pk, to=reader.pk, viewer=in_pilot.dsl, now=NOW)
    move_capture(number=urgent.pk, to=None, reason=MoveReason.SHARED_DEVICE, revision=urgent.revision, viewer=reader, now=NOW)
    handed_up = in_pilot.stored(text="nobody likes you")
    grade_capture(number=handed_up.pk, grade=5, revision=1, viewer=behaviour, now=NOW)
    set_approach(school_id=in_pilot.school.pk, pilot=1, wanted=Wanted("First", Settings(LooksFirst.PASTORAL_FIRST)), by=None, now=NOW)
    start_approaches(school_id=in_pilot.school.pk, pilot=1, starts_at=NOW, ends_at=None, by=None, now=NOW)
    in_pilot.stored(3)
    end_first_looks(now=NOW + timedelta(days=3))
    assert tell_before_deletion(school_id=in_pilot.school.pk, now=NOW + timedelta(days=365)) > 0
    kinds = set(Notice.objects.filter(news__isnull=False).values_list("news__kind", flat=True))
    assert kinds == {"picture_sealed", "capture_passed", "capture_moved", "first_look_over", "retention_soon"}
    assert told() == inside
    assert head.pk not in inside


@pytest.mark.parametrize("kind", sorted(ABOUT_CAPTURES))
def test_each_kind_of_notice_about_captures_leaves_out_who_is_outside(in_pilot: Westbrook, kind: NoticeKind) -> None:
    audience(in_pilot, in_pilot.dsl)
    tell_people(school_id=in_pilot.school.pk, kind=kind, people=[in_pilot.dsl, in_pilot.deputy], now=NOW, number=1, url_name="queue")
    assert told() == {in_pilot.dsl.pk}


def test_notices_about_other_things_go_to_whom_they_concern(in_pilot: Westbrook) -> None:
    audience(in_pilot, in_pilot.dsl)
    tell_people(school_id=in_pilot.school.pk, kind=NoticeKind.DEVICES_SILENT, people=[in_pilot.deputy], now=NOW, number=1, url_name="devices")
    assert told() == {in_pilot.deputy.pk}


@pytest.mark.parametrize("severity", [4, 5])
def test_with_nobody_in_the_audience_the_lead_is_told_of_what_is_serious(in_pilot: Westbrook, severity: int) -> None:
    in_pilot.stored(severity)
    assert make_notices(clock_id=Clock.objects.get().pk, now=NOW)
    assert told() == {in_pilot.dsl.pk}


def test_where_all_of_the_audience_are_barred_the_lead_is_told(in_pilot: Westbrook) -> None:
    audience(in_pilot, in_pilot.deputy)
    in_pilot.stored(5)
    Clock.objects.update(not_to=[in_pilot.deputy.pk])
    assert make_notices(clock_id=Clock.objects.get().pk, now=NOW)
    assert told() == {in_pilot.dsl.pk}


def test_nothing_is_passed_to_somebody_who_would_not_be_told(in_pilot: Westbrook) -> None:
    audience(in_pilot, in_pilot.dsl)
    capture = in_pilot.stored(3)
    assert colleagues_for(in_pilot.dsl, capture) == ()
    with pytest.raises(NotAllowedNow):
        pass_capture(number=capture.pk, to=in_pilot.deputy.pk, viewer=in_pilot.dsl, now=NOW)


def test_outside_a_pilot_the_audience_counts_for_nothing(westbrook: Westbrook) -> None:
    audience(westbrook, westbrook.deputy)
    westbrook.stored(5)
    make_notices(clock_id=Clock.objects.get().pk, now=NOW)
    assert told() == {westbrook.dsl.pk, westbrook.deputy.pk}


@pytest.mark.parametrize(("is_inside", "kinds", "clocks"), [(True, ["capture_first_look"], 0), (False, [], 1)])
def test_what_is_due_today_is_told_to_who_looks_first_or_to_the_lead(in_pilot: Westbrook, is_inside: bool, kinds: list[str], clocks: int) -> None:
    behaviour = staff(in_pilot, RoleName.BEHAVIOUR, "a-behaviour")
    audience(in_pilot, in_pilot.dsl, in_pilot.deputy, *([behaviour] if is_inside else []))
    settings = Settings(LooksFirst.PASTORAL_FIRST, notify=Notify.TODAY_TOO)
    set_approach(school_id=in_pilot.school.pk, pilot=1, wanted=Wanted("First", settings), by=None, now=NOW)
    start_approaches(school_id=in_pilot.school.pk, pilot=1, starts_at=NOW, ends_at=None, by=None, now=NOW)
    assert in_pilot.stored(3).urgency == "today"
    assert list(Notice.objects.filter(recipient=behaviour).values_list("news__kind", flat=True)) == kinds
    assert Clock.objects.count() == clocks
