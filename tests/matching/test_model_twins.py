"""The small model's numbers: those of its vectors, those of a plain slow reference, and on the device those of the server."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heedful.detection.bundle import Bundle
from heedful.detection.library import read_library
from heedful.detection.model import Model
from heedful.detection.model_features import Word
from heedful.detection.shipped import compile_folder
from heedful.detection.values import AGE_BANDS, SOURCES, Observation
from tests.matching import small_model
from tests.matching.mixtures import mixture

EXTENSION = Path(__file__).parents[2] / "extension"
VECTORS = json.loads(small_model.VECTORS.read_text("utf-8"))
Ask = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]

WORDS = ["nobody", "would", "notice", "if", "i", "was", "gone", "k", "y", "s", "n0body", "🔪", "loser", "you", "\x01", "<gone>", "it's"]
texts = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join))
vectors = st.fixed_dictionaries(
    {"text": texts}, optional={"source": st.sampled_from(SOURCES), "age_band": st.sampled_from(AGE_BANDS), "context_before": st.lists(texts, max_size=4)}
)


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return small_model.bundle()


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """What the extension's engine answers, for many observations at once."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "bundle.gz").write_bytes(compile_folder(small_model.FOLDER / "library", weights=small_model.FILE))
    entry = EXTENSION / "test" / "engine" / "logits.ts"
    built = folder / "logits.mjs"
    options = ["--bundle", "--platform=node", "--format=esm", "--target=node20", "--log-level=warning", f"--outfile={built}"]
    subprocess.run([EXTENSION / "node_modules" / ".bin" / "esbuild", entry, *options], check=True)

    def ask(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        given = "".join(json.dumps(line) + "\n" for line in lines)
        done = subprocess.run(["node", built, folder / "bundle.gz"], input=given, capture_output=True, text=True, check=True)
        return [json.loads(answer) for answer in done.stdout.splitlines()]

    return ask


def _on_server(vector: dict[str, Any], bundle: Bundle) -> dict[str, Any]:
    return small_model.logits(small_model.observation_of(vector), vector.get("age_band", "unknown"), bundle)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_vector_gives_what_it_says(vector: dict[str, Any], bundle: Bundle) -> None:
    assert small_model.expected(vector, bundle) == vector["expect"]


def test_vectors_have_names_of_their_own() -> None:
    assert len({vector["name"] for vector in VECTORS}) == len(VECTORS) >= 60


def test_the_small_model_is_learnt_the_same_again() -> None:
    assert small_model.learnt().to_bytes() == small_model.FILE.read_bytes()


def _mixtures(count: int) -> Iterator[dict[str, Any]]:
    random = Random(7)
    library = read_library(small_model.FOLDER / "library")
    examples = [text for theme in library.themes for phrase in theme.phrases for text in (*phrase.hits, *phrase.misses)]
    examples += [line for lines in small_model.LINES.values() for line in lines]
    for _ in range(count):
        before = [mixture(random, examples) for _ in range(random.choice((0, 0, 1, 3)))]
        yield {"text": mixture(random, examples), "source": random.choice(SOURCES), "age_band": random.choice(AGE_BANDS), "context_before": before}


def test_device_and_server_give_the_same_numbers_for_random_mixtures(device: Ask, bundle: Bundle) -> None:
    lines = list(_mixtures(1500))
    expected = [_on_server(line, bundle) for line in lines]
    different = [(line, ours, theirs) for line, ours, theirs in zip(lines, expected, device(lines), strict=True) if ours != theirs]
    assert different == []
    assert sum(bool(numbers) for numbers in expected) > 1000


@given(lines=st.lists(vectors, min_size=40, max_size=40))
@settings(max_examples=4, deadline=None)
def test_device_and_server_give_the_same_numbers_for_any_text(device: Ask, bundle: Bundle, lines: list[dict[str, Any]]) -> None:
    assert device(lines) == [_on_server(line, bundle) for line in lines]


def _slow_hash(codes: list[int], value: int) -> int:
    for code in codes:
        value = ((value ^ code) * 0x01000193) % 2**32
    value ^= value >> 16
    value = value * 0x85EBCA6B % 2**32
    value ^= value >> 13
    value = value * 0xC2B2AE35 % 2**32
    return value ^ (value >> 16)


def _slow_concern(words: list[Word], model: Model) -> list[int]:
    """The concern of every window, told as docs/detection.md tells it: nothing kept, nothing shared."""
    half = model.header.window // 2
    windows = [words[:12]]
    while len(windows) * half + half < len(words):
        windows.append(words[len(windows) * half :][: model.header.window])
    logits = []
    for place, window in enumerate(windows):
        hashes = [_slow_hash([ord(sign) for sign in word[:32]], 0x811C9DC5) for word, _ in window]
        row = [_slow_hash([1], 0x811C9DC5)] * (place == 0) + hashes + [_slow_hash([2], 0x811C9DC5)] * (place == len(windows) - 1)
        features = [_slow_hash([number], 0x9E3779B1) for number in hashes]
        features += [_slow_hash([number], 0x165667B1) for number, (_, repaired) in zip(hashes, window, strict=True) if repaired]
        for size in (2, 3):
            features += [_slow_hash(row[at : at + size], 0xC2B2AE3D) for at in range(len(row) - size + 1)]
        features += [_slow_hash([row[at], row[at + 2]], 0x27D4EB2F) for at in range(len(row) - 2)]
        for word, _ in window:
            padded = [ord(sign) for sign in f"<{word[:32]}>"]
            features += [_slow_hash(padded[at : at + size], 0x85EBCA77) for size in (3, 4, 5) for at in range(len(padded) - size + 1)]
        buckets = {feature % 2**model.header.concern_bits for feature in features}
        shrink = model.header.by_count[min(len(buckets), len(model.header.by_count) - 1)]
        logits.append(model.header.bias + sum(model.concern[bucket] for bucket in buckets) * shrink // 1024)
    return logits


@given(text=texts)
@settings(max_examples=300, deadline=None)
def test_logits_are_those_of_a_plain_slow_reference(text: str, bundle: Bundle) -> None:
    assert bundle.model
    numbers = small_model.logits(Observation(text), "unknown", bundle)
    words = bundle.featuriser.words(text)
    assert numbers == {} if len(words) < 2 else numbers["alone"] == _slow_concern(words, bundle.model)


@given(text=texts, before=st.lists(texts, max_size=4))
@settings(max_examples=200, deadline=None)
def test_earlier_lines_never_lower(text: str, before: list[str], bundle: Bundle) -> None:
    alone = small_model.logits(Observation(text), "unknown", bundle)
    joined = small_model.logits(Observation(text, context_before=tuple(before)), "unknown", bundle)
    assert set(alone) == set(joined)
    if alone:
        assert all(a <= b for kind in ("together", "raises") for a, b in zip(alone[kind], joined[kind], strict=True))


@pytest.mark.parametrize("part", ["a b ", "x", "nobody would notice ", "you loser ", "\ud800 ", "k.y.s-"])
def test_time_is_linear_in_hostile_texts(part: str, bundle: Bundle) -> None:
    def seconds(length: int) -> float:
        text = part * (length // len(part))
        started = time.process_time()
        small_model.expected({"text": text}, bundle)
        return time.process_time() - started

    seconds(2_000)
    assert seconds(80_000) < 8 * max(seconds(20_000), 0.01)
