"""`heedful assess`: judge texts with the shipped library and models, without a database."""

import argparse
import os
import sys
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from heedful.commands._assess_told import explained, told, wants_colour
from heedful.commands._layers import LayerUnknown, detector_of, layers_named, on_device
from heedful.commands._layers import told as layers_told
from heedful.commands._streams import BROKEN_PIPE, Chunk, Progress, answer_in_order, numbered
from heedful.detection.jsonl import LineError, read_line, write_explanation, write_line
from heedful.detection.shipped import ModelMissing
from heedful.detection.values import AGE_BANDS, SOURCES, Layer, Observation

NAME = "assess"
HELP = "Judge texts: themes, severity and what was found."
BAD_INPUT, INTERRUPTED = 2, 130


@dataclass(frozen=True)
class Asked:
    """What every process needs to know. `layers` None: all that are here."""

    layers: frozenset[Layer] | None = None
    explain: bool = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A file or standard input; plain lines, or JSON lines with --jsonl."""
    parser.add_argument("file", nargs="?", default="-", help="a file, or - for standard input")
    parser.add_argument(
        "--jsonl", action="store_true", help='lines {"id", "text", "source"?, "age_band"?, "context_before"?} in, one answer a line out'
    )
    parser.add_argument(
        "--explain", action="store_true", help="say which words, which rule, what moved it, what the models thought and what was silenced"
    )
    parser.add_argument(
        "--layers", help="phrases, model, encoder, with commas between (all that are here); phrases,model is what a device judges with"
    )
    parser.add_argument("--source", choices=SOURCES, default="typed", help="where plain lines were seen")
    parser.add_argument("--age-band", choices=AGE_BANDS, default="unknown", help="who wrote plain lines")
    parser.add_argument("--workers", type=int, default=_cores(), help="processes for JSON lines (one a core)")


def run(args: argparse.Namespace) -> int:
    """0 when every line was answered, 2 when a line or a layer could not be read, 130 and 141 when it was stopped."""
    opened = nullcontext(sys.stdin.buffer) if args.file == "-" else _open(args.file)
    if opened is None:
        return BAD_INPUT
    try:
        with opened as lines:
            asked = Asked(layers_named(args.layers), args.explain)
            detector = detector_of(asked.layers)  # before any process is made: they share what was loaded
            if asked.layers is None:
                print(layers_told(detector), file=sys.stderr)
            return assess_jsonl(lines, sys.stdout.buffer, asked, args.workers) if args.jsonl else _assess_plain(lines, args, asked)
    except (LayerUnknown, ModelMissing) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("stopped; the answers so far are complete", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that Python's own flush at the end has where to go
        return BROKEN_PIPE


def assess_jsonl(lines: BinaryIO, out: BinaryIO, asked: Asked, workers: int = 1) -> int:
    """Answer each line in its order, in constant memory however many there are; empty lines are passed over."""
    status = 0
    progress = Progress(lines)
    for answers, faults, count in answer_in_order(numbered(lines), lambda chunk: _answers(chunk, asked), _answers, asked, workers):
        out.write(answers)
        for number, fault in faults:
            progress.aside(f"line {number}: {fault}")
            status = BAD_INPUT
        progress.step(count)
    out.flush()
    progress.end()
    return status


def _answers(chunk: Chunk, asked: Asked) -> tuple[bytes, list[tuple[int, str]], int]:
    """The answers to a chunk of lines, the faults by line number, and how many lines they were."""
    detector = detector_of(asked.layers)
    answers: list[bytes] = []
    faults: list[tuple[int, str]] = []
    for number, raw in chunk:
        if not raw.strip(b" \t\r\n"):
            continue
        try:
            line = read_line(raw)
        except LineError as error:
            faults.append((number, str(error)))
            continue
        assessment = detector.assess(line.observation, age_band=line.age_band)
        if asked.explain:
            leaves = on_device(detector, line.observation, line.age_band).leaves_device()
            answers.append(write_explanation(line, assessment, leaves_device=leaves))
        else:
            answers.append(write_line(line, assessment))
    return b"".join(answers), faults, len(chunk)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _open(name: str) -> BinaryIO | None:
    try:
        return Path(name).open("rb")
    except OSError as error:
        print(f"{name}: {error.strerror}", file=sys.stderr)
        return None


def _assess_plain(lines: Iterable[bytes], args: argparse.Namespace, asked: Asked) -> int:
    detector = detector_of(asked.layers)
    titles = {theme.name: theme.title for theme in detector.bundle.themes}
    colour = wants_colour(sys.stdout)
    for raw in lines:
        text = raw.decode("utf-8", "replace").rstrip("\r\n")
        if text.strip():
            observation = Observation(text, args.source)
            assessment = detector.assess(observation, age_band=args.age_band)
            leaves = asked.explain and on_device(detector, observation, args.age_band).leaves_device()
            print(explained(text, assessment, titles, leaves_device=leaves, colour=colour) if asked.explain else told(text, assessment))
    sys.stdout.flush()
    return 0
