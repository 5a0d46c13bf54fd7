"""The launch date, the picture of the plan and the calendar file."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from heedful.programme.launch.calendar import Day, calendar_of
from heedful.programme.launch.rules import Bar, LaunchRefused, check_date, picture
from heedful.programme.templatetags.programme import days_to, hours

TODAY = date(2026, 11, 24)


def test_the_first_date_needs_no_reason_and_moving_it_does() -> None:
    assert check_date(TODAY + timedelta(days=30), before=None, reason="", today=TODAY) is None
    with pytest.raises(LaunchRefused, match="why the date moves"):
        check_date(TODAY + timedelta(days=30), before=TODAY + timedelta(days=10), reason=" soon ", today=TODAY)
    assert check_date(TODAY + timedelta(days=30), before=TODAY + timedelta(days=10), reason="Training is late.", today=TODAY) is None


@pytest.mark.parametrize(
    ("on", "says"),
    [(TODAY - timedelta(days=1), "is over"), (TODAY + timedelta(days=2000), "three years"), (TODAY + timedelta(days=10), "already")],
)
def test_days_that_can_not_be(on: date, says: str) -> None:
    with pytest.raises(LaunchRefused, match=says):
        check_date(on, before=TODAY + timedelta(days=10), reason="Training is late.", today=TODAY)


days = st.integers(-200, 400).map(lambda days: TODAY + timedelta(days=days))
bars = st.lists(st.tuples(days, days).map(lambda pair: Bar("Step", "", min(pair), max(pair), "done")), max_size=8)


@given(bars, st.none() | days)
def test_every_bar_lies_in_the_picture_and_in_its_order(plan: list[Bar], launch: date | None) -> None:
    drawn = picture(plan, today=TODAY, launch=launch)
    assert all(0 <= each.x <= 1000 and each.width > 0 and each.x + each.width <= 1006 for each in drawn.bars)
    assert [each.bar for each in drawn.bars] == plan
    assert all(0 <= week.x < 1000 for week in drawn.weeks)
    assert len(drawn.weeks) <= 13
    by_day = sorted(drawn.bars, key=lambda each: each.bar.begins)
    assert [each.x for each in by_day] == sorted(each.x for each in drawn.bars)


def test_a_calendar_reads_back_what_was_planned() -> None:
    made = calendar_of([Day("launch-1", "Launch; of, everything", TODAY, "Line\nand line")], name="Larkfield", host="heedful.example", now=datetime(2026, 11, 24, 9, tzinfo=UTC))
    [event] = Calendar.from_ical(made).walk("VEVENT")
    assert (str(event["summary"]), event["dtstart"].dt, event["dtend"].dt) == ("Launch; of, everything", TODAY, TODAY + timedelta(days=1))
    assert str(event["uid"]) == "launch-1@heedful.example"


@pytest.mark.parametrize(("number", "words"), [(0, "none"), (0.25, "15 minutes"), (1, "1 hour"), (1.5, "1½ hours"), (7.75, "7¾ hours")])
def test_hours_in_words(number: float, words: str) -> None:
    assert hours(number) == words


@pytest.mark.parametrize(("number", "words"), [(0, "today"), (1, "in 1 day"), (9, "in 9 days"), (-2, "2 days ago")])
def test_days_in_words(number: int, words: str) -> None:
    assert days_to(number) == words
