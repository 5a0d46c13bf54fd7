"""What can and can't be concluded from two approaches side by side, in plain sentences: pure.

A difference is called clear only where its 95 % interval leaves out "no difference"; where intervals of times overlap it is
not. Comparing many figures finds a difference by chance now and then, which the last sentence says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from heedful.programme.pilot.measures.rules import Measures, Rate, Share, Times
from heedful.programme.pilot.measures.statistics import Interval, difference_of_shares, ratio_of_rates

LEAST_OF_A_SHARE = 20
LEAST_EVENTS = 10
LEAST_TIMES = 10


class Kind(StrEnum):
    TOO_FEW = "too_few"
    CHANCE = "chance"
    CLEAR = "clear"


WITHHELD = "It rests on so few that the numbers are shown only to those who may read captures."
WORDS = {Kind.TOO_FEW: "Too few yet", Kind.CHANCE: "May be chance", Kind.CLEAR: "Clear"}


@dataclass(frozen=True)
class Conclusion:
    """One sentence on one figure of two approaches."""

    kind: Kind
    about: str
    sentence: str

    @property
    def word(self) -> str:
        return WORDS[self.kind]


def conclusions(measures: Sequence[Measures], *, is_exact: bool = True) -> tuple[Conclusion, ...]:
    """Every figure of every two of these, clear ones first. Without `is_exact` nothing is said that rests on fewer than five."""
    found: list[Conclusion] = []
    for one, two in combinations(measures, 2):
        found += [
            _rates(one.name, one.rate, two.name, two.rate),
            _shares("False positives", "of decided captures were false positives", one.name, one.false_positives, two.name, two.false_positives),
            _times("Time to first look", "the first look came after", one.name, one.first_look, two.name, two.first_look),
            _times("Time to decision", "the decision came after", one.name, one.decision, two.name, two.decision),
            _times("Reviewers' time", "reading one capture took", one.name, one.reading, two.name, two.reading),
            _shares("Second grades", "of second grades differed", one.name, one.regrades.disagreed, two.name, two.regrades.disagreed),
            _shares("Missed", "of what was left alone should have been seen", one.name, one.missed, two.name, two.missed),
        ]
    if not is_exact:
        small = {about for each in measures for about, figure in _figures(each) if figure.is_small}
        found = [Conclusion(Kind.TOO_FEW, each.about, WITHHELD) if each.about in small else each for each in found]
    order = [Kind.CLEAR, Kind.CHANCE, Kind.TOO_FEW]
    return tuple(sorted(found, key=lambda each: order.index(each.kind)))


def _figures(measures: Measures) -> tuple[tuple[str, Rate | Share | Times], ...]:
    return (
        ("Captures", measures.rate), ("False positives", measures.false_positives), ("Time to first look", measures.first_look),
        ("Time to decision", measures.decision), ("Reviewers' time", measures.reading), ("Second grades", measures.regrades.disagreed),
        ("Missed", measures.missed),
    )  # fmt: skip


def caution(found: Sequence[Conclusion]) -> str:
    """What stands below every comparison."""
    if not found:
        return "With one approach there is nothing to compare: the intervals say how sure each figure is."
    compared = sum(each.kind != Kind.TOO_FEW for each in found)
    chance = f" Of {compared} comparisons made at once, about one in twenty looks clear by chance alone." if compared > 1 else ""
    return (
        "The approaches also differ in who the pupils are, who read, and in what happened in those weeks."
        f" Take a clear difference as a reason to talk, not as proof.{chance}"
    )


def _shares(about: str, words: str, name: str, one: Share, other: str, two: Share) -> Conclusion:
    if min(one.of, two.of) < LEAST_OF_A_SHARE:
        return _too_few(about, name, one.of, other, two.of, LEAST_OF_A_SHARE)
    between = difference_of_shares((one.hits, one.of), (two.hits, two.of))
    said = f"{percent(one.hits / one.of)} {words} under {name}, {percent(two.hits / two.of)} under {other}"
    if between.holds(0):
        return _chance(about, said)
    return Conclusion(
        Kind.CLEAR, about, f"{said}. The difference, between {_points(between)} points, is more than chance explains."
    )


def _rates(name: str, one: Rate, other: str, two: Rate) -> Conclusion:
    about = "Captures"
    if not one.exposure or not two.exposure or one.count + two.count < LEAST_EVENTS:
        return _too_few(about, name, one.count, other, two.count, LEAST_EVENTS, together=True)
    said = f"{one.value:.1f} captures per 100 pupils a week under {name}, {two.value:.1f} under {other}"
    ratio = ratio_of_rates((one.count, one.exposure), (two.count, two.exposure))
    if ratio.holds(1):
        return _chance(about, said)
    return Conclusion(Kind.CLEAR, about, f"{said}. The difference is more than chance explains.")


def _times(about: str, words: str, name: str, one: Times, other: str, two: Times) -> Conclusion:
    if min(len(one.minutes), len(two.minutes)) < LEAST_TIMES:
        return _too_few(about, name, len(one.minutes), other, len(two.minutes), LEAST_TIMES)
    assert one.median is not None
    assert two.median is not None
    said = f"Half the time {words} {minutes_in_words(one.median)} or less under {name}, {minutes_in_words(two.median)} under {other}"
    mine, theirs = one.median_interval, two.median_interval
    if mine.low <= theirs.high and theirs.low <= mine.high:
        return _chance(about, said)
    return Conclusion(Kind.CLEAR, about, f"{said}. The intervals lie apart: more than chance explains.")


def _chance(about: str, said: str) -> Conclusion:
    return Conclusion(Kind.CHANCE, about, f"{said}. That may be chance: nothing can be concluded from it.")


def _too_few(about: str, name: str, one: int, other: str, two: int, least: int, *, together: bool = False) -> Conclusion:
    needed = f"{least} {'in all' if together else 'of each'}"
    return Conclusion(Kind.TOO_FEW, about, f"Too few to compare: {one} under {name}, {two} under {other}; it takes at least {needed}.")


def percent(value: float) -> str:
    return f"{100 * value:.0f} %"


def _points(between: Interval) -> str:
    low, high = sorted((abs(between.low), abs(between.high)))
    return f"{100 * low:.0f} and {100 * high:.0f} percentage"


def minutes_in_words(minutes: float) -> str:
    """A length of time as people say it: `40 s`, `12 min`, `3 h 20 min`, `2.5 days`."""
    if minutes < 1:
        return f"{round(60 * minutes)} s"
    if minutes < 60:
        return f"{minutes:.0f} min"
    if minutes < 48 * 60:
        hours, rest = divmod(round(minutes), 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{minutes / 1440:.1f} days"
