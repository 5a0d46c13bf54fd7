"""What is fitted on no layer's lines, in the small: the fusion and the device's thresholds give the same bytes twice, and hold what they promise.

The fit needs scipy, of the training extra. Where it is not there a plain descent stands in for its minimiser, which is
enough for a few dozen lines.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from heedful.detection.engine import assess
from heedful.detection.fusion import LEVELS, Evidence, Fusion
from heedful.detection.labelled import Line
from heedful.detection.model import Header, Model, ThemeHead, pack
from heedful.detection.model_features import featurise
from heedful.detection.tests import small
from heedful.detection.values import THEMES, Observation
from training.device.thresholds import MISSED_BY_SILENCE, concerns, with_thresholds
from training.public import HARMLESS, ordinary_lines

SEED = 5
BITS = 10
SERIOUS = [f"{word} {what}" for word in ("selling weed", "buy some ket", "suicidal", "cocaine", "you are worthless") for what in ("tonight behind the shed", "and i mean it", "tell no one")]
HARD = [f"{word} {what}" for word in ("selling cakes", "buy some bread", "cocoa", "you are welcome") for what in ("tonight behind the shed", "and i mean it", "for the fair")]
Loss = Callable[[np.ndarray], tuple[float, np.ndarray]]


def descend(loss: Loss, start: np.ndarray, *, jac: bool, method: str, bounds: Sequence[tuple[float | None, float | None]] = ()) -> SimpleNamespace:
    """As `scipy.optimize.minimize` where the loss tells its slope: down the slope by steps that are halved until they help."""
    assert (jac, method) == (True, "L-BFGS-B")
    least = np.array([-np.inf if low is None else low for low, _ in bounds]) if bounds else np.full(len(start), -np.inf)
    point, step = start, 1.0
    value, slope = loss(point)
    for _ in range(400):
        tried = np.maximum(least, point - step * slope)
        new, new_slope = loss(tried)
        if new < value:
            point, value, slope, step = tried, new, new_slope, step * 2
        else:
            step /= 2
    return SimpleNamespace(x=point)


@pytest.fixture
def fusing(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """`training.fusion.fit`, with scipy or what stands in for it."""
    if find_spec("scipy") is None:
        optimize = ModuleType("scipy.optimize")
        optimize.minimize = descend  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "scipy", ModuleType("scipy"))
        monkeypatch.setitem(sys.modules, "scipy.optimize", optimize)
    yield import_module("training.fusion.fit")
    sys.modules.pop("training.fusion.fit")


def rows(fusing: ModuleType) -> list[Any]:
    """Worrying lines on which the layers say much, hard ones and ordinary ones on which they say little."""
    chance = random.Random(SEED)
    kinds = ((4, "suicide", 5, 2.5, False), (2, "drugs", 2, 0.5, False), (0, "", 0, -1.5, False), (0, "", 0, -3.0, True))
    return [
        fusing.Judged(
            Evidence(
                {theme: phrase} if phrase and chance.random() < 0.5 else {}, said + chance.gauss(0, 1), {theme: said} if theme else {},
                [said - level + 2 + chance.gauss(0, 1) for level in LEVELS], {name: said if name == theme else -3.0 for name in THEMES},
            ), severity, theme, is_ordinary,
        )
        for severity, theme, phrase, said, is_ordinary in kinds for _ in range(16)
    ]  # fmt: skip


def test_the_fusion_is_fitted_to_the_same_bytes_twice(fusing: ModuleType, tmp_path: Path) -> None:
    for name in ("first", "second"):
        fusing.fit(rows(fusing), tmp_path / name)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_a_fitted_fusion_tells_worry_from_none_and_never_takes_a_graver_phrase_for_less(fusing: ModuleType, tmp_path: Path) -> None:
    fusing.fit(rows(fusing), tmp_path / "fusion.json")
    fusion = Fusion.read(tmp_path / "fusion.json")
    judged = [(row, fusion.judge(row.evidence)) for row in rows(fusing)]
    assert all(verdict.severity == 0 for row, verdict in judged if row.is_ordinary)
    assert np.mean([verdict.severity >= 3 for row, verdict in judged if row.severity == 4]) > 0.5
    assert max(judged[0][1].themes, key=lambda theme: judged[0][1].themes[theme]) == "suicide"
    for fitted in json.loads((tmp_path / "fusion.json").read_text())["fitted"].values():
        assert fitted["holds_from"] == sorted(fitted["holds_from"])
        assert all(row[3:] == sorted(row[3:]) and min(row[1:3]) >= 0 for row in (*fitted["levels"], *fitted["themes"].values()))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder of public harmless texts with a few rows in each file."""
    for source in HARMLESS:
        lines = [{"id": f"{source.name}:{n}", "text": f"page {n} of the book of {source.name[7:]}", "labels": ["benign"], "split": part} for n in range(8) for part in ("train", "dev")]
        (tmp_path / f"{source.name}.jsonl.gz").write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in lines).encode()))
    return tmp_path


def lines() -> list[Line]:
    return [*(Line(f"s{n}", text, 3) for n, text in enumerate(SERIOUS)), *(Line(f"h{n}", text, 0) for n, text in enumerate(HARD))]


def toy_model() -> Model:
    """Every bucket weighs as much as it is oftener in serious lines than in harmless ones."""
    batch = featurise(((text, ()) for text in (*SERIOUS, *HARD)), small.bundle().featuriser, concern_bits=BITS, theme_bits=4, window=40)
    weights = [0.0] * (1 << BITS)
    for place in range(len(SERIOUS) + len(HARD)):
        for bucket in batch.concern[batch.concern_starts[place] : batch.concern_starts[place + 1]]:
            weights[bucket] += 1 / len(SERIOUS) if place < len(SERIOUS) else -1 / len(HARD)
    header = Header(name="toy", concern_bits=BITS, theme_bits=4, themes=tuple(ThemeHead(theme) for theme in THEMES))
    return pack(header, weights, [[0.0] * len(THEMES)] * 16)


def test_thresholds_are_the_same_twice_and_let_no_more_through_than_they_promise(data: Path) -> None:
    first, second = (with_thresholds(toy_model(), small.bundle(), lines(), data) for _ in range(2))
    assert first.to_bytes() == second.to_bytes()
    head = first.header.themes[0]
    assert head.silences_below <= head.fires_at[0] <= head.fires_at[1]
    asked = replace(small.bundle(), model=first)
    harmless = [line for line in (*lines(), *ordinary_lines(data)) if not line.severity]
    assert max(concern for _, concern in concerns(harmless, asked)) < head.fires_at[0]
    assert all(not assess(Observation(line.text), age_band="unknown", bundle=asked).leaves_device() for line in harmless)
    doubtful = [concern for phrase, concern in concerns((line for line in lines() if line.severity), asked) if 1 <= phrase <= 3]
    assert sum(concern < head.silences_below for concern in doubtful) <= MISSED_BY_SILENCE * len(doubtful)
    assert any(concern >= head.fires_at[0] for _, concern in concerns(lines(), asked))
