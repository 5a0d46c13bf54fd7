"""`heedful assess`: judge texts with the shipped library, without a database."""

import argparse
import sys
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO

from heedful.detection.engine import assess
from heedful.detection.jsonl import LineError, read_line, write_line
from heedful.detection.shipped import load_shipped_bundle
from heedful.detection.values import AGE_BANDS, SOURCES, Assessment, Observation

NAME = "assess"
HELP = "Judge texts: themes, severity and what was found."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A file or standard input; plain lines, or JSON lines with --jsonl."""
    parser.add_argument("file", nargs="?", default="-", help="a file, or - for standard input")
    parser.add_argument("--jsonl", action="store_true", help='lines {"id", "text", "source"?, "age_band"?} in, one answer a line out')
    parser.add_argument("--source", choices=SOURCES, default="typed", help="where plain lines were seen")
    parser.add_argument("--age-band", choices=AGE_BANDS, default="unknown", help="who wrote plain lines")


def run(args: argparse.Namespace) -> int:
    """0 when every line was answered, 2 when a line could not be read (its number is on standard error)."""
    opened = nullcontext(sys.stdin.buffer) if args.file == "-" else _open(args.file)
    if opened is None:
        return 2
    with opened as lines:
        return assess_jsonl(lines, sys.stdout.buffer) if args.jsonl else _assess_plain(lines, args)


def assess_jsonl(lines: Iterable[bytes], out: BinaryIO) -> int:
    """Answer each line in its order, holding one at a time; empty lines are passed over."""
    bundle = load_shipped_bundle()
    status = 0
    for number, raw in enumerate(lines, 1):
        if not raw.strip(b" \t\r\n"):
            continue
        try:
            line = read_line(raw)
        except LineError as error:
            print(f"line {number}: {error}", file=sys.stderr)
            status = 2
            continue
        out.write(write_line(line, assess(line.observation, age_band=line.age_band, bundle=bundle)))
    out.flush()
    return status


def _open(name: str) -> BinaryIO | None:
    try:
        return Path(name).open("rb")
    except OSError as error:
        print(f"{name}: {error.strerror}", file=sys.stderr)
        return None


def _assess_plain(lines: Iterable[bytes], args: argparse.Namespace) -> int:
    bundle = load_shipped_bundle()
    for raw in lines:
        text = raw.decode("utf-8", "replace").rstrip("\r\n")
        if text.strip():
            print(_told(text, assess(Observation(text, args.source), age_band=args.age_band, bundle=bundle)))
    return 0


def _told(text: str, assessment: Assessment) -> str:
    """One text and what was found, for a person to read."""
    told = [f"{assessment.severity}  {text}"]
    for finding in assessment.findings:
        told.append(f"   {finding.severity} {finding.theme}, {finding.rule}: '{text[finding.start : finding.end]}'")
        told.append(f"     {finding.why}")
    return "\n".join(told)
