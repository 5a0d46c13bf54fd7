"""The demo's pilot: two whole weeks are over, its two ways have like years, and its lines are not today's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from heedful.demo.actions.pilot import YEARS, approach_of, pilot_starts
from heedful.demo.replay import older_lines, plan_day, read_lines
from heedful.people.models import Pupil
from heedful.people.rules import age_band_of_year


@pytest.mark.parametrize("day", range(23, 30))
def test_it_began_on_a_monday_and_two_whole_weeks_are_over(day: int) -> None:
    now = datetime(2026, 11, day, 14, tzinfo=UTC)
    start = pilot_starts(now)
    assert start.weekday() == 0
    assert timedelta(weeks=2) <= now - start < timedelta(weeks=3)


def test_both_ways_have_pupils_of_the_same_ages() -> None:
    bands = [sorted(str(age_band_of_year(year)) for year in years) for years in YEARS.values()]
    assert bands == [["ks3", "ks4"], ["ks3", "ks4"]]
    assert {approach_of(Pupil(year_group=year)) for year in range(3, 14)} == {*YEARS, ""}


@pytest.mark.parametrize("count", [30, 6000])
def test_the_weeks_before_are_made_of_what_today_leaves_over(count: int) -> None:
    lines = read_lines()
    today = {line.text for line in plan_day(lines, count=count) if line.is_worrying}
    before = older_lines(lines, count=count)
    assert len(before) > 150
    assert today & {line.text for line in before} == set()
    assert before == older_lines(lines, count=count)
