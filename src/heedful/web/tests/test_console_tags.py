"""Moments and lengths of time in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from heedful.web.templatetags.console import duration_in_words, moment_in_words

NOW = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)  # a Tuesday, London keeps UTC


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW, "just now"),
        (NOW - timedelta(seconds=59), "just now"),
        (NOW - timedelta(minutes=12, seconds=40), "12 min ago"),
        (NOW - timedelta(minutes=59), "59 min ago"),
        (NOW - timedelta(hours=2), "today 12:05"),
        (NOW + timedelta(minutes=10), "today 14:15"),
        (NOW + timedelta(days=1), "tomorrow 14:05"),
        (NOW - timedelta(hours=20), "yesterday 18:05"),
        (NOW - timedelta(days=3), "Saturday 14:05"),
        (NOW - timedelta(days=10), "14 November 14:05"),
        (NOW - timedelta(days=400), "20 October 2025 15:05"),  # British summer time
        (NOW + timedelta(days=4), "28 November 14:05"),
    ],
)
def test_a_moment_is_told_as_people_say_it(moment: datetime, words: str) -> None:
    with timezone.override("Europe/London"):
        assert moment_in_words(moment, NOW) == words


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=45), "45 s"),
        (timedelta(minutes=12, seconds=50), "12 min"),
        (timedelta(hours=3, minutes=20), "3 h 20 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(days=1, hours=5), "1 day"),
        (timedelta(days=-2), "2 days"),
    ],
)
def test_a_length_of_time_is_told_in_the_units_that_matter(length: timedelta, words: str) -> None:
    assert duration_in_words(length) == words
