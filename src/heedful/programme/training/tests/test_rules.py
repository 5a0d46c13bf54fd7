"""What counts as learned and how practice is marked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from heedful.captures.queries.practice import Decided
from heedful.programme.training.marking import Verdict, has_passed, mark, percent
from heedful.programme.training.pupils import band_of
from heedful.programme.training.rules import (
    Duration,
    MarkRefused,
    Standing,
    check_pass_mark,
    clearance_end,
    count_right,
    standing_with,
)
from heedful.programme.training.shipped import practice_cards
from heedful.thresholds.rules import Line, Route, Table, Urgency, default_lines

DAY = date(2026, 11, 24)
CARDS = {card.key: card for card in practice_cards()}
DEFAULT = Table(0, default_lines())
SAFE, BEHAVIOUR, RECORD = Route.SAFEGUARDING, Route.BEHAVIOUR, Route.RECORD_ONLY


@pytest.mark.parametrize(
    ("duration", "day", "end"),
    [
        (Duration(months=12), DAY, date(2027, 11, 24)),
        (Duration(months=12), date(2028, 2, 29), date(2029, 2, 28)),
        (Duration(months=24), DAY, date(2028, 11, 24)),
        (Duration(weeks=6), DAY, date(2027, 1, 5)),
    ],
)
def test_a_year_ends_on_the_same_day_and_the_last_of_february_stays_within_it(duration: Duration, day: date, end: date) -> None:
    assert duration.after(day) == end


@pytest.mark.parametrize(
    ("ends_in", "joined", "expected"),
    [
        (None, 10, Standing.TO_DO), (None, 31, Standing.OVERDUE), (-1, 10, Standing.ENDED), (0, 400, Standing.ENDS_SOON),
        (60, 400, Standing.ENDS_SOON), (61, 400, Standing.DONE),
    ],
)  # fmt: skip
def test_a_new_colleague_has_thirty_days_and_what_ran_out_is_behind_at_once(ends_in: int | None, joined: int, expected: Standing) -> None:
    end = None if ends_in is None else DAY + timedelta(days=ends_in)
    assert standing_with(expires_on=end, joined_on=DAY - timedelta(days=joined), today=DAY) == expected


def test_all_of_the_right_options_and_none_of_the_wrong_are_right() -> None:
    assert count_right([[0], [1, 2], [1], [0, 1]], [frozenset({0}), frozenset({1, 2}), frozenset({1, 2}), frozenset({0})]) == 2


def test_a_pass_mark_has_a_floor_and_a_reason() -> None:
    check_pass_mark(modules=70, practice=100, reason="Agreed on 3 November")
    for marks in ({"modules": 69, "practice": 80}, {"modules": 80, "practice": 101}):
        with pytest.raises(MarkRefused, match="between 70 and 100"):
            check_pass_mark(reason="Agreed", **marks)
    with pytest.raises(MarkRefused, match="Say why"):
        check_pass_mark(modules=80, practice=80, reason=" ")


def test_captures_open_until_the_first_of_module_and_practice_runs_out() -> None:
    later = DAY + timedelta(days=300)
    assert clearance_end(module_ends={"reviewers": later}, practice_end=DAY, today=DAY) == DAY
    assert clearance_end(module_ends={"reviewers": None}, practice_end=later, today=DAY) is None
    assert clearance_end(module_ends={"reviewers": later}, practice_end=DAY - timedelta(days=1), today=DAY) is None
    assert clearance_end(module_ends={}, practice_end=later, today=DAY) is None


@pytest.mark.parametrize(
    ("key", "decided", "verdict"),
    [
        ("gone-tomorrow", Decided(5, "", SAFE), Verdict.RIGHT),
        ("gone-tomorrow", Decided(4, "", SAFE), Verdict.RIGHT),
        ("gone-tomorrow", Decided(3, "", SAFE), Verdict.GRADE),
        ("gone-tomorrow", Decided(2, "", SAFE), Verdict.MISSED),
        ("gone-tomorrow", Decided(None, "figure_of_speech", SAFE), Verdict.MISSED),
        ("gone-tomorrow", Decided(None, "", SAFE), Verdict.MISSED),
        ("gone-tomorrow", None, Verdict.MISSED),
        ("vapes", Decided(2, "", BEHAVIOUR), Verdict.RIGHT),
        ("vapes", Decided(2, "", SAFE), Verdict.RIGHT),  # handed up: never wrong
        ("vapes", Decided(2, "", RECORD), Verdict.ROUTE),
        ("vapes", Decided(5, "", SAFE), Verdict.GRADE),
        ("vapes", Decided(None, "name", BEHAVIOUR), Verdict.WRONG),
        ("vapes", Decided(None, "", BEHAVIOUR), Verdict.LEFT),
        ("knife-story", Decided(None, "fiction", SAFE), Verdict.RIGHT),
        ("knife-story", Decided(None, "game", SAFE), Verdict.REASON),
        ("knife-story", Decided(1, "", SAFE), Verdict.KEPT),
        ("knife-story", Decided(4, "", SAFE), Verdict.WRONG),
        ("knife-story", Decided(None, "", SAFE), Verdict.LEFT),
    ],
)
def test_a_card_is_marked_by_its_grade_and_by_where_the_school_puts_it(key: str, decided: Decided | None, verdict: Verdict) -> None:
    assert mark(CARDS[key], decided, DEFAULT, age_band=band_of(CARDS[key].pupil)).verdict == verdict


def test_it_is_the_schools_own_table_that_marks() -> None:
    stricter = dict(default_lines())
    for band in ("ks1", "ks2", "ks3", "ks4", "ks5"):
        for level in (1, 2, 3):
            stricter["drugs", level, band] = Line(SAFE, Urgency.TODAY)
    marked = mark(CARDS["vapes"], Decided(2, "", BEHAVIOUR), Table(3, stricter), age_band="ks5")
    assert (marked.verdict, marked.line_route, marked.line_urgency) == (Verdict.ROUTE, "safeguarding", "today")


def test_one_missed_does_not_pass_however_good_the_rest() -> None:
    good = [mark(CARDS["vapes"], Decided(2, "", BEHAVIOUR), DEFAULT, age_band="ks5") for _ in range(30)]
    missed = mark(CARDS["uncle"], Decided(1, "", SAFE), DEFAULT, age_band="ks3")
    assert percent([*good, missed]) == 96
    assert has_passed(good, pass_mark=100)
    assert not has_passed([*good, missed], pass_mark=80)
    assert not has_passed([], pass_mark=70)
