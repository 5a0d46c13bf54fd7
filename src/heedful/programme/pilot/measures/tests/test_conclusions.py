"""What may be concluded: a table of cases, each with the words that a tired person reads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from heedful.programme.pilot.measures.conclusions import WITHHELD, Kind, caution, conclusions, minutes_in_words
from heedful.programme.pilot.measures.presenting import FEWER, figures, kappa_in_words, weeks
from heedful.programme.pilot.measures.rules import Measures, Rate, Regrades, Share, Stars, Times

NOBODY = Share(0, 0)
EMPTY = Measures("A", 1, Rate(0, 100, 2), NOBODY, Times(), Times(), Times(), 0.0, Regrades(), NOBODY, 0, Stars(), ())


def said(about: str, *, one: Measures, two: Measures, is_exact: bool = True) -> tuple[Kind, str]:
    [found] = [each for each in conclusions([one, replace(two, name="B")], is_exact=is_exact) if each.about == about]
    return found.kind, found.sentence


@pytest.mark.parametrize(
    ("one", "two", "kind", "words"),
    [
        (Share(3, 12), Share(20, 40), Kind.TOO_FEW, "Too few to compare: 12 under A, 40 under B; it takes at least 20 of each."),
        (Share(0, 0), Share(0, 0), Kind.TOO_FEW, "Too few to compare: 0 under A, 0 under B; it takes at least 20 of each."),
        (
            Share(10, 40), Share(14, 40), Kind.CHANCE,
            "25 % of decided captures were false positives under A, 35 % under B. That may be chance: nothing can be concluded from it.",
        ),
        (
            Share(48, 80), Share(16, 80), Kind.CLEAR,
            "60 % of decided captures were false positives under A, 20 % under B. The difference, between 25 and 52 percentage points, is more than chance explains.",
        ),
        (
            Share(16, 80), Share(48, 80), Kind.CLEAR,
            "20 % of decided captures were false positives under A, 60 % under B. The difference, between 25 and 52 percentage points, is more than chance explains.",
        ),
    ],
)  # fmt: skip
def test_shares_are_compared_in_words(one: Share, two: Share, kind: Kind, words: str) -> None:
    assert said("False positives", one=replace(EMPTY, false_positives=one), two=replace(EMPTY, false_positives=two)) == (kind, words)


@pytest.mark.parametrize(
    ("one", "two", "kind", "begins"),
    [
        (Rate(3, 100, 2), Rate(4, 100, 2), Kind.TOO_FEW, "Too few to compare: 3 under A, 4 under B; it takes at least 10 in all."),
        (Rate(20, 0, 2), Rate(20, 100, 2), Kind.TOO_FEW, "Too few to compare"),
        (Rate(20, 100, 2), Rate(26, 100, 2), Kind.CHANCE, "10.0 captures per 100 pupils a week under A, 13.0 under B. That may be chance"),
        (Rate(20, 100, 2), Rate(40, 200, 2), Kind.CHANCE, "10.0 captures per 100 pupils a week under A, 10.0 under B. That may be chance"),
        (Rate(20, 100, 2), Rate(60, 100, 2), Kind.CLEAR, "10.0 captures per 100 pupils a week under A, 30.0 under B. The difference is more"),
    ],
)  # fmt: skip
def test_rates_are_compared_in_words(one: Rate, two: Rate, kind: Kind, begins: str) -> None:
    found = said("Captures", one=replace(EMPTY, rate=one), two=replace(EMPTY, rate=two))
    assert found[0] == kind
    assert found[1].startswith(begins)


QUICK, SLOW = Times(tuple(float(n) for n in range(5, 35))), Times(tuple(60.0 + n for n in range(30)))


@pytest.mark.parametrize(
    ("one", "two", "kind", "begins"),
    [
        (Times((3.0,) * 9), SLOW, Kind.TOO_FEW, "Too few to compare: 9 under A, 30 under B; it takes at least 10 of each."),
        (QUICK, Times(tuple(float(n) for n in range(8, 38))), Kind.CHANCE, "Half the time the first look came after 19 min or less under A, 22 min under B."),
        (QUICK, SLOW, Kind.CLEAR, "Half the time the first look came after 19 min or less under A, 1 h 14 min under B. The intervals lie apart"),
    ],
)  # fmt: skip
def test_times_are_compared_in_words(one: Times, two: Times, kind: Kind, begins: str) -> None:
    found = said("Time to first look", one=replace(EMPTY, first_look=one), two=replace(EMPTY, first_look=two))
    assert found[0] == kind
    assert found[1].startswith(begins)


def test_clear_ones_come_first_and_the_caution_counts_the_comparisons() -> None:
    one = replace(EMPTY, first_look=QUICK, false_positives=Share(10, 40))
    two = replace(EMPTY, name="B", first_look=SLOW, false_positives=Share(14, 40))
    found = conclusions([one, two])
    assert [each.kind for each in found][:2] == [Kind.CLEAR, Kind.CHANCE]
    assert "Of 2 comparisons made at once, about one in twenty looks clear by chance alone." in caution(found)
    assert "not as proof" in caution(found)


def test_one_approach_is_compared_with_nothing() -> None:
    assert conclusions([EMPTY]) == ()
    assert caution(()).startswith("With one approach there is nothing to compare")


def test_who_may_not_read_captures_sees_no_sentence_or_figure_on_fewer_than_five() -> None:
    few, many = replace(EMPTY, false_positives=Share(3, 40)), replace(EMPTY, false_positives=Share(16, 40))
    assert said("False positives", one=few, two=many, is_exact=False) == (Kind.TOO_FEW, WITHHELD)
    assert "3" not in said("False positives", one=few, two=many, is_exact=False)[1]
    [shown] = [figure for figure in figures([few, many], is_exact=False) if figure.title == "False positives"]
    assert (shown.rows[0].value, shown.rows[0].interval, shown.rows[0].of, shown.rows[0].bar) == (FEWER, "", "", None)
    assert shown.rows[1].value == "40 %"
    [line] = weeks([replace(EMPTY, by_week=(("2026-11-09", 3), ("2026-11-16", 12)))], is_exact=False)
    assert [(column.count, column.height) for column in line.columns] == [(FEWER, 0.0), ("12", 100.0)]


def test_a_chart_lies_within_its_frame_also_where_the_interval_has_no_upper_end() -> None:
    for times in (QUICK, SLOW, Times((4.0,) * 12)):
        for figure in figures([replace(EMPTY, first_look=times), replace(EMPTY, first_look=QUICK)], is_exact=True):
            for bar in (row.bar for row in figure.rows if row.bar):
                assert 0 <= bar.low <= bar.low + bar.width <= 100.6
                assert 0 <= bar.at <= 98.5


@pytest.mark.parametrize(
    ("minutes", "words"), [(0.5, "30 s"), (1, "1 min"), (59.4, "59 min"), (60, "1 h"), (200, "3 h 20 min"), (60 * 24 * 2.5, "2.5 days")]
)
def test_a_length_of_time_is_said_as_people_say_it(minutes: float, words: str) -> None:
    assert minutes_in_words(minutes) == words


@pytest.mark.parametrize(
    ("kappa", "words"), [(-0.1, "poor"), (0.2, "slight"), (0.21, "fair"), (0.5, "moderate"), (0.7, "substantial"), (0.9, "almost perfect")]
)
def test_kappa_has_the_words_of_landis_and_koch(kappa: float, words: str) -> None:
    assert kappa_in_words(kappa) == words
