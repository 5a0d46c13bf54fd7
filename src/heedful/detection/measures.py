"""The arithmetic of an evaluation: shares with their intervals, curves, calibration, confusion. Pure; docs/evaluation.md explains each figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959963984540054  # of the normal distribution: 95 in 100 lie within so many standard deviations
BINS = 10
SEVERITIES = range(6)


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `of`; both whole numbers, `of` may be 0, and then there is no value."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """In [0, 1]; None where there was nothing to count."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval; (0, 1) where there was nothing to count."""
        return wilson(self.hits, self.of)


def wilson(hits: int, of: int, z: float = Z_95) -> tuple[float, float]:
    """The interval in which the true share lies in 95 of 100 such counts; (0, 1) where nothing was counted. It holds near 0 and 1 and for few.

    E. B. Wilson, Journal of the American Statistical Association 22 (1927) 209-212; method 3 of R. G. Newcombe, Statistics
    in Medicine 17 (1998) 857-872, who finds it sound from small numbers on.
    """
    if not of:
        return 0.0, 1.0
    share = hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    reach = z / (1 + z * z / of) * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (0.0 if hits == 0 else max(0.0, middle - reach)), (1.0 if hits == of else min(1.0, middle + reach))


@dataclass(frozen=True, slots=True)
class Rates:
    """What a yes-or-no judgement is worth: counts of (is, said) pairs."""

    found: int
    missed: int
    false_alarms: int
    left_alone: int

    @property
    def recall(self) -> Share:
        """Of what is, how much was said."""
        return Share(self.found, self.found + self.missed)

    @property
    def precision(self) -> Share:
        """Of what was said, how much is."""
        return Share(self.found, self.found + self.false_alarms)

    @property
    def false_alarm_rate(self) -> Share:
        """Of what is not, how much was said all the same."""
        return Share(self.false_alarms, self.false_alarms + self.left_alone)


def rates(pairs: Iterable[tuple[bool, bool]]) -> Rates:
    """Count (is, said) pairs."""
    counts = {(True, True): 0, (True, False): 0, (False, True): 0, (False, False): 0}
    for pair in pairs:
        counts[pair] += 1
    return Rates(counts[True, True], counts[True, False], counts[False, True], counts[False, False])


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a precision-recall curve: what holds when everything scored `least` or more is said."""

    least: float
    precision: float
    recall: float


def precision_recall(scored: Iterable[tuple[float, bool]]) -> list[Point]:
    """A point for each different score, the highest first; empty where nothing is true. Equal scores count together."""
    ordered = sorted(scored, key=lambda pair: -pair[0])
    true = sum(1 for _, is_so in ordered if is_so)
    points: list[Point] = []
    found = 0
    for place, (score, is_so) in enumerate(ordered, 1):
        found += is_so
        if true and (place == len(ordered) or ordered[place][0] != score):
            points.append(Point(score, found / place, found / true))
    return points


def average_precision(points: Sequence[Point]) -> float | None:
    """The curve's area as steps: each gain of recall times the precision at which it came. None for an empty curve."""
    if not points:
        return None
    total, before = 0.0, 0.0
    for point in points:
        total += (point.recall - before) * point.precision
        before = point.recall
    return total


@dataclass(frozen=True, slots=True)
class Bin:
    """The lines whose chance lay from `low` up to `high`: how many, their mean chance, and how many were so."""

    low: float
    high: float
    count: int
    mean_chance: float
    true: int


def reliability(pairs: Iterable[tuple[float, bool]], bins: int = BINS) -> list[Bin]:
    """Bins of equal width over [0, 1] that hold at least one pair, the lowest first; 1 belongs to the last."""
    held: dict[int, list[tuple[float, bool]]] = {}
    for chance, is_so in pairs:
        held.setdefault(min(bins - 1, int(chance * bins)), []).append((chance, is_so))
    return [
        Bin(place / bins, (place + 1) / bins, len(some), sum(chance for chance, _ in some) / len(some), sum(is_so for _, is_so in some))
        for place, some in sorted(held.items())
    ]


def expected_calibration_error(bins: Sequence[Bin]) -> float | None:
    """How far the chance is from what came true, on average over all lines; None without any."""
    count = sum(one.count for one in bins)
    return sum(abs(one.mean_chance * one.count - one.true) for one in bins) / count if count else None


def confusion(pairs: Iterable[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    """How often each severity by label (row, 0-5) was given each severity (column, 0-5)."""
    table = [[0 for _ in SEVERITIES] for _ in SEVERITIES]
    for label, said in pairs:
        table[label][said] += 1
    return tuple(map(tuple, table))


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which `share` of the values lie, between neighbours by their distance. Raises ValueError for none."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
