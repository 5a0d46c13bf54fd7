"""The layers that are to be measured, and what each says of a line."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from heedful.detection.bundle import Bundle
from heedful.detection.detector import Detector
from heedful.detection.encoder import Encoder, Reading
from heedful.detection.engine import assess, look
from heedful.detection.fusion import LEVELS, Fusion, Verdict
from heedful.detection.labelled import Line
from heedful.detection.model import Model
from heedful.detection.shipped import load_shipped_bundle
from heedful.detection.values import LAYERS, THEMES, Assessment, Layer, Observation


@dataclass(frozen=True, slots=True)
class Judged:
    """One line with what was made of it: by the device, and by all layers as if it had left. `fired` are rules, the greatest first; `theme` is the gravest of `themes`."""

    line: Line
    device: int
    leaves: bool
    severity: int
    theme: str
    fired: tuple[str, ...]
    themes: frozenset[str] = frozenset()

    @property
    def captured(self) -> int:
        """The severity of the capture as a school gets it: 0 where the line never leaves the device."""
        return self.severity if self.leaves else 0


class KeptReadings(Encoder):
    """The encoder, whose readings are kept in a file between runs: by its version and the text's hash, never the text.

    One text at a time, as the server reads them: int8 activations share one scale in a batch, so that a batch answers otherwise.
    """

    def __init__(self, folder: Path, kept: Path) -> None:
        super().__init__(folder)
        kept.parent.mkdir(parents=True, exist_ok=True)
        self._kept = sqlite3.connect(kept, isolation_level=None)
        self._kept.execute("pragma synchronous = off")
        self._kept.execute("create table if not exists readings (name blob primary key, reading text)")

    def read(self, text: str, source: str = "typed", before: Sequence[str] = ()) -> Reading:
        """As the encoder's own."""
        name = hashlib.sha256(json.dumps([self.version, text, source, list(before)]).encode()).digest()
        row = self._kept.execute("select reading from readings where name = ?", [name]).fetchone()
        if row:
            themes, severity, intent, person = json.loads(row[0])
            return Reading(dict(zip(THEMES, themes, strict=True)), tuple(severity), intent, person)
        reading = super().read(text, source, before)
        written = json.dumps([[reading.themes[theme] for theme in THEMES], reading.severity, reading.intent, reading.person])
        self._kept.execute("insert or replace into readings values (?, ?)", [name, written])
        return reading


@dataclass(frozen=True)
class Judges:
    """The device's layers and all layers, with what is there of weights."""

    detector: Detector

    @classmethod
    def load(cls, weights: Path, kept: Path) -> Judges:
        """What lies in the folder of weights. A layer whose file is not there takes no part, and the report says so."""
        bundle = load_shipped_bundle()
        device = weights / "device.bin"
        bundle = replace(bundle, model=Model.from_bytes(device.read_bytes()) if device.is_file() else None)
        encoder = KeptReadings(weights, kept) if (weights / "encoder.onnx").is_file() else None
        fusion = Fusion.read(weights / "fusion.json") if (weights / "fusion.json").is_file() else None
        return cls(Detector(bundle, encoder, fusion))

    @property
    def bundle(self) -> Bundle:
        """The bundle that devices have."""
        return self.detector.bundle

    @property
    def parts(self) -> list[str]:
        """What takes part, and what is missing, in words."""
        encoder = self.detector.encoder
        return [
            f"phrases: {len(self.bundle.phrases):,} rules",
            "the device's model" if self.bundle.model else "no device's model: its weights are missing",
            f"the sentence encoder {encoder.version[:12]}" if encoder else "no sentence encoder: its weights are missing",
            "the fusion" if self.detector.fusion else "no fusion: its numbers are missing, so that the phrases (and the device's model) decide alone",
        ]

    def without(self, *off: Layer) -> Judges:
        """The same with some layers switched off."""
        return Judges(replace(self.detector, layers=self.detector.layers - frozenset(off)))

    def judge(self, line: Line) -> Judged:
        """Ask the device, then all layers whether or not it would leave."""
        return self._judged(line, self._device(line), self._all(line))

    def judge_what_leaves(self, line: Line) -> Judged:
        """Ask the device, and all layers only where the line leaves: as a school runs it, and much faster."""
        device = self._device(line)
        return self._judged(line, device, self._all(line) if device.leaves_device() else Assessment())

    def verdict(self, line: Line) -> Verdict:
        """The chance of each theme and of each severity; without fusion the phrases' own score and severity."""
        if self.detector.fusion is None:
            told = self._device(line)
            return Verdict(told.severity, tuple(float(told.severity >= level) for level in LEVELS), {theme: score / 1000 for theme, score in told.themes.items()})
        observation = _observation(line)
        seen = look(observation, age_band=line.band, bundle=self.bundle, layers=self.detector.layers)
        return self.detector.fusion.judge(self.detector.evidence(seen, self.detector.read(observation, seen)))

    def _device(self, line: Line) -> Assessment:
        return assess(_observation(line), age_band=line.band, bundle=self.bundle, layers=self.detector.layers & DEVICE)

    def _all(self, line: Line) -> Assessment:
        return self.detector.assess(_observation(line), age_band=line.band)

    def _judged(self, line: Line, device: Assessment, told: Assessment) -> Judged:
        fired = tuple(dict.fromkeys(finding.rule for finding in (told.findings or device.findings)))[:3]
        theme = max(told.theme_severities, key=lambda name: (told.theme_severities[name], told.themes.get(name, 0), name), default="")
        return Judged(line, device.severity, device.leaves_device(), told.severity, theme, fired, frozenset(told.theme_severities))


T = TypeVar("T")
DEVICE: frozenset[Layer] = LAYERS - {"encoder"}


def _observation(line: Line) -> Observation:
    return Observation(line.text, line.source, line.before)


def progress(lines: Iterable[T], what: str, of: int) -> Iterator[T]:
    """Pass lines through, and say on standard error how far one is."""
    started = time.monotonic()
    for number, line in enumerate(lines, 1):
        yield line
        if number % 2000 == 0 or number == of:
            print(f"{what}: {number:,} of {of:,}, {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
