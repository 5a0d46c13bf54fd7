"""The step `fusion`: ask every layer about lines that none was fitted on, and fit what each one's word is worth."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from heedful.detection.detector import Detector
from heedful.detection.encoder import Encoder
from heedful.detection.engine import look
from heedful.detection.labelled import Line
from heedful.detection.model import Model
from heedful.detection.shipped import load_shipped_bundle
from heedful.detection.values import Observation
from training.corpora import calibration_lines
from training.fusion.fit import Judged, fit
from training.public import ordinary_lines


def make(*, data: Path, out: Path, threads: int) -> None:
    """Needs the encoder and the device's model."""
    bundle = replace(load_shipped_bundle(), model=Model.from_bytes((out / "device.bin").read_bytes()))
    detector = Detector(bundle, Encoder(out))
    with ThreadPoolExecutor(threads) as pool:  # the encoder lets go of the interpreter's lock while it reads
        rows = list(pool.map(lambda line: _judged(line, detector, is_ordinary=False), calibration_lines()))
        rows += pool.map(lambda line: _judged(line, detector, is_ordinary=True), ordinary_lines(data))
    fit(rows, out / "fusion.json")
    print(f"fitted on {len(rows)} lines", flush=True)


def _judged(line: Line, detector: Detector, *, is_ordinary: bool) -> Judged:
    observation = Observation(line.text, line.source, line.before)
    seen = look(observation, age_band=line.band, bundle=detector.bundle)
    return Judged(detector.evidence(seen, detector.read(observation, seen)), line.severity, line.theme, is_ordinary)
