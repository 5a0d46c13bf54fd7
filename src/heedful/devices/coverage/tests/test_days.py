"""School days and terms."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heedful.devices.coverage.days import Calendar, Term, TermName, TermsRefused, check_terms, default_terms, since_when, term_at

LONDON = ZoneInfo("Europe/London")
WINDOWS = st.one_of(
    st.just(()),
    st.lists(
        st.builds(
            lambda days, start, length: {"days": sorted(days), "from": f"{start:02d}:00", "to": f"{start + length:02d}:00"},
            st.sets(st.integers(1, 7), min_size=1), st.integers(0, 20), st.integers(1, 3),
        ),
        min_size=1, max_size=3,
    ),
)  # fmt: skip
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))


@given(WINDOWS, MOMENTS, st.integers(1, 5))
def test_who_was_seen_before_the_cutoff_has_missed_so_many_school_days_and_who_was_seen_after_has_not(
    windows: list[dict[str, object]], now: datetime, days: int
) -> None:
    calendar = Calendar(tuple(windows), LONDON)
    cutoff = calendar.seen_since(now, school_days=days)
    assert cutoff <= now
    assert calendar.missed(cutoff - timedelta(seconds=1), now) >= days
    assert calendar.missed(cutoff, now) < days


@given(WINDOWS, MOMENTS)
def test_a_weekend_is_no_school_day_whatever_the_hours_say(windows: list[dict[str, object]], now: datetime) -> None:
    calendar = Calendar(tuple(windows), LONDON)
    assert not (calendar.is_school_day(now.date()) and now.isoweekday() > 5)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_every_day_lies_in_just_one_of_the_usual_terms(today: date) -> None:
    terms = default_terms(today)
    check_terms(terms)
    assert [term for term in terms if term.starts_on <= today <= term.ends_on] == [term_at(terms, today)]


SET = (
    Term(TermName.AUTUMN, date(2026, 9, 2), date(2026, 12, 18)), Term(TermName.SPRING, date(2027, 1, 4), date(2027, 3, 26)),
    Term(TermName.SUMMER, date(2027, 4, 12), date(2027, 7, 21)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("today", "name", "starts_on"),
    [
        (date(2026, 9, 2), TermName.AUTUMN, date(2026, 9, 2)),
        (date(2026, 12, 27), TermName.AUTUMN, date(2026, 9, 2)),  # a holiday: the term before goes on
        (date(2027, 1, 4), TermName.SPRING, date(2027, 1, 4)),
        (date(2027, 8, 15), TermName.SUMMER, date(2027, 4, 12)),
        (date(2026, 8, 30), TermName.SUMMER, date(2026, 4, 16)),  # before the dates that were set: the usual ones
        (date(2028, 1, 10), TermName.SPRING, date(2028, 1, 1)),  # dates that nobody renewed give way
    ],
)
def test_the_term_of_a_day(today: date, name: TermName, starts_on: date) -> None:
    term = term_at(SET, today)
    assert (term.name, term.starts_on) == (name, starts_on)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({0: ("2026-09-02", "2026-09-02")}, "its last day has to come after its first"),
        ({0: ("2026-01-01", "2026-12-18")}, "at most 200 days"),
        ({1: ("2026-12-18", "2027-03-26")}, "it has to start after the autumn term has ended"),
    ],
)
def test_dates_that_make_no_terms_are_refused(changes: dict[int, tuple[str, str]], words: str) -> None:
    terms = list(SET)
    for place, (start, end) in changes.items():
        terms[place] = Term(terms[place].name, date.fromisoformat(start), date.fromisoformat(end))
    with pytest.raises(TermsRefused, match=words):
        check_terms(terms)


NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(hours=1), "today"), (timedelta(days=-2), "today"), (timedelta(days=1), "yesterday"), (timedelta(days=5), "Thursday"),
        (timedelta(days=7), "17 November"), (timedelta(days=365), "24 November 2025"),
    ],
)  # fmt: skip
def test_since_when_in_words(ago: timedelta, words: str) -> None:
    assert since_when(NOW - ago, NOW, LONDON) == words
