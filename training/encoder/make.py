"""The step `encoder`."""

from __future__ import annotations

from pathlib import Path

from training.corpora import fitting_lines
from training.encoder.export import export
from training.encoder.fit import Plan, fit


def make(*, data: Path, out: Path, threads: int) -> None:
    """Fine-tune and export."""
    export(fit(fitting_lines(), data, Plan(), threads), out)
