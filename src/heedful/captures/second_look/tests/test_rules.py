"""Who is drawn, and what a second grade has to say to anybody."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from heedful.captures.second_look.rules import (
    draw_left,
    first_grade_of,
    is_drawn,
    is_more_serious,
    may_look,
    pairs_of,
    week_bounds,
    week_of,
)

MONDAY = date(2026, 11, 16)


def test_the_draw_is_a_tenth_and_the_same_each_time() -> None:
    some = [UUID(int=number * 7919 + 2**80) for number in range(5000)]
    drawn = [each for each in some if is_drawn(each)]
    assert 430 < len(drawn) < 570
    assert drawn == [each for each in some if is_drawn(each)]


def test_the_sample_of_a_week_does_not_depend_on_the_order_and_differs_by_week() -> None:
    pool = [(number, uuid4()) for number in range(300)]
    found = draw_left(pool, week=MONDAY)
    assert len(found) == 20
    assert found == draw_left(reversed(pool), week=MONDAY)
    assert found != draw_left(pool, week=date(2026, 11, 23))
    assert draw_left(pool[:7], week=MONDAY) == list(range(7))


def test_a_week_begins_on_monday_in_the_schools_own_time() -> None:
    assert week_of(datetime(2026, 11, 22, 23, 59, tzinfo=UTC)) == MONDAY
    assert week_bounds(MONDAY) == (datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC))
    assert week_bounds(date(2026, 6, 1))[0] == datetime(2026, 5, 31, 23, tzinfo=UTC)  # summer time


@pytest.mark.parametrize(
    ("first", "second", "is_told"),
    [(0, 4, True), (3, 5, True), (None, 4, True), (4, 5, False), (5, 4, False), (0, 3, False), (2, 0, False)],
)
def test_the_leads_hear_of_a_serious_second_grade_where_the_first_was_not(first: int | None, second: int, is_told: bool) -> None:
    assert is_more_serious(first, second) is is_told


def test_a_false_positive_counts_as_nothing_and_an_ungraded_one_as_none() -> None:
    assert (first_grade_of(None, is_false_positive=True), first_grade_of(3, is_false_positive=False)) == (0, 3)
    assert first_grade_of(None, is_false_positive=False) is None
    assert pairs_of([(0, 1), (None, 2), (3, None), (4, 4)]) == [(0, 1), (4, 4)]


def test_who_had_a_part_in_it_does_not_look() -> None:
    assert may_look(3, had_part={1, 2})
    assert not may_look(2, had_part={1, 2})
