"""The sieve's keys: what must stand in every text that a pattern matches. Build time only.

A key is a literal piece, rare in English, of which every reading of the pattern holds one; its guards are sets of words
of which each must be there too. Much rarer together than the key alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from math import inf, prod

from heedful.detection.patterns import END, START, Choice, Gap, Part, Series, Word, count, least_words, sequences
from heedful.detection.spelling import word_frequencies

Key = tuple[str, ...]

_MOST_KEYS = 2000
_EACH_KEY_COSTS = 1e-8  # against the chance of a false alarm at one token of English
_UNSEEN, _UNSEEN_LETTER = 1e-8, 1e-4
_COMPANY = 0.05
_MOST_GUARDS = 3


@dataclass(frozen=True)
class Keys:
    """A pattern's keys, any of which may stand, and its guards, all of which must have a word there."""

    keys: frozenset[Key]
    guards: tuple[frozenset[str], ...]


def keys_of(tree: Part) -> Keys:
    """The rarest and fewest keys of a pattern, with the rarest guards from the rest of it."""
    parts = tree.parts if isinstance(tree, Series) else (tree,)
    cost, keys, start, end = min(_windows(parts), key=lambda window: window[0], default=(inf, frozenset(), 0, 0))
    for place, part in enumerate(parts):
        if isinstance(part, Choice) and least_words(part) > 0 and (end == 0 or count(part) > _MOST_KEYS):
            inner = frozenset().union(*(keys_of(option).keys for option in part.options))
            if _cost(inner) < cost:
                cost, keys, start, end = _cost(inner), inner, place, place + 1
    rest = [_guard(part) for part in (*parts[:start], *parts[end:]) if least_words(part) > 0]
    return Keys(keys, tuple(sorted(rest, key=lambda words: (_chance_of_any(words), sorted(words)))[:_MOST_GUARDS]))


def _windows(parts: tuple[Part, ...]) -> Iterator[tuple[float, frozenset[Key], int, int]]:
    """(cost, keys, first part, after the last) of each run of parts without a gap that is not too many keys."""
    for start in range(len(parts)):
        for end in range(start + 1, len(parts) + 1):
            piece = Series(parts[start:end])
            if _has_gap(piece) or count(piece) > _MOST_KEYS:
                break
            if least_words(piece) > 0:
                keys = frozenset(tuple(word for word in sequence if word not in (START, END)) for sequence in sequences(piece))
                yield _cost(keys), keys, start, end


def _guard(part: Part) -> frozenset[str]:
    """Words of which one stands in every reading of a part that is never empty."""
    if isinstance(part, Word):
        return frozenset({part.text})
    if isinstance(part, Choice):
        return frozenset().union(*map(_guard, part.options))
    assert isinstance(part, Series)
    return min((_guard(inner) for inner in part.parts if least_words(inner) > 0), key=lambda words: (_chance_of_any(words), sorted(words)))


def _has_gap(part: Part) -> bool:
    if isinstance(part, Gap):
        return True
    return not isinstance(part, Word) and any(map(_has_gap, part.parts if isinstance(part, Series) else part.options))


def _cost(keys: Iterable[Key]) -> float:
    """The chance that a key stands at a token of English, words taken as independent, and something for each key."""
    return sum(_chance_of(key) + _EACH_KEY_COSTS for key in keys)


def _chance_of(key: Key) -> float:
    """The rarest word's chance, and a little less for each other: words keep company, so their chances don't multiply."""
    chances = sorted(map(_chance, key))
    return chances[0] * prod(max(chance, _COMPANY) for chance in chances[1:])


def _chance_of_any(words: Iterable[str]) -> float:
    return sum(map(_chance, sorted(words)))


def _chance(word: str) -> float:
    return _chances().get(word, _UNSEEN if len(word) > 1 else _UNSEEN_LETTER)


@cache
def _chances() -> dict[str, float]:
    frequencies = word_frequencies()
    total = sum(frequencies.values())
    chances: dict[str, float] = {}
    for word, times in frequencies.items():
        bare = word.replace("'", "")
        chances[bare] = chances.get(bare, 0) + times / total
    return chances
