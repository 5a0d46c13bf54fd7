"""The step `encoder`."""

from __future__ import annotations

from pathlib import Path

from heedful.detection.shipped import load_shipped_bundle
from training.corpora import fitting_lines, library_examples
from training.encoder.export import export
from training.encoder.fit import Plan, fit


def make(*, data: Path, out: Path, threads: int) -> None:
    """Fine-tune and export."""
    lines = [*fitting_lines(), *library_examples(load_shipped_bundle())]
    export(fit(lines, data, Plan(), threads), out)
