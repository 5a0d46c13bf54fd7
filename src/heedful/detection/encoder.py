"""Layer 3, the server's sentence encoder: int8 ONNX on one core. docs/detection.md, "The sentence encoder".

It reads what no phrase names. It ranks and tempers; by itself it never says 5.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from heedful.detection.values import THEMES

SHIPPED = Path(__file__).parent / "weights"
FORMAT = 1
MOST_TOKENS = 96  # of one reading; what is longer is read in pieces
MOST_PIECES = 8
EARLIER_LINES = 6
INTENTS = ("disclosure", "threat", "seeking", "worry", "study", "joke", "fiction", "quotation", "other")
PERSONS = ("first", "second", "third", "none")
OUTPUTS = (
    *(f"theme:{theme}" for theme in THEMES),
    *(f"severity:{level}" for level in range(1, 6)),
    *(f"intent:{intent}" for intent in INTENTS),
    *(f"person:{person}" for person in PERSONS),
)
_SEEN = {"searched": "search: ", "ai_chat": "to a chatbot: ", "received": "they wrote: ", "displayed": "on a page: ", "submitted": "sent: ", "file": "in a file: "}


class EncoderError(ValueError):
    """The encoder's files are missing, damaged or of another format; the text says which and the way out."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The logits of one text. `themes` by name; `severity[k]` that it is at least k + 1; `intent` and `person` the likeliest."""

    themes: dict[str, float]
    severity: tuple[float, ...]
    intent: str
    person: str

    def or_worse(self, other: Reading) -> Reading:
        """The greater of both readings of one text, logit by logit; intent and person of the more serious one."""
        worse = max(self, other, key=lambda reading: reading.severity[2])
        themes = {theme: max(logit, other.themes[theme]) for theme, logit in self.themes.items()}
        return Reading(themes, tuple(map(max, self.severity, other.severity)), worse.intent, worse.person)


def written(text: str, source: str, before: Sequence[str] = ()) -> str:
    """One text as the encoder reads it: earlier lines first, then where it was seen, then the text."""
    said = f"{_SEEN.get(source, '')}{text}"
    return " / ".join([*before[-EARLIER_LINES:], said])


class Encoder:
    """Loaded once a process (about 0.3 s, 100 MB); safe to share between threads."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        about = _about(folder)
        self.version = str(about["version"])
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"])
        self._tokens = Tokenizer.from_file(str(folder / "encoder.tokens.json"))

    def read(self, text: str, source: str = "typed", before: Sequence[str] = ()) -> Reading:
        """Read one text; with earlier lines the greater of the text alone and of the whole, so that they never lower.

        A text longer than 96 tokens is read in pieces, at most the first and last few of them; the most severe one counts.
        """
        rows = self._pieces(written(text, source))
        if before:
            rows += self._pieces(written(text, source, before))[-1:]
        logits = self._run(rows)
        worst = logits[int(np.argmax(logits[:, _AT["severity:3"]]))]
        greatest = logits.max(axis=0)
        return Reading(
            {theme: float(greatest[_AT[f"theme:{theme}"]]) for theme in THEMES},
            tuple(float(greatest[_AT[f"severity:{level}"]]) for level in range(1, 6)),
            max(INTENTS, key=lambda name: worst[_AT[f"intent:{name}"]]),
            max(PERSONS, key=lambda name: worst[_AT[f"person:{name}"]]),
        )

    def logits(self, texts: Sequence[str]) -> np.ndarray:
        """(texts, OUTPUTS) for texts as `written`, each cut to its first 96 tokens: for training and evaluation."""
        return self._run([self._tokens.encode(text).ids[: MOST_TOKENS - 1] for text in texts])

    def _pieces(self, text: str) -> list[list[int]]:
        numbers = self._tokens.encode(text).ids
        if len(numbers) <= MOST_TOKENS:
            return [numbers]
        inner, size = numbers[1:-1], MOST_TOKENS - 2
        pieces = [[numbers[0], *inner[start : start + size], numbers[-1]] for start in range(0, len(inner), size)]
        return pieces if len(pieces) <= MOST_PIECES else [*pieces[: MOST_PIECES // 2], *pieces[-(MOST_PIECES // 2) :]]

    def _run(self, rows: list[list[int]]) -> np.ndarray:
        numbers = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
        mask = np.zeros_like(numbers)
        for place, row in enumerate(rows):
            numbers[place, : len(row)] = row
            mask[place, : len(row)] = 1
        logits: np.ndarray = self._session.run(["logits"], {"numbers": numbers, "mask": mask})[0]
        return logits


_AT = {name: place for place, name in enumerate(OUTPUTS)}


def _about(folder: Path) -> dict[str, object]:
    missing = [name for name in ("encoder.onnx", "encoder.tokens.json", "encoder.json") if not (folder / name).is_file()]
    if missing:
        raise EncoderError(f"the sentence encoder lacks {', '.join(missing)} in its folder: install Heedful again, or switch the layer off")
    about: dict[str, object] = json.loads((folder / "encoder.json").read_text("utf-8"))
    if about.get("format") != FORMAT or tuple(about.get("outputs", ())) != OUTPUTS:  # type: ignore[arg-type]
        raise EncoderError("the sentence encoder is of another version of Heedful: install Heedful again, or switch the layer off")
    if hashlib.sha256((folder / "encoder.onnx").read_bytes()).hexdigest() != about.get("sha256"):
        raise EncoderError("the sentence encoder's file is damaged: install Heedful again, or switch the layer off")
    return about
