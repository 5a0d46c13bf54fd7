"""Intervals at 95 % for shares, rates and times: pure, each with its source.

A pilot is small. A figure without its interval says more than is known, so none is shown without one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, exp, inf, lgamma, log, sqrt

from heedful.detection import measures

# The 97.5th percentile of the standard normal distribution: two-sided 95 %.
Z = 1.959963984540054
TAIL = 0.025
_STEPS = 200


@dataclass(frozen=True)
class Interval:
    """Where the true value lies with 95 % confidence. `high` is infinite where so few values allow no upper end."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high

    @property
    def is_open(self) -> bool:
        return self.high == inf


def wilson(hits: int, of: int) -> Interval:
    """The interval of a share, by Wilson's score method; (0, 1) where nothing was counted."""
    return Interval(*measures.wilson(hits, of))


def difference_of_shares(first: tuple[int, int], second: tuple[int, int]) -> Interval:
    """The interval of first share less second share, each given as (hits, of); both counted something.

    Method 10 (square-and-add of Wilson's limits) of R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890.
    """
    one, two = first[0] / first[1], second[0] / second[1]
    of_one, of_two = wilson(*first), wilson(*second)
    below = sqrt((one - of_one.low) ** 2 + (of_two.high - two) ** 2)
    above = sqrt((of_one.high - one) ** 2 + (two - of_two.low) ** 2)
    return Interval(one - two - below, one - two + above)


def poisson(count: int) -> Interval:
    """The exact interval of the mean of a count of events that come one by one.

    F. Garwood, Biometrika 28 (1936) 437-442.
    """
    low = 0.0 if count == 0 else _root(lambda mean: 1 - _poisson_up_to(count - 1, mean), TAIL, count, rises=True)
    return Interval(low, _root(lambda mean: _poisson_up_to(count, mean), TAIL, count + 5 + 5 * sqrt(count), rises=False))


def ratio_of_rates(first: tuple[int, float], second: tuple[int, float]) -> Interval:
    """The interval of first rate over second rate, each given as (count, exposure); at least one event in all.

    Given their sum, the first count is binomial (J. Przyborowski and H. Wilenski, Biometrika 31 (1940) 313-323); the
    interval of its share is Wilson's.
    """
    share = wilson(first[0], first[0] + second[0])
    scale = second[1] / first[1]
    return Interval(scale * share.low / (1 - share.low), scale * share.high / (1 - share.high) if share.high < 1 and second[0] else inf)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values doesn't exceed: one that was measured, never one in between."""
    ordered = sorted(values)
    return ordered[max(1, ceil(share * len(ordered) - 1e-9)) - 1]


def percentile_ranks(count: int, share: float) -> tuple[int, int | None]:
    """Which of `count` ordered values (from 1) bound the percentile with 95 % confidence: the upper is None where none does.

    Order statistics, at most 2.5 % left out on each side, whatever the distribution: G. J. Hahn and W. Q. Meeker, Statistical
    Intervals (Wiley 1991), 5.2; for the median M. J. Campbell and M. J. Gardner, BMJ 296 (1988) 1454-1456. The lower is 0
    where so few values have no lower bound.
    """
    below = [_binomial_up_to(rank, count, share) for rank in range(count + 1)]
    lowers = [rank for rank in range(1, count + 1) if below[rank - 1] <= TAIL]
    uppers = [rank for rank in range(1, count + 1) if 1 - below[rank - 1] <= TAIL]
    return max(lowers, default=0), min(uppers, default=None)


def percentile_interval(values: Sequence[float], share: float) -> Interval:
    """The interval of a percentile of times, which are never below 0; open above where too few were measured."""
    ordered = sorted(values)
    low, high = percentile_ranks(len(ordered), share)
    return Interval(ordered[low - 1] if low else 0.0, ordered[high - 1] if high else inf)


def _poisson_up_to(count: int, mean: float) -> float:
    """The chance of at most so many where the mean is this."""
    if mean <= 0:
        return 1.0
    # Far below the mean no term matters any more.
    least = max(0, int(mean - 12 * sqrt(mean) - 30))
    return min(1.0, sum(exp(each * log(mean) - mean - lgamma(each + 1)) for each in range(min(least, count), count + 1)))


def _binomial_up_to(count: int, of: int, share: float) -> float:
    terms = (
        exp(lgamma(of + 1) - lgamma(each + 1) - lgamma(of - each + 1) + each * log(share) + (of - each) * log(1 - share))
        for each in range(count + 1)
    )
    return min(1.0, sum(terms))


def _root(chance: Callable[[float], float], wanted: float, high: float, *, rises: bool) -> float:
    """Where a monotone chance takes the wanted value, by halving between 0 and `high`."""
    low = 0.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if (chance(middle) < wanted) == rises:
            low = middle
        else:
            high = middle
        if high - low < 1e-9 * max(1.0, high):
            break
    return (low + high) / 2
