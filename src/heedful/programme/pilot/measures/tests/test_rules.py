"""What is counted: times, reading, grades taken back, agreement."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from heedful.programme.pilot.measures.rules import Event, Rate, Regrades, Seen, Share, Step, Times, handled, measure

NINE = datetime(2026, 11, 16, 9, tzinfo=UTC)
AMARA, TOM = 1, 2


def at(minutes: float, step: Step, *numbers: int, by: int = AMARA) -> Event:
    return Event(NINE + timedelta(minutes=minutes), by, step, numbers)


def test_the_first_look_is_anybodys_and_the_decision_the_first_grade() -> None:
    found = handled([at(5, Step.OPENED, 7, by=TOM), at(9, Step.OPENED, 7), at(12, Step.GRADED, 7), at(90, Step.GRADED, 7, by=TOM)])
    assert found[7].first_look == NINE + timedelta(minutes=5)
    assert found[7].decided == NINE + timedelta(minutes=12)


def test_a_grade_that_was_taken_back_was_none() -> None:
    found = handled([at(1, Step.GRADED, 7), at(2, Step.GRADE_TAKEN_BACK, 7)])
    assert found[7].decided is None
    found = handled([at(1, Step.GRADED, 7), at(2, Step.GRADE_TAKEN_BACK, 7), at(30, Step.GRADED, 7)])
    assert found[7].decided == NINE + timedelta(minutes=30)


def test_reading_lasts_to_the_same_persons_next_step_and_no_longer_than_ten_minutes() -> None:
    found = handled([
        at(0, Step.OPENED, 1), at(1, Step.OTHER, 9, by=TOM), at(3, Step.GRADED, 1),  # 3 minutes, whatever Tom did
        at(4, Step.OPENED, 2), at(60, Step.OPENED, 3),  # 10, then whoever read it had gone
    ])  # fmt: skip
    assert [found[number].reading for number in (1, 2, 3)] == [timedelta(minutes=3), timedelta(minutes=10), timedelta(minutes=2)]
    assert found[9].reading == timedelta()


def test_two_people_who_read_it_both_count() -> None:
    found = handled([at(0, Step.OPENED, 1), at(2, Step.GRADED, 1), at(5, Step.OPENED, 1, by=TOM), at(6, Step.OTHER, 1, by=TOM)])
    assert found[1].reading == timedelta(minutes=3)


def seen(number: int, *, decided: bool = True, false: bool = False, must: bool = True) -> Seen:
    return Seen(number, None, NINE, decided, false, must)


def test_what_waits_is_in_no_time_and_is_counted_apart() -> None:
    done = handled([at(10, Step.OPENED, 1), at(20, Step.GRADED, 1)])
    found = measure("All", None, [seen(1), seen(2, decided=False), seen(3, decided=False, must=False)], done, pupils=200, weeks=2)
    assert found.first_look == Times((10.0,), 1)
    assert found.decision == Times((20.0,), 1)
    assert (found.rate.count, found.rate.value) == (3, 0.75)
    assert (found.reviewer_minutes, found.minutes_a_week) == (10.0, 5.0)


def test_false_positives_are_a_share_of_what_was_decided() -> None:
    found = measure("All", None, [seen(1, false=True), seen(2), seen(3, decided=False)], {}, pupils=100, weeks=1)
    assert found.false_positives == Share(1, 2)


def test_a_rate_without_pupils_or_weeks_is_none() -> None:
    assert Rate(3, 0, 2).value is None
    assert Rate(3, 100, 0).value is None
    assert Rate(0, 100, 1).interval.low == 0
    assert round(Rate(10, 100, 1).interval.high, 3) == 18.390


def test_second_grades_give_disagreement_and_kappa() -> None:
    # The 2 x 2 table 20, 5, 10, 15: agreement 0.7, by chance 0.5, so kappa is 0.4.
    pairs = ((0, 0),) * 20 + ((0, 1),) * 5 + ((1, 0),) * 10 + ((1, 1),) * 15
    found = Regrades(pairs)
    assert found.disagreed == Share(15, 50)
    assert found.kappa is not None
    assert round(found.kappa, 3) == 0.4
    assert Regrades().kappa is None


def test_a_number_is_small_where_fewer_than_five_did_or_did_not() -> None:
    assert [Share(hits, 20).is_small for hits in (0, 1, 4, 5, 15, 16, 20)] == [False, True, True, False, False, True, False]
    assert [Rate(count, 100, 1).is_small for count in (0, 1, 4, 5)] == [False, True, True, False]
