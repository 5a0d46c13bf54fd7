"""The intervals equal what was published, to three decimals. Each table names its source."""

from __future__ import annotations

from math import comb, inf

import pytest

from heedful.programme.pilot.measures.statistics import (
    Interval,
    difference_of_shares,
    percentile,
    percentile_interval,
    percentile_ranks,
    poisson,
    ratio_of_rates,
    wilson,
)

# R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
SHARES = [((81, 263), 0.2553, 0.3662), ((15, 148), 0.0624, 0.1605), ((0, 20), 0.0000, 0.1611), ((1, 29), 0.0061, 0.1718)]
# R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10, columns (a), (b), (c) and (d).
DIFFERENCES = [
    ((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((6, 7), (2, 7), 0.0582, 0.8062),
    ((5, 56), (0, 29), -0.0381, 0.1926),
]  # fmt: skip
# Twice the limits are percentiles of chi-squared: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.4, 2.5 % in each tail,
# with 2 x count degrees of freedom below and 2 x count + 2 above.
COUNTS = [(0, 0.0, 7.378), (1, 0.051, 11.143), (2, 0.484, 14.449), (5, 3.247, 23.337), (10, 9.591, 36.781), (20, 24.433, 61.777), (49, 72.501, 129.561)]
# M. J. Campbell and M. J. Gardner, BMJ 296 (1988) 1454-1456: the ranks that bound a median with 95 % confidence.
MEDIAN_RANKS = [(6, 1, 6), (10, 2, 9), (20, 6, 15), (25, 8, 18), (30, 10, 21), (40, 14, 27), (100, 40, 61)]


@pytest.mark.parametrize(("counted", "low", "high"), SHARES)
def test_the_interval_of_a_share_is_the_published_one(counted: tuple[int, int], low: float, high: float) -> None:
    found = wilson(*counted)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(("first", "second", "low", "high"), DIFFERENCES)
def test_the_interval_of_a_difference_is_the_published_one(first: tuple[int, int], second: tuple[int, int], low: float, high: float) -> None:
    found = difference_of_shares(first, second)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(("count", "low", "high"), COUNTS)
def test_twice_the_limits_of_a_count_are_in_the_table_of_chi_squared(count: int, low: float, high: float) -> None:
    found = poisson(count)
    assert abs(2 * found.low - low) < 0.001
    assert abs(2 * found.high - high) < 0.001


@pytest.mark.parametrize(("count", "low", "high"), MEDIAN_RANKS)
def test_the_ranks_round_a_median_are_the_published_ones(count: int, low: int, high: int) -> None:
    assert percentile_ranks(count, 0.5) == (low, high)


@pytest.mark.parametrize("share", [0.5, 0.9])
@pytest.mark.parametrize("count", [1, 5, 20, 35, 36, 60, 250])
def test_no_more_than_a_fortieth_lies_outside_on_either_side(count: int, share: float) -> None:
    low, high = percentile_ranks(count, share)

    def chance(of: range) -> float:
        return sum(comb(count, k) * share**k * (1 - share) ** (count - k) for k in of)

    assert chance(range(low)) <= 0.025
    assert high is None or chance(range(high, count + 1)) <= 0.025
    assert chance(range(low + 1)) > 0.025  # and the next one would be too much


def test_the_90th_percentile_has_an_upper_end_from_36_values_on() -> None:
    assert percentile_ranks(35, 0.9)[1] is None  # 0.9 to the power of 35 is 0.0250 and a little more
    assert percentile_ranks(36, 0.9)[1] == 36
    assert percentile_interval(range(35), 0.9).is_open
    assert percentile_interval([7.0], 0.5) == Interval(0.0, inf)


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert [percentile([9, 1, 5, 3, 7, 2, 8, 4, 6, 10], share) for share in (0.5, 0.9, 1.0)] == [5, 9, 10]
    assert percentile([3], 0.9) == 3


def test_a_ratio_of_rates_holds_one_where_the_rates_are_alike_and_not_where_they_are_far_apart() -> None:
    assert ratio_of_rates((10, 100), (12, 100)).holds(1)
    assert not ratio_of_rates((10, 100), (60, 100)).holds(1)
    assert ratio_of_rates((30, 300), (10, 100)).holds(1)
    assert ratio_of_rates((4, 100), (0, 100)).is_open


def test_nothing_counted_says_nothing() -> None:
    assert wilson(0, 0) == Interval(0.0, 1.0)
