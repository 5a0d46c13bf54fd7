"""The sieve's keys and their company: what must stand in every text that a pattern matches. Build time only.

A key is a literal piece, rare in English; of a pattern's keys every reading of it holds one. A key's company is a set of
words of which one must stand on one side of it, within so many tokens; what is its key alone has no company.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from math import inf, prod

from heedful.detection.patterns import END, START, Choice, Gap, Part, Series, Word, count, least_words, lengths, sequences
from heedful.detection.spelling import word_frequencies

Key = tuple[str, ...]

_MOST_KEYS = 2000
_EACH_KEY_COSTS = 1e-8  # against the chance of a false alarm at one token of English
_UNSEEN, _UNSEEN_LETTER = 1e-8, 1e-4
_COMPANY = 0.05


@dataclass(frozen=True, order=True)
class Company:
    """One of `words` stands among the `reach` tokens before the key, or after it. Ordered, so that builds agree."""

    is_after: bool
    reach: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class Piece:
    """Keys, and what the pattern has before and after them. Any reading of the pattern goes through one of its pieces."""

    keys: frozenset[Key]
    before: tuple[Part, ...]
    after: tuple[Part, ...]

    def company(self) -> Company | None:
        """The rarest company, the tokens in which it may stand counted in; None where the keys stand alone."""
        found = [(cost, company) for side in (False, True) for cost, company in self._on_side(is_after=side)]
        return min(found, key=lambda pair: pair[0])[1] if found else None

    def _on_side(self, *, is_after: bool) -> Iterator[tuple[float, Company]]:
        reach = 0
        for part in self.after if is_after else reversed(self.before):
            reach += lengths(part)[1]
            if least_words(part) > 0:
                words = _needed(part)
                yield reach * sum(map(_chance, words)), Company(is_after, reach, tuple(sorted(words)))


def pieces_of(tree: Part) -> list[Piece]:
    """The pieces with the rarest and fewest keys of a pattern."""
    parts = tree.parts if isinstance(tree, Series) else (tree,)
    cost, piece = min(_windows(parts), key=lambda window: window[0], default=(inf, None))
    pieces = [piece] if piece else []
    for place, part in enumerate(parts):
        if isinstance(part, Choice) and least_words(part) > 0 and (not pieces or count(part) > _MOST_KEYS):
            inner = [piece for option in part.options for piece in pieces_of(option)]
            inner_cost = _cost(frozenset().union(*(piece.keys for piece in inner)))
            if inner_cost < cost:
                cost = inner_cost
                pieces = [Piece(one.keys, (*parts[:place], *one.before), (*one.after, *parts[place + 1 :])) for one in inner]
    return pieces


def _windows(parts: tuple[Part, ...]) -> Iterator[tuple[float, Piece]]:
    """Cost and piece of each run of parts without a gap that is not too many keys."""
    for start in range(len(parts)):
        for end in range(start + 1, len(parts) + 1):
            run = Series(parts[start:end])
            if _has_gap(run) or count(run) > _MOST_KEYS:
                break
            if least_words(run) > 0:
                keys = frozenset(tuple(word for word in sequence if word not in (START, END)) for sequence in sequences(run))
                yield _cost(keys), Piece(keys, parts[:start], parts[end:])


def _needed(part: Part) -> frozenset[str]:
    """Words of which every reading of a part has one, the part having a word in every reading: the rarest such set."""
    if isinstance(part, Word):
        return frozenset({part.text})
    if isinstance(part, Choice):
        return frozenset().union(*map(_needed, part.options))
    assert isinstance(part, Series)
    return min((_needed(inner) for inner in part.parts if least_words(inner) > 0), key=lambda words: (sum(map(_chance, words)), sorted(words)))


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
