"""When a review is due, what it lacks, and what counts as a change: pure rules."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from heedful.assurance.reviews.rules import (
    ASKS,
    Heading,
    Kind,
    Part,
    due_on,
    is_upgrade,
    missing_to_close,
    platform_of,
    reminder_step,
    stand_up_days,
)
from heedful.devices.coverage.days import Calendar

FOUND = {str(heading): "Fine." for heading in Heading}
PARTS = {str(part): "Somebody" for part in Part}


@pytest.mark.parametrize(
    ("last", "live", "due"),
    [
        (None, None, None),
        (None, date(2026, 1, 12), date(2026, 8, 31)),  # within the school year in which it went live
        (None, date(2026, 9, 7), date(2027, 8, 31)),
        (None, date(2026, 7, 20), date(2027, 7, 20)),  # six weeks before the year's end are too few
        (date(2026, 3, 3), date(2025, 9, 1), date(2027, 3, 3)),
        (date(2024, 2, 29), None, date(2025, 2, 28)),
    ],
)
def test_a_review_is_due_each_school_year(last: date | None, live: date | None, due: date | None) -> None:
    assert due_on(last_review=last, live_on=live) == due


@pytest.mark.parametrize(
    ("today", "step"),
    [
        (date(2026, 6, 1), None),
        (date(2026, 7, 2), 60),
        (date(2026, 8, 10), 60),
        (date(2026, 8, 17), 14),
        (date(2026, 8, 31), 0),
        (date(2026, 10, 1), 0),
    ],
)
def test_reminders_come_before_the_day(today: date, step: int | None) -> None:
    assert reminder_step(due=date(2026, 8, 31), today=today) == step


@pytest.mark.parametrize(
    ("before", "after", "is_one"),
    [("0.1.0", "0.2.0", True), ("0.9.3", "1.0.0", True), ("0.1.0", "0.1.9", False), ("1.2.0", "1.1.0", False), ("1.9", "1.10", True), ("0.1.0", "0.2rc1", False)],
)
def test_an_upgrade_is_a_new_first_or_second_number(before: str, after: str, is_one: bool) -> None:
    assert is_upgrade(before, after) is is_one


def test_a_yearly_review_needs_every_heading_everybody_and_a_conclusion() -> None:
    assert missing_to_close(Kind.YEARLY, found=FOUND, parts=PARTS, conclusion="We go on.") == ()
    lacking = missing_to_close(Kind.YEARLY, found=FOUND | {"limits": " "}, parts=PARTS | {"governor": ""}, conclusion="")
    assert lacking == ("a finding under “Known limits”", "who was there for: Governor", "the conclusion")


def test_a_review_after_a_change_needs_the_lead_it_and_a_conclusion() -> None:
    assert missing_to_close(Kind.TRIGGERED, found={}, parts={"dsl": "A", "it": "B"}, conclusion="Nothing to change.") == ()
    assert missing_to_close(Kind.TRIGGERED, found={}, parts={"dsl": "A"}, conclusion="x") == ("who was there for: IT",)


def test_every_heading_asks_something() -> None:
    assert set(ASKS) == set(Heading)


def test_notes_are_for_the_school_days_of_two_weeks() -> None:
    days = stand_up_days(date(2026, 11, 5), Calendar((), ZoneInfo("Europe/London")))  # a Thursday
    assert [day.day for day in days] == [5, 6, 9, 10, 11, 12, 13, 16, 17, 18]


@pytest.mark.parametrize(
    ("os", "browser", "name"),
    [("ChromeOS 128.1", "Chrome 128", "ChromeOS with Chrome"), ("Windows 11", "Edge/127", "Windows with Edge"), ("", "Chrome 1", "Chrome"), ("", "", "")],
)
def test_a_platform_is_told_without_its_versions(os: str, browser: str, name: str) -> None:
    assert platform_of(os, browser) == name
