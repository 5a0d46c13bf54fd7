"""How much of what is serious is still found when it is disguised, and how much that is harmless is then taken for serious.

`python -m tests.matching.evasion_table [LIMIT]` prints the table by way; test_evasions.py holds its figures.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

from heedful.detection.bundle import Bundle
from heedful.detection.engine import assess
from heedful.detection.library import read_library
from heedful.detection.shipped import load_shipped_bundle
from heedful.detection.values import Observation
from training.evasions import WAYS, Way

CORPUS = Path(__file__).parents[2] / "training" / "corpus"
SERIOUS, FOUND = 4, 3
SEED = 20260101


def severity_of(text: str, bundle: Bundle, before: tuple[str, ...] = ()) -> int:
    """What the phrases alone make of a text."""
    return assess(Observation(text, context_before=before), bundle=bundle, layers=frozenset({"phrases"})).severity


@cache
def serious_lines() -> tuple[str, ...]:
    """The hits of serious phrases of the English library, each once, that are found as they stand."""
    bundle = load_shipped_bundle()
    themes = [theme for theme in read_library().themes if theme.language == "en"]
    lines = dict.fromkeys(hit for theme in themes for phrase in theme.phrases if phrase.severity >= SERIOUS for hit in phrase.hits)
    return tuple(line for line in lines if severity_of(line, bundle) >= FOUND)


@cache
def harmless_lines() -> tuple[str, ...]:
    """The corpus' lines of severity 0, each once."""
    rows = (json.loads(raw) for path in sorted(CORPUS.glob("*.jsonl")) for raw in path.read_text("utf-8").splitlines())
    return tuple(dict.fromkeys(row["text"] for row in rows if row["severity"] == 0))


def changed(lines: Iterable[str], way: Way, seed: int = SEED) -> Iterator[tuple[str, str]]:
    """(line, disguised line) of those that the way changes; three tries, for some leave a line alone by chance."""
    chance = Random(seed)
    for line in lines:
        disguised = next((text for text in (way(line, chance) for _ in range(3)) if text != line), "")
        if disguised:
            yield line, disguised


def missed(way: Way, lines: Iterable[str], bundle: Bundle) -> tuple[int, list[tuple[str, str]]]:
    """How many lines the way changes, and those that are not found then."""
    pairs = list(changed(lines, way))
    return len(pairs), [pair for pair in pairs if severity_of(pair[1], bundle) < FOUND]


def alarmed(way: Way, lines: Iterable[str], bundle: Bundle) -> tuple[int, list[tuple[str, str]]]:
    """How many harmless lines the way changes, and those that are taken for serious only then."""
    pairs = list(changed(lines, way))
    return len(pairs), [(line, text) for line, text in pairs if severity_of(text, bundle) >= FOUND > severity_of(line, bundle)]


def split_across(lines: Iterable[str], seed: int = SEED) -> Iterator[tuple[str, str]]:
    """Each line of two words or more in two, as two inputs, cut at a word."""
    chance = Random(seed)
    for words in (line.split() for line in lines):
        if len(words) > 1:
            cut = chance.randrange(1, len(words))
            yield " ".join(words[:cut]), " ".join(words[cut:])


def missed_across(lines: Iterable[str], bundle: Bundle) -> tuple[int, list[tuple[str, str]]]:
    """How many lines are split across two inputs, and those that are found in neither."""
    pairs = list(split_across(lines))
    return len(pairs), [(before, text) for before, text in pairs if max(severity_of(before, bundle), severity_of(text, bundle, (before,))) < FOUND]


def alarmed_across(pairs: Iterable[tuple[str, str]], bundle: Bundle) -> tuple[int, list[tuple[str, str]]]:
    """How many inputs have another before them, and those that are taken for serious only with it."""
    given = list(pairs)
    return len(given), [(before, text) for before, text in given if severity_of(text, bundle, (before,)) >= FOUND > severity_of(text, bundle)]


def neighbours(lines: Iterable[str], seed: int = SEED) -> Iterator[tuple[str, str]]:
    """Lines that have nothing to do with each other, as two inputs."""
    shuffled = list(lines)
    Random(seed).shuffle(shuffled)
    yield from pairwise(shuffled)


def main() -> None:
    limit = int(sys.argv[1]) if len(sys.argv) > 1 else None
    bundle = load_shipped_bundle()
    print(f"{'way':12} {'serious':>8} {'found':>7} {'harmless':>9} {'alarmed':>8}")
    for name, way in WAYS.items():
        count, lost = missed(way, serious_lines()[:limit], bundle)
        plain, false = alarmed(way, harmless_lines()[:limit], bundle)
        print(f"{name:12} {count:8,} {1 - len(lost) / count:7.3f} {plain:9,} {len(false):8,}")
        for line, text in [*lost[:: max(1, len(lost) // 12)], *false[:6]]:
            print(f"      {line!r} -> {text!r}")
    count, lost = missed_across(serious_lines()[:limit], bundle)
    plain, false = alarmed_across([*split_across(harmless_lines()[:limit]), *neighbours(harmless_lines()[:limit])], bundle)
    print(f"{'split across inputs':19} {count:,} {1 - len(lost) / count:7.3f} {plain:9,} {len(false):8,}")


if __name__ == "__main__":
    main()
