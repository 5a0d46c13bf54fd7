"""The server's phrases stage: fold and sieve, against the bare automaton on text that was folded before; and the exact way.

English prose: with HEEDFUL_DATA, the harmless texts in that folder (`benign_*.jsonl.gz`, one object with "text" a line);
else the plain sentences in the documentation of Python's own modules. CPU seconds of one core.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import ahocorasick_rs

from bench.prose import english_prose
from bench.row import Row
from heedful.detection.engine import assess
from heedful.detection.shipped import is_built, load_shipped_bundle, write_built
from heedful.detection.values import Observation

CHARACTERS = 20_000_000
_SENTENCE = re.compile(r"[A-Z][a-z]+ [A-Za-z ,;'-]{40,280}[.?!]")  # without code, addresses and signs
TURNS = 3


def measure() -> list[Row]:
    """In one run over the same texts: bare automaton, fold and sieve, and whole captures of about 1 kB on the exact way."""
    if not is_built():
        write_built()
    bundle = load_shipped_bundle()
    sieve = bundle.sieve
    assert sieve is not None
    texts = list(_texts())
    folded = [sieve.folded(text) for text in texts]
    automaton = ahocorasick_rs.AhoCorasick(sieve.patterns)
    bare, stage = _least_seconds(
        lambda: _spend(automaton.find_matches_as_indexes(text, overlapping=True) for text in folded),
        lambda: _spend(map(sieve.may_hit, texts)),
    )
    passed = sum(map(sieve.may_hit, texts)) / len(texts)
    whole = [text + " kys" for text in _pieces(" ".join(texts[:4000]), 996)]
    (exact,) = _least_seconds(lambda: _spend(assess(Observation(text), bundle=bundle) for text in whole))
    per = 1e6 / len(texts)
    note = f"{len(texts):,} texts, {sum(map(len, texts)) / 1e6:.1f} MB, {len(sieve.patterns):,} literals; {passed:.1%} go on to the exact way"
    return [
        Row("server, phrases stage: fold and match English prose", stage * per, "µs a text", 2.5, "low", "bare ahocorasick_rs", bare * per, True, note),
        Row("server: captures of 1 kB with a hit, judged in full, one core", len(whole) / exact, "a second", best="high"),
    ]


def _least_seconds(*works: Callable[[], None]) -> list[float]:
    """The least CPU seconds of each work over some turns, taken in turn so that a busy machine is busy for all."""
    least = [float("inf")] * len(works)
    for _ in range(TURNS):
        for place, work in enumerate(works):
            started = time.process_time()
            work()
            least[place] = min(least[place], time.process_time() - started)
    return least


def _spend(results: Iterable[object]) -> None:
    for _ in results:
        pass


def _texts() -> Iterator[str]:
    folder = os.environ.get("HEEDFUL_DATA")
    if not folder:
        sentences = _SENTENCE.findall(english_prose(CHARACTERS))
        times = CHARACTERS // sum(map(len, sentences)) + 1
        yield from (sentence for _ in range(times) for sentence in sentences)
        return
    left = CHARACTERS
    for path in sorted(Path(folder).glob("benign_*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in islice(lines, 12_000):
                text = json.loads(line)["text"]
                left -= len(text)
                if left < 0:
                    return
                yield text


def _pieces(text: str, length: int) -> Iterator[str]:
    for start in range(0, len(text) - length, length):
        yield text[start : start + length]


if __name__ == "__main__":
    json.dump([asdict(row) | {"ratio": row.ratio} for row in measure()], sys.stdout, indent=2)
