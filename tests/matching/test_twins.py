"""The server's matcher and the device's give the same bytes for the same lines, whatever was mixed into them."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from heedful.detection.bundle import Bundle, load_bundle
from heedful.detection.engine import assess
from heedful.detection.jsonl import read_line, write_line
from heedful.detection.library import SHIPPED, Library, read_library
from heedful.detection.shipped import compile_folder, shipped_bytes
from heedful.detection.values import AGE_BANDS, SOURCES
from tests.matching.mixtures import mixture

ROOT = Path(__file__).parents[2]
EXTENSION = ROOT / "extension"
FIXED = ROOT / "contracts" / "matching" / "library"


@pytest.fixture(scope="module")
def matcher() -> Path:
    subprocess.run(["node", "build.mjs", "--match", "--quiet"], cwd=EXTENSION, check=True)
    return EXTENSION / "dist" / "match.mjs"


def _lines(library: Library, seed: int, count: int) -> Iterator[bytes]:
    random = Random(seed)
    phrases = [phrase for theme in library.themes for phrase in theme.phrases]
    examples = [text for phrase in phrases for text in (*phrase.hits, *phrase.misses)]
    for number in range(count):
        line = {"id": number, "text": mixture(random, examples), "source": random.choice(SOURCES), "age_band": random.choice(AGE_BANDS)}
        if random.random() < 0.3:
            line["context_before"] = [mixture(random, examples) for _ in range(random.randint(0, 3))]
        yield json.dumps(line).encode()


def _on_device(matcher: Path, bundle: Path, lines: list[bytes]) -> list[dict[str, object]]:
    done = subprocess.run(["node", str(matcher), "--bundle", str(bundle)], input=b"\n".join(lines), capture_output=True, check=True)
    return [json.loads(answer) for answer in done.stdout.splitlines()]


def _on_server(bundle: Bundle, raw: bytes) -> dict[str, object]:
    line = read_line(raw)
    assessment = assess(line.observation, age_band=line.age_band, bundle=bundle)
    return json.loads(write_line(line, assessment)) | {"leaves_device": assessment.leaves_device()}


@pytest.mark.parametrize(("folder", "count"), [(FIXED, 1500), (SHIPPED, 1500)], ids=["fixed", "shipped"])
def test_device_and_server_agree_on_random_mixtures(folder: Path, count: int, matcher: Path, tmp_path: Path) -> None:
    compressed = shipped_bytes() if folder == SHIPPED else compile_folder(folder)
    (tmp_path / "library.bundle.gz").write_bytes(compressed)
    bundle = load_bundle(compressed)
    lines = list(_lines(read_library(folder), 20260101, count))
    answers = _on_device(matcher, tmp_path / "library.bundle.gz", lines)
    expected = [_on_server(bundle, line) for line in lines]
    different = [(json.loads(line)["text"], ours, theirs) for line, ours, theirs in zip(lines, expected, answers, strict=True) if ours != theirs]
    assert different == []
    found = sum(bool(answer["findings"]) for answer in answers)
    assert count // 4 < found < count  # the mixtures say something, and not everything is a finding
