"""The sieve's keys: what must stand in every text that a pattern matches. Build time only.

A key is a literal piece, rare in English; of a pattern's keys every reading of it holds one.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from math import inf, prod

from heedful.detection.patterns import END, START, Choice, Gap, Part, Series, Word, count, least_words, sequences
from heedful.detection.spelling import word_frequencies

Key = tuple[str, ...]

_MOST_KEYS = 2000
_EACH_KEY_COSTS = 1e-8  # against the chance of a false alarm at one token of English
_UNSEEN, _UNSEEN_LETTER = 1e-8, 1e-4
_COMPANY = 0.05


def keys_of(tree: Part) -> frozenset[Key]:
    """The rarest and fewest keys of a pattern."""
    parts = tree.parts if isinstance(tree, Series) else (tree,)
    cost, keys = min(_windows(parts), key=lambda window: window[0], default=(inf, frozenset()))
    for part in parts:
        if isinstance(part, Choice) and least_words(part) > 0 and (not keys or count(part) > _MOST_KEYS):
            inner = frozenset().union(*map(keys_of, part.options))
            if _cost(inner) < cost:
                cost, keys = _cost(inner), inner
    return keys


def _windows(parts: tuple[Part, ...]) -> Iterator[tuple[float, frozenset[Key]]]:
    """(cost, keys) of each run of parts without a gap that is not too many keys."""
    for start in range(len(parts)):
        for end in range(start + 1, len(parts) + 1):
            piece = Series(parts[start:end])
            if _has_gap(piece) or count(piece) > _MOST_KEYS:
                break
            if least_words(piece) > 0:
                keys = frozenset(tuple(word for word in sequence if word not in (START, END)) for sequence in sequences(piece))
                yield _cost(keys), keys


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
