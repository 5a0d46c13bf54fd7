"""Detection: layer 1's automaton against others on the same text and lexicon, each layer's speed on one core, and what loading it all takes.

Text: with HEEDFUL_DATA the harmless texts in that folder, else Python's own documentation, shuffled again and again up to 50 MB.
The others come with `make bench` (requirements-bench.lock); one that is missing is named in the table. The slow ones get a share.
"""

from __future__ import annotations

import gzip
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import ahocorasick_rs

from bench.prose import english_prose
from bench.row import Row
from heedful.detection.encoder import SHIPPED, Encoder
from heedful.detection.engine import assess
from heedful.detection.shipped import built_keys, is_built, load_shipped_bundle, shipped_bytes, write_built
from heedful.detection.sieve import literals
from heedful.detection.values import Observation

ROOT = Path(__file__).parents[1]
BYTES = 50_000_000
LINES = 60_000
ENCODED = 300
MEMORY_BUDGET_MB = 300.0
LEAST_OF_BARE = 1 / 2.5  # of the bare automaton's rate: at most 2.5 times its time
# Of the text that each reads: flashtext walks letter by letter in Python, and its words are found apart, not as parts of others.
SHARES = {"ahocorasick_rs": 1.0, "pyahocorasick": 0.5, "hyperscan": 0.5, "flashtext": 0.02}
_MODULES = {"pyahocorasick": "ahocorasick", "hyperscan": "hyperscan", "flashtext": "flashtext"}
Scan = Callable[[list[str]], int]


def measure() -> list[Row]:
    """The automata, then the layers, then the load."""
    if not is_built():
        write_built()
        load_shipped_bundle.cache_clear()
    texts = _texts(BYTES)
    return [*_automata(texts), *_layers(texts), *_loads()]


def _texts(size: int) -> list[str]:
    """Harmless texts, shuffled and again and again, up to so many bytes."""
    folder = os.environ.get("HEEDFUL_DATA")
    some = list(_harmless(Path(folder))) if folder else english_prose(5_000_000).split(". ")
    chance = Random(1)
    found: list[str] = []
    while size > 0:
        chance.shuffle(some)
        for text in some:
            found.append(text)
            size -= len(text.encode())
            if size <= 0:
                break
    return found


def _harmless(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("benign_*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from (json.loads(line)["text"] for line in lines)


def _automata(texts: list[str]) -> Iterator[Row]:
    """Fold is left out for all: they read what the sieve folded. Our own stage is shown on the text as it was written."""
    bundle = load_shipped_bundle()
    sieve = bundle.sieve
    assert sieve is not None
    patterns = list(dict.fromkeys(literals(built_keys(), bundle.reader.lexicon, bundle.phrase_walker)))
    folded = [sieve.folded(text) for text in texts]
    rates: dict[str, float] = {}
    for name, share in SHARES.items():
        some = _share(folded, share)
        try:
            scan = _SCANS[name](patterns)
        except ImportError as error:
            yield Row(f"detection: {name}", 0.0, "MB a second", note=f"NOT MEASURED: {error}; `make bench` installs it")
            continue
        rates[name] = _megabytes(some) / _seconds(partial(scan, some))
        note = f"{len(patterns):,} literals, {_megabytes(some):,.0f} MB" + (" (a share: it is slow)" if share < 0.1 else "")
        yield Row(f"detection: bare {name}", rates[name], "MB a second", None, "high", note=note)
    ours = _megabytes(texts) / _seconds(lambda: _spend(map(sieve.may_hit, texts)))
    note = f"{_megabytes(texts):,.0f} MB"
    for name, rate in rates.items():
        budget = LEAST_OF_BARE if name == "ahocorasick_rs" else None
        what = f"detection: layer 1, fold and sieve, against {name}"
        yield Row(what, ours, "MB a second", budget, "high", f"bare {name}", rate, budget is not None, note)


def _rust(patterns: list[str]) -> Scan:
    automaton = ahocorasick_rs.AhoCorasick(patterns)
    return lambda texts: sum(len(automaton.find_matches_as_indexes(text, overlapping=True)) for text in texts)


def _pyahocorasick(patterns: list[str]) -> Scan:
    automaton: Any = importlib.import_module(_MODULES["pyahocorasick"]).Automaton()
    for place, pattern in enumerate(patterns):
        automaton.add_word(pattern, place)
    automaton.make_automaton()
    return lambda texts: sum(sum(1 for _ in automaton.iter(text)) for text in texts)


def _hyperscan(patterns: list[str]) -> Scan:
    hyperscan: Any = importlib.import_module("hyperscan")
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    known = [pattern.encode("utf-8", "surrogatepass") for pattern in patterns]
    database.compile(
        expressions=[b"".join(b"\\x%02x" % byte for byte in pattern) for pattern in known],
        ids=list(range(len(known))),
        flags=[hyperscan.HS_FLAG_SINGLEMATCH] * len(known),
    )

    def scan(texts: list[str]) -> int:
        found = 0

        def note(*_: object) -> None:
            nonlocal found
            found += 1

        for text in texts:
            database.scan(text.encode("utf-8", "surrogatepass"), match_event_handler=note)
        return found

    return scan


def _flashtext(patterns: list[str]) -> Scan:
    keywords: Any = importlib.import_module("flashtext").KeywordProcessor(case_sensitive=True)
    for pattern in patterns:
        if pattern.strip():
            keywords.add_keyword(pattern.strip())
    return lambda texts: sum(len(keywords.extract_keywords(text)) for text in texts)


_SCANS: dict[str, Callable[[list[str]], Scan]] = {"ahocorasick_rs": _rust, "pyahocorasick": _pyahocorasick, "hyperscan": _hyperscan, "flashtext": _flashtext}


def _layers(texts: list[str]) -> Iterator[Row]:
    bundle = load_shipped_bundle()
    lines = [text[:90] for text in texts[:LINES]]
    which = "layers 1 and 2" if bundle.model else "layer 1 (the model's weights are not here)"
    seconds = _seconds(lambda: _spend(assess(Observation(line), bundle=bundle) for line in lines[:20_000]))
    yield Row(f"detection: {which}, Python, one core", 20_000 / seconds, "lines a second", None, "high")
    yield Row(f"detection: {which}, node, one core", _node_rate(lines), "lines a second", None, "high", note="reading and writing JSON counted in")
    if not (SHIPPED / "encoder.onnx").exists():
        yield Row("detection: layer 3, the sentence encoder", 0.0, "texts a second", note="NOT MEASURED: its weights are not here; `make train` makes them")
        return
    encoder = Encoder()
    seconds = _seconds(lambda: _spend(encoder.read(line) for line in lines[:ENCODED]))
    yield Row("detection: layer 3, the sentence encoder, one core", ENCODED / seconds, "texts a second", 100.0, "high", note="10 ms a capture")


def _node_rate(lines: list[str]) -> float:
    """Lines a second of the extension's engine, its start taken off."""
    subprocess.run(["node", "build.mjs", "--match", "--quiet"], cwd=ROOT / "extension", check=True)
    with tempfile.TemporaryDirectory(prefix="heedful-bench-") as name:
        bundle = Path(name) / "bundle.gz"
        bundle.write_bytes(shipped_bytes())
        command = ["node", str(ROOT / "extension" / "dist" / "match.mjs"), "--bundle", str(bundle)]
        given = [json.dumps({"id": number, "text": line}) for number, line in enumerate(lines)]
        seconds = []
        for count in (1, len(given)):
            started = time.monotonic()
            subprocess.run(command, input="\n".join(given[:count]).encode(), check=True, stdout=subprocess.DEVNULL)
            seconds.append(time.monotonic() - started)
    return len(lines) / (seconds[1] - seconds[0])


def _loads() -> Iterator[Row]:
    """In a process of its own: every layer that is here, and one text judged."""
    told = subprocess.run([sys.executable, "-c", _LOAD], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found = json.loads(told)
    note = "all layers" if found["encoder"] else "without the encoder: its weights are not here"
    yield Row("detection: load the engine", found["seconds"], "s", note=note)
    yield Row("detection: memory of a process that judges", found["megabytes"], "MB", MEMORY_BUDGET_MB, note=f"{note}; the most it ever held, Python itself counted in")


_LOAD = """
import json, pathlib, time
started = time.monotonic()
from heedful.commands.assess import detector_of
from heedful.detection.sieve import literals
from heedful.detection.values import Observation
detector = detector_of(None)
detector.assess(Observation("i want to k1ll myself"))
seconds = time.monotonic() - started
status = pathlib.Path("/proc/self/status").read_text()  # what getrusage tells begins with what the parent held
peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
print(json.dumps({"seconds": seconds, "megabytes": peak, "encoder": detector.encoder is not None}))
"""


def _share(texts: list[str], share: float) -> list[str]:
    return texts[: max(1, int(len(texts) * share))]


def _megabytes(texts: list[str]) -> float:
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in texts) / 1e6


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _spend(results: Iterable[object]) -> None:
    for _ in results:
        pass
