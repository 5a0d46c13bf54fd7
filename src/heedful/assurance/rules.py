"""What an assurance page may show: pure. Small numbers could point at a pupil, so they are not shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

LEAST_SHOWN = 5


@dataclass(frozen=True)
class Count:
    """A number of captures as a page may show it: itself, none, or fewer than five."""

    value: int
    is_exact: bool = False  # for who may open the captures themselves

    @property
    def is_suppressed(self) -> bool:
        return 0 < self.value < LEAST_SHOWN and not self.is_exact

    def __str__(self) -> str:
        return f"fewer than {LEAST_SHOWN}" if self.is_suppressed else str(self.value)


def share_in_percent(part: int, whole: int) -> int | None:
    """A whole-number percentage; None where the whole, the part or the rest is so small that it would point at somebody."""
    if whole < LEAST_SHOWN or Count(part).is_suppressed or Count(whole - part).is_suppressed:
        return None
    return round(100 * part / whole)


def median_time(times: Sequence[timedelta]) -> timedelta | None:
    """The median; None for fewer than five."""
    return median(times) if len(times) >= LEAST_SHOWN else None  # type: ignore[type-var]
