"""The rules that stand beside a phrase, as values: what must be near it, and what moves its severity."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

EITHER, BEFORE, AFTER = 0, 1, 2
CANCEL, LOWER, CAP, RAISE = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Window:
    """Within `within` tokens of the hit, on one side or either. Touching and overlapping are 0 tokens away."""

    within: int
    side: int = EITHER


@dataclass(frozen=True, slots=True)
class Need:
    """A hit counts only when one of these context classes stands in the window."""

    any: tuple[str, ...]
    window: Window


@dataclass(frozen=True, slots=True)
class ContextRule:
    """What a context class in the window does to the severity; `unless` classes in the same window switch it off."""

    when: tuple[str, ...]
    window: Window
    operation: int
    amount: int
    why: str
    unless: tuple[str, ...] = ()

    def moved(self, severity: int) -> int:
        """The severity after this rule, 0-5."""
        if self.operation == CANCEL:
            return 0
        if self.operation == LOWER:
            return max(0, severity - self.amount)
        if self.operation == CAP:
            return min(severity, self.amount)
        return min(5, severity + self.amount)


Span = tuple[int, int]


class Nearby:
    """Where one context class was seen, in token places. Answers a window in time that the text's length does not move."""

    def __init__(self, spans: Sequence[Span], longest: int) -> None:
        self._spans, self._longest = sorted(spans), longest

    def stands_near(self, hit: Span, window: Window) -> bool:
        """Whether any span of the class lies in the window round a hit."""
        start, end = hit
        place = bisect_left(self._spans, (start - window.within - self._longest, 0))
        while place < len(self._spans):
            first, last = self._spans[place]
            if first > end + window.within:
                return False
            if _is_inside(first - end, start - last, window):
                return True
            place += 1
        return False


def _is_inside(after: int, before: int, window: Window) -> bool:
    """`after` and `before` are the tokens between hit and span on either side; negative where they overlap or lie across."""
    if window.side == BEFORE:
        return 0 <= before <= window.within
    if window.side == AFTER:
        return 0 <= after <= window.within
    return max(after, before, 0) <= window.within
