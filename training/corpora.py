"""Our own lines, and how they are cut: by block, so that no line's twin stands on the other side."""

from __future__ import annotations

from pathlib import Path

from heedful.detection.labelled import Line, read_folder, split

CORPUS = Path(__file__).parent / "corpus"
CALIBRATION = 0.2


def fitting_lines() -> list[Line]:
    """Four fifths of the corpus: what encoder and device model are fitted on."""
    return split(read_folder(CORPUS), calibration=CALIBRATION)[0]


def calibration_lines() -> list[Line]:
    """The other fifth: what the fusion and all thresholds are fitted on."""
    return split(read_folder(CORPUS), calibration=CALIBRATION)[1]
