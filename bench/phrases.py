"""The server's phrases stage: fold and sieve, against the bare automaton on text that was folded before; and the exact way.

English prose: with HEEDFUL_DATA, the harmless texts in that folder (`benign_*.jsonl.gz`, one object with "text" a line);
else the documentation of Python's own modules. The budget is for documents: whole paragraphs of 200 to 600 characters, as
they were written; single sentences are shown beside them. CPU seconds of one core.
"""

from __future__ import annotations

import ast
import gzip
import json
import os
import re
import sys
import sysconfig
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from itertools import cycle, islice
from pathlib import Path

import ahocorasick_rs

from bench.prose import english_prose
from bench.row import Row
from heedful.detection.bundle import Bundle
from heedful.detection.engine import assess
from heedful.detection.shipped import built_keys, is_built, load_shipped_bundle, write_built
from heedful.detection.sieve import literals
from heedful.detection.values import Observation

CHARACTERS = 4_000_000
DOCUMENT = range(200, 601)
TURNS = 5
_SENTENCE = re.compile(r"[A-Z][a-z]+ [A-Za-z ,;'-]{40,280}[.?!]")  # without code, addresses and signs
_PROSE = re.compile(r"[A-Za-z0-9 .,;:?!'\"()-]+")  # a paragraph with any other sign is code, a table or a list of options


def measure() -> list[Row]:
    """In one run: bare automaton, and fold and sieve, over the same texts; and whole captures of about 1 kB on the exact way."""
    if not is_built():
        write_built()
    bundle = load_shipped_bundle()
    sentences = _enough(_SENTENCE.findall(english_prose(CHARACTERS)))
    documents = _enough(list(_documents()))
    whole = [text + " kys" for text in _pieces(" ".join(sentences[:4000]), 996)]
    (exact,) = _least_seconds(lambda: _spend(assess(Observation(text), bundle=bundle) for text in whole))
    return [
        _stage_row(bundle, "fold and match English prose, by paragraph", documents, budget=2.5),
        _stage_row(bundle, "fold and match single sentences", sentences, budget=None),
        Row("server: captures of 1 kB with a hit, judged in full, one core", len(whole) / exact, "a second", best="high"),
    ]


def _stage_row(bundle: Bundle, what: str, texts: list[str], *, budget: float | None) -> Row:
    sieve = bundle.sieve
    assert sieve is not None
    folded = [sieve.folded(text) for text in texts]
    patterns = literals(built_keys(), bundle.reader.lexicon, bundle.phrase_walker)
    automaton = ahocorasick_rs.AhoCorasick(patterns)
    bare, stage = _least_seconds(
        lambda: _spend(automaton.find_matches_as_indexes(text, overlapping=True) for text in folded),
        lambda: _spend(map(sieve.may_hit, texts)),
    )
    passed = sum(map(sieve.may_hit, texts)) / len(texts)
    per = 1e6 / len(texts)
    length = sum(map(len, texts)) / len(texts)
    note = f"{len(texts):,} texts of {length:.0f} characters, {len(patterns):,} literals; {passed:.1%} go on to the exact way"
    return Row(f"server, phrases stage: {what}", stage * per, "µs a text", budget, "low", "bare ahocorasick_rs", bare * per, True, note)


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


def _documents() -> Iterator[str]:
    """Paragraphs of prose, each once."""
    folder = os.environ.get("HEEDFUL_DATA")
    texts = _harmless(Path(folder)) if folder else _paragraphs()
    for text in dict.fromkeys(texts):
        if len(text) in DOCUMENT and (folder or _PROSE.fullmatch(text)):
            yield text


def _paragraphs() -> Iterator[str]:
    for path in sorted(Path(sysconfig.get_paths()["stdlib"]).rglob("*.py")):
        if "site-packages" in path.parts or "test" in path.parts:
            continue
        try:
            tree = ast.parse(path.read_text("utf-8", "replace"))
        except (SyntaxError, ValueError):  # samples of what Python cannot read stand among its modules
            continue
        kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        for docstring in (ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, kinds)):
            yield from (" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", docstring))


def _harmless(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("benign_*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from (json.loads(line)["text"] for line in islice(lines, 12_000))


def _enough(texts: list[str]) -> list[str]:
    """The texts, again and again up to about CHARACTERS where they are few; never more than that."""
    enough: list[str] = []
    left = CHARACTERS
    for text in cycle(texts):
        left -= len(text)
        if left < 0:
            break
        enough.append(text)
    return enough


def _pieces(text: str, length: int) -> Iterator[str]:
    for start in range(0, len(text) - length, length):
        yield text[start : start + length]


if __name__ == "__main__":
    json.dump([asdict(row) | {"ratio": row.ratio} for row in measure()], sys.stdout, indent=2)
