"""How far people agree beyond chance: pure.

Krippendorff's alpha: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (University of Pennsylvania, 2011),
by way of the coincidence matrix of its part C. Cohen's kappa: J. Cohen, "A coefficient of agreement for nominal scales",
Educational and Psychological Measurement 20 (1960) 37-46.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from enum import StrEnum
from itertools import permutations
from typing import Any


class Scale(StrEnum):
    """What two different values have to do with one another."""

    NOMINAL = "nominal"  # different is different
    ORDINAL = "ordinal"  # numbers are ranks; further apart is worse
    INTERVAL = "interval"  # numbers are measures


Distance = Callable[[Any, Any], float]


def krippendorff_alpha(units: Sequence[Sequence[Hashable | None]], *, scale: Scale = Scale.NOMINAL) -> float | None:
    """Return alpha over units, each with the values that its raters gave; None is a rater who gave none.

    1 is full agreement, 0 what chance would give, below 0 worse than chance. None where nothing can be said: no unit has
    two values, or all values are the same, so that nobody could have disagreed. Ordinal and interval values are numbers.
    Quadratic in the number of different values, linear in the units.
    """
    pairs = _coincidences(units)
    totals: dict[Any, float] = {}
    for (value, _), weight in pairs.items():
        totals[value] = totals.get(value, 0.0) + weight
    number = sum(totals.values())
    distance = _distance(scale, totals)
    expected = sum(totals[a] * totals[b] * distance(a, b) for a in totals for b in totals)
    if not expected:
        return None
    observed = sum(weight * distance(a, b) for (a, b), weight in pairs.items())
    return 1 - (number - 1) * observed / expected


def _coincidences(units: Sequence[Sequence[Hashable | None]]) -> Mapping[tuple[Any, Any], float]:
    """How often two values met in one unit; a unit of m values weighs m, spread over its m(m-1) ordered pairs."""
    pairs: dict[tuple[Any, Any], float] = {}
    for unit in units:
        values = [value for value in unit if value is not None]
        for a, b in permutations(values, 2):
            pairs[a, b] = pairs.get((a, b), 0.0) + 1 / (len(values) - 1)
    return pairs


def _distance(scale: Scale, totals: Mapping[Any, float]) -> Distance:
    """The squared distance of two values."""
    if scale is Scale.NOMINAL:
        return lambda a, b: float(a != b)
    if scale is Scale.INTERVAL:
        return lambda a, b: float((a - b) ** 2)

    def ordinal(a: Any, b: Any) -> float:
        low, high = min(a, b), max(a, b)
        between = sum(count for value, count in totals.items() if low <= value <= high)
        return float((between - (totals[a] + totals[b]) / 2) ** 2) if a != b else 0.0

    return ordinal


def cohen_kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Return kappa of two raters from their verdicts on the same things, pair by pair.

    None where nothing can be said: there are no pairs, or both gave one and the same verdict throughout.
    """
    if not pairs:
        return None
    number = len(pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    by_chance = sum(count * second[value] for value, count in first.items()) / number**2
    if by_chance == 1:
        return None
    observed = sum(a == b for a, b in pairs) / number
    return (observed - by_chance) / (1 - by_chance)
