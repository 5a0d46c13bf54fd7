"""The sieve's keys: for each pattern a few literal pieces, one of which stands in every text that it matches. Build time only."""

from collections.abc import Iterator
from math import inf, prod

from heedful.detection.patterns import END, START, Choice, Gap, Part, Series, Word, count, least_words, sequences
from heedful.detection.spelling import word_frequencies

_MOST_KEYS = 2000
_EACH_KEY_COSTS = 1e-8  # against the chance of a false alarm at one token of English
_UNSEEN = 1e-8


def keys_of(tree: Part) -> set[tuple[str, ...]]:
    """The rarest and fewest literal pieces of which every reading of the tree holds at least one."""
    parts = tree.parts if isinstance(tree, Series) else (tree,)
    best: tuple[float, set[tuple[str, ...]]] = (inf, set())
    for start in range(len(parts)):
        for end in range(start + 1, len(parts) + 1):
            piece = Series(tuple(parts[start:end]))
            if _has_gap(piece) or count(piece) > _MOST_KEYS:
                break
            if least_words(piece) > 0:
                keys = {tuple(word for word in sequence if word not in (START, END)) for sequence in sequences(piece)}
                best = min(best, (_cost(keys), keys), key=lambda pair: pair[0])
    for part in parts:
        keys = _keys_of_options(part)
        if keys:
            best = min(best, (_cost(keys), keys), key=lambda pair: pair[0])
    if not best[1]:
        raise ValueError("a pattern without any literal piece")
    return best[1]


def _keys_of_options(part: Part) -> set[tuple[str, ...]]:
    """The keys of every option together; none when an option may be nothing at all."""
    if not isinstance(part, Choice) or any(least_words(option) == 0 for option in part.options):
        return set()
    return set().union(*map(keys_of, part.options))


def _has_gap(part: Part) -> bool:
    return isinstance(part, Gap) or (not isinstance(part, Word) and any(map(_has_gap, _inner(part))))


def _inner(part: Series | Choice) -> Iterator[Part]:
    yield from part.parts if isinstance(part, Series) else part.options


def _cost(keys: set[tuple[str, ...]]) -> float:
    """The chance that a key stands at a token of English, words taken as independent, and something for each key."""
    frequencies = word_frequencies()
    total = sum_of_frequencies()
    return sum(prod(max(frequencies.get(word, 0) / total, _UNSEEN) for word in key) for key in keys) + _EACH_KEY_COSTS * len(keys)


_TOTAL: list[int] = []


def sum_of_frequencies() -> int:
    """How many words the frequencies were counted in."""
    if not _TOTAL:
        _TOTAL.append(sum(word_frequencies().values()))
    return _TOTAL[0]
