"""The measures of a school, from what really happened: captures stored, opened, graded; approaches apart; ratings."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from heedful.captures.actions.decide import dismiss_capture, grade_capture
from heedful.captures.actions.retain import delete_captures
from heedful.captures.actions.undo import undo_decision
from heedful.captures.models import Capture, Decision
from heedful.captures.queries.opened import open_capture
from heedful.captures.rules import FalsePositive
from heedful.people.models import Group, Role
from heedful.people.rules import NotFound, RoleName
from heedful.programme.pilot.measures.actions import rate_approach
from heedful.programme.pilot.measures.models import Rating
from heedful.programme.pilot.measures.queries import Period, approaches_to_rate, measured, measures_of, reading_of
from heedful.programme.pilot.measures.rules import Share
from heedful.thresholds.approaches.models import Approach
from tests.harness.westbrook import NOW, Westbrook
from tests.personas.people import Persona, Place

PERIOD = Period(NOW - timedelta(days=1), NOW + timedelta(days=1))


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def approach(westbrook: Westbrook, name: str) -> Approach:
    return Approach.objects.create(school=westbrook.school, pilot=1, name=name, starts_at=NOW - timedelta(days=7), is_running=True, made_at=NOW)


def test_times_and_shares_come_from_what_people_did(westbrook: Westbrook) -> None:
    first, second, third = (westbrook.stored(3) for _ in range(3))
    open_capture(westbrook.dsl, first.pk, now=NOW + minutes(10))
    grade_capture(number=first.pk, grade=3, revision=1, viewer=westbrook.dsl, now=NOW + minutes(14))
    dismiss_capture(number=second.pk, reason=FalsePositive.GAME, revision=1, viewer=westbrook.deputy, now=NOW + minutes(30))
    [found] = measures_of(westbrook.school, PERIOD, now=NOW + minutes(60))
    assert (found.rate.count, found.rate.pupils) == (3, 1)
    assert (found.first_look.minutes, found.first_look.waiting) == ((10.0, 30.0), 1)
    assert found.decision.minutes == (14.0, 30.0)
    assert found.false_positives == Share(1, 2)
    assert found.reviewer_minutes == 4.0
    assert third.pk
    assert reading_of(westbrook.school.pk, PERIOD) == 4.0


def test_a_verdict_that_was_taken_back_is_no_decision(westbrook: Westbrook) -> None:
    row = westbrook.stored(3)
    grade_capture(number=row.pk, grade=3, revision=1, viewer=westbrook.dsl, now=NOW + minutes(1))
    undo_decision(decision_id=Decision.objects.get(kind="graded").pk, viewer=westbrook.dsl, now=NOW + minutes(2))
    [found] = measures_of(westbrook.school, PERIOD, now=NOW + minutes(60))
    assert (found.decision.minutes, found.decision.waiting, found.false_positives) == ((), 1, Share(0, 0))


def test_each_approach_counts_its_own_captures_pupils_and_weeks(westbrook: Westbrook) -> None:
    one, two = approach(westbrook, "Lead sees all"), approach(westbrook, "Pastoral first")
    one.groups.set(Group.objects.filter(school=westbrook.school, name="Year 8"))
    rows = [westbrook.stored(3) for _ in range(3)]
    Capture.objects.filter(pk__in=[row.pk for row in rows[:2]]).update(approach=one)
    Capture.objects.filter(pk=rows[2].pk).update(approach=two)
    found = measured(westbrook.dsl, westbrook.school, now=NOW + minutes(60))
    assert found is not None
    assert found.is_pilot
    assert [(each.name, each.rate.count, each.rate.pupils) for each in found.measures] == [("Lead sees all", 2, 1), ("Pastoral first", 1, 0)]
    assert round(found.measures[0].rate.weeks, 2) == 1.14  # eight days, today among them


def test_what_retention_has_deleted_still_counts(westbrook: Westbrook) -> None:
    row = westbrook.stored(3)
    dismiss_capture(number=row.pk, reason=FalsePositive.GAME, revision=1, viewer=westbrook.dsl, now=NOW + minutes(5))
    before = measures_of(westbrook.school, PERIOD, now=NOW + minutes(60))
    assert delete_captures(school_id=westbrook.school.pk, now=NOW + timedelta(days=40)) == 1
    [after] = measures_of(westbrook.school, PERIOD, now=NOW + minutes(60))
    assert (after.false_positives, after.decision, after.rate) == (before[0].false_positives, before[0].decision, before[0].rate)


def test_a_school_without_a_pilot_has_one_column_of_the_days_one_asks_for(westbrook: Westbrook) -> None:
    westbrook.stored(3)
    found = measured(westbrook.dsl, westbrook.school, now=NOW, since=date(2026, 11, 2), until=date(2026, 11, 22))
    assert found is not None
    assert (found.is_pilot, [(each.name, each.rate.count) for each in found.measures]) == (False, [("The whole school", 0)])
    assert [week for week, _ in found.measures[0].by_week] == ["2026-11-02", "2026-11-09", "2026-11-16"]


def test_the_newest_rating_of_each_reviewer_counts_and_the_chain_has_no_word_of_it(westbrook: Westbrook) -> None:
    one = approach(westbrook, "Lead sees all")
    assert approaches_to_rate(westbrook.school.pk) == [(one.pk, "Lead sees all")]
    for stars, viewer in ((2, westbrook.dsl), (4, westbrook.dsl), (5, westbrook.deputy)):
        rate_approach(school=westbrook.school, approach_id=one.pk, stars=stars, sentence="Calm mornings.", viewer=viewer, now=NOW + minutes(stars))
    found = measured(westbrook.dsl, westbrook.school, now=NOW + minutes(60))
    assert found is not None
    assert sorted(found.measures[0].stars.given) == [4, 5]
    assert Rating.objects.count() == 3
    with pytest.raises(NotFound):
        rate_approach(school=westbrook.school, approach_id=one.pk + 1, stars=3, sentence="", viewer=westbrook.dsl, now=NOW)


def test_who_reads_no_captures_rates_nothing(westbrook: Westbrook) -> None:
    Role.objects.filter(user=westbrook.deputy).update(name=RoleName.TECHNICIAN)
    with pytest.raises(NotFound):
        rate_approach(school=westbrook.school, approach_id=None, stars=3, sentence="", viewer=westbrook.deputy, now=NOW)


def test_the_page_hides_small_numbers_from_who_may_not_read_captures(dsl: Persona, head: Persona, larkfield: Place) -> None:
    for pupil in range(3):
        larkfield.stores("i want to kill myself tonight", pupil=pupil)
    assert "3 in 4.1 weeks, 4 pupils" in dsl.opens("measures", larkfield.school.pk).content.decode()
    page = head.opens("measures", larkfield.school.pk).content.decode()
    assert "fewer than 5" in page
    assert "3 in 4.1 weeks" not in page


def test_a_rating_without_stars_comes_back_with_what_was_typed(dsl: Persona, larkfield: Place) -> None:
    answer = dsl.posts("measures_rate", larkfield.school.pk, sentence="It is calmer now")
    assert answer.status_code == 422
    assert "It is calmer now" in answer.content.decode()
    assert dsl.posts("measures_rate", larkfield.school.pk, stars="4", sentence="It is calmer now").status_code == 302
    assert "It is calmer now" in dsl.opens("measures", larkfield.school.pk).content.decode()


def test_days_in_the_wrong_order_are_said_at_their_field(dsl: Persona, larkfield: Place) -> None:
    answer = dsl.opens("measures", larkfield.school.pk, since="2026-11-20", until="2026-11-01")
    assert answer.status_code == 422
    assert "This day is before the first one." in answer.content.decode()
