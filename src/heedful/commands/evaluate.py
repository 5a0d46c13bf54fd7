"""`heedful evaluate`: how well Heedful does on a school's own labelled lines. Needs no database; nothing is stored or sent."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from heedful.commands import _own_lines
from heedful.commands._layers import LayerUnknown, detector_of, layers_named, on_device, told
from heedful.detection.detector import Detector
from heedful.detection.labelled import Line, LineFault
from heedful.detection.shipped import ModelMissing
from heedful.detection.values import Layer, Observation
from heedful.settings_table import SettingsError, layers_of, read_settings

NAME = "evaluate"
HELP = "How well Heedful does on your own labelled lines. Nothing leaves this machine and nothing is kept."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="CSV with two columns, severity (0-5) and text; or JSON lines, see docs/evaluation.md")
    parser.add_argument("--html", type=Path, metavar="OUT", help="also write the figures as a page; it has none of the texts")
    parser.add_argument("--layers", help="phrases, model, encoder, with commas between; without it those of HEEDFUL_DETECTION_LAYERS")


def run(args: argparse.Namespace) -> int:
    """0 when the figures were told, whatever they are; 2 when the file or a layer can't be read."""
    try:
        lines = _own_lines.read(args.file)
        detector = detector_of(layers_named(args.layers) or _layers_of_settings())
    except (LineFault, LayerUnknown, ModelMissing, SettingsError) as fault:
        print(fault, file=sys.stderr)
        return 2
    print(told(detector), file=sys.stderr)
    judged = list(judge(lines, detector))
    print(_own_lines.as_text(judged))
    if args.html:
        try:
            args.html.write_text(_own_lines.as_html(judged), "utf-8")
        except OSError as error:
            print(f"{args.html}: {error.strerror}", file=sys.stderr)
            return 2
    return 0


def _layers_of_settings() -> frozenset[Layer]:
    """What the server of this machine judges with. Raises SettingsError."""
    named = layers_named(",".join(layers_of(read_settings().text("HEEDFUL_DETECTION_LAYERS"))))
    assert named
    return named


def judge(lines: Sequence[Line], detector: Detector) -> Iterator[_own_lines.Judged]:
    """The device first, and the server's layers only for what leaves it, at severity 2 or more."""
    for line in lines:
        observation = Observation(line.text, line.source, line.before)
        device = on_device(detector, observation, line.band)
        leaves = device.leaves_device()
        severity = detector.assess(observation, age_band=line.band).severity if leaves else device.severity
        yield _own_lines.Judged(line, severity, leaves)
