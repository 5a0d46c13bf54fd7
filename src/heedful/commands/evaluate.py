"""`heedful evaluate`: how well Heedful does on a school's own labelled lines. Needs no database; nothing is stored or sent."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from heedful.commands import _own_lines
from heedful.detection.detector import Detector
from heedful.detection.encoder import SHIPPED, Encoder
from heedful.detection.engine import assess
from heedful.detection.fusion import Fusion
from heedful.detection.labelled import Line, LineFault
from heedful.detection.shipped import load_shipped_bundle
from heedful.detection.values import Observation

NAME = "evaluate"
HELP = "How well Heedful does on your own labelled lines. Nothing leaves this machine and nothing is kept."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="CSV with two columns, severity (0-5) and text; or JSON lines, see docs/evaluation.md")
    parser.add_argument("--html", type=Path, metavar="OUT", help="also write the figures as a page; it has none of the texts")


def run(args: argparse.Namespace) -> int:
    """0 when the figures were told, whatever they are; 2 when the file can't be read."""
    try:
        lines = _own_lines.read(args.file)
    except LineFault as fault:
        print(fault, file=sys.stderr)
        return 2
    judged = list(judge(lines, load_detector()))
    print(_own_lines.as_text(judged))
    if args.html:
        try:
            args.html.write_text(_own_lines.as_html(judged), "utf-8")
        except OSError as error:
            print(f"{args.html}: {error.strerror}", file=sys.stderr)
            return 2
    return 0


def load_detector() -> Detector:
    """All shipped layers; those without shipped weights take no part."""
    encoder = Encoder() if (SHIPPED / "encoder.onnx").is_file() else None
    fusion = Fusion.read(SHIPPED / "fusion.json") if (SHIPPED / "fusion.json").is_file() else None
    return Detector(load_shipped_bundle(), encoder, fusion)


def judge(lines: Sequence[Line], detector: Detector) -> Iterator[_own_lines.Judged]:
    """As a school runs it: the device first, and all layers only for what leaves it."""
    for line in lines:
        observation = Observation(line.text, line.source, line.before)
        device = assess(observation, age_band=line.band, bundle=detector.bundle)
        leaves = device.leaves_device()
        severity = detector.assess(observation, age_band=line.band).severity if leaves else device.severity
        yield _own_lines.Judged(line, severity, leaves)
