"""Which lines are near-copies of others: by the share of word pairs and triples that two texts have in common."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from heedful.detection.labelled import Line

NEAR = 0.5  # of all word pairs and triples of two texts
LEAST_SHINGLES = 3


def near_copies(lines: Iterable[Line], of: Iterable[Line]) -> dict[str, str]:
    """{id of a line: id of one that it is a near-copy of}. Linear but for very common turns of phrase."""
    by_shingle: dict[tuple[str, ...], list[str]] = defaultdict(list)
    sizes: dict[str, int] = {}
    whole: dict[tuple[str, ...], str] = {}
    for line in of:
        words = _words(line)
        whole[words] = line.id
        shingles = _shingles(words)
        sizes[line.id] = len(shingles)
        for shingle in shingles:
            by_shingle[shingle].append(line.id)
    found: dict[str, str] = {}
    for line in lines:
        words = _words(line)
        if words in whole:
            found[line.id] = whole[words]
            continue
        shingles = _shingles(words)
        shared = Counter(other for shingle in shingles for other in by_shingle.get(shingle, ()))
        near = sorted(other for other, count in shared.items() if min(len(shingles), sizes[other]) >= LEAST_SHINGLES and count / (len(shingles) + sizes[other] - count) >= NEAR)
        if near:
            found[line.id] = near[0]
    return found


def _words(line: Line) -> tuple[str, ...]:
    return tuple("".join(sign if sign.isalnum() else " " for sign in line.text.lower().replace("'", "")).split())


def _shingles(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    return {words[start : start + size] for size in (2, 3) for start in range(len(words) - size + 1)}
