"""The step `device`: fit, pack, choose thresholds by the packed logits, write `device.bin`."""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from heedful.detection.bundle import Bundle
from heedful.detection.encoder import Encoder, written
from heedful.detection.labelled import Line
from heedful.detection.model import Header, Model, ThemeHead, pack, root_by_count
from heedful.detection.model_features import featurise
from heedful.detection.shipped import load_shipped_bundle
from heedful.detection.values import THEMES
from training.corpora import calibration_lines, fitting_lines, library_examples
from training.device.solve import fit, matrices
from training.device.thresholds import with_thresholds
from training.evasions import disguised
from training.public import HARM, harmless_to_fit, read_public

SEED = 7
CONCERN_BITS, THEME_BITS = 17, 14
LEAST_TOKENS = 5  # "he touched my arm": four words are for phrases, they say too little by themselves
DISGUISED = 0.25  # of our lines, how many stand a second time in disguise
TAUGHT = 0.5  # how much the encoder's view counts beside a person's label
OURS_WEIGHT, HARM_WEIGHT = 3.0, 0.5
HARMLESS_WEIGHT = 4.0  # public text: what devices see most, of which one line in thousands may be raised
CONCERN_OF = (0.0, 0.15, 0.5, 1.0, 1.0, 1.0)  # by severity
CONCERN_RIDGE, THEME_RIDGE = 1e-6, 1e-6


@dataclass(frozen=True, slots=True)
class Row:
    """One text with its earlier lines, the chance that it is a concern, its theme where it has one, and its weight."""

    text: str
    source: str
    before: tuple[str, ...]
    concern: float | None
    theme: str
    weight: float


def make(*, data: Path, out: Path, threads: int) -> None:
    """Needs the encoder: it teaches, also on texts that no person labelled."""
    bundle = load_shipped_bundle()
    rows = taught([*_ours(), *(_row(line, line.text) for line in library_examples(bundle)), *_public(data)], Encoder(out), threads)
    model = packed(rows, bundle)
    model = with_thresholds(model, bundle, calibration_lines(), data)
    (out / "device.bin").write_bytes(model.to_bytes())


def _ours() -> list[Row]:
    chance = random.Random(SEED)
    rows = []
    for line in fitting_lines():
        rows.append(_row(line, line.text))
        if chance.random() < DISGUISED:
            rows.append(_row(line, disguised(line.text, chance)))
    return rows


def _row(line: Line, text: str) -> Row:
    return Row(text, line.source, line.before[-3:], CONCERN_OF[line.severity], line.theme if line.severity >= 2 else "", OURS_WEIGHT)


def _public(data: Path) -> list[Row]:
    rows = [
        Row(row.text[:600], "typed", (), None, row.themes[0], HARM_WEIGHT)
        for source in HARM for row in read_public(data, source, part="train") if not row.is_harmless
    ]  # fmt: skip
    return rows + [Row(row.text[:300], "typed", (), 0.0, "", HARMLESS_WEIGHT) for row in harmless_to_fit(data)]


def taught(rows: Sequence[Row], encoder: Encoder, threads: int) -> list[Row]:
    """The rows with the encoder's view mixed in; where no person said, it alone."""
    order = sorted(range(len(rows)), key=lambda place: len(rows[place].text))
    batches = [order[start : start + 64] for start in range(0, len(order), 64)]
    chances = np.zeros(len(rows))

    def ask(places: list[int]) -> None:
        logits = encoder.logits([written(rows[place].text, rows[place].source, rows[place].before) for place in places])
        chances[places] = 1 / (1 + np.exp(-logits[:, len(THEMES) + 2]))

    with ThreadPoolExecutor(threads) as pool:  # the encoder lets go of the interpreter's lock while it reads
        list(pool.map(ask, batches))
    return [
        replace(row, concern=float(chance) if row.concern is None else (1 - TAUGHT) * row.concern + TAUGHT * float(chance))
        for row, chance in zip(rows, chances, strict=True)
    ]


def packed(rows: Sequence[Row], bundle: Bundle) -> Model:
    """Fit both heads and pack them."""
    header = Header(
        name="device", least_tokens=LEAST_TOKENS, concern_bits=CONCERN_BITS, theme_bits=THEME_BITS, themes=tuple(ThemeHead(theme) for theme in THEMES), by_count=root_by_count(64, 1024),
    )  # fmt: skip
    batch = featurise(((row.text, row.before) for row in rows), bundle.featuriser, concern_bits=CONCERN_BITS, theme_bits=THEME_BITS, window=header.window)
    concern_rows, theme_rows = matrices(batch, CONCERN_BITS, THEME_BITS, header.by_count)
    concern = np.array([row.concern or 0.0 for row in rows])
    weights = np.array([row.weight for row in rows])
    concern_weights, bias = fit(concern_rows, concern, weights, ridge=CONCERN_RIDGE)
    named = np.array([place for place, row in enumerate(rows) if row.theme or place % 8 == 0])
    columns, biases = [], []
    for theme in THEMES:
        aims = np.array([float(rows[place].theme == theme) for place in named])
        found, theme_bias = fit(theme_rows[named], aims, weights[named], ridge=THEME_RIDGE, steps=50)
        columns.append(found)
        biases.append(theme_bias)
    print(f"fitted on {len(rows)} rows, {len(named)} for the themes", flush=True)
    return pack(header, concern_weights.tolist(), np.column_stack(columns).tolist(), bias=bias, theme_biases=biases)
