"""Emoji strewn between words: patterns are met over them too. docs/detection.md, "Match"; engine/strewn.ts is the twin."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TypeVar

from heedful.detection.automaton import Walker
from heedful.detection.rules import Span

MOST_IN_A_ROW = 3  # longer runs part what stands on either side
REACH = 1 + MOST_IN_A_ROW  # so many times the longest pattern a match over emoji may be
_T = TypeVar("_T")


def kept_places(items: Sequence[_T], emoji: frozenset[_T]) -> list[int]:
    """The places of what stays when short runs of emoji are passed over."""
    kept: list[int] = []
    for is_emoji, run in groupby(range(len(items)), key=lambda place: items[place] in emoji):
        places = list(run)
        if not is_emoji or len(places) > MOST_IN_A_ROW:
            kept += places
    return kept


def spans_over(walker: Walker, numbers: Sequence[int], emoji: frozenset[int], starts: Iterable[int] | None = None) -> dict[int, list[Span]]:
    """Every match as `Walker.spans` tells it, and those over short runs of emoji. Two walks at most: linear."""
    if emoji.isdisjoint(numbers):
        return walker.spans(numbers, starts)
    asked = None if starts is None else list(starts)
    found = walker.spans(numbers, asked)
    kept = kept_places(numbers, emoji)
    wanted = None if asked is None else set(asked)
    begun = None if wanted is None else [at for at, place in enumerate(kept) if place in wanted]
    for target, spans in walker.spans([numbers[place] for place in kept], begun).items():
        over = {(kept[start], kept[end - 1] + 1) for start, end in spans if end > start}
        found[target] = sorted(over.union(found.get(target, ())))
    return found
