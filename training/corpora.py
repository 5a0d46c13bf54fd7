"""Our own lines, and how they are cut: by block, so that no line's twin stands on the other side."""

from __future__ import annotations

from pathlib import Path

from heedful.detection.bundle import Bundle
from heedful.detection.engine import look
from heedful.detection.labelled import Line, read_folder, split
from heedful.detection.library import DESCRIBING, read_library
from heedful.detection.values import Observation

CORPUS = Path(__file__).parent / "corpus"
CALIBRATION = 0.2
_INTENTS = {"abuse": "threat", "talk": "other"}  # what the library calls otherwise


def fitting_lines() -> list[Line]:
    """Four fifths of the corpus: what encoder and device model are fitted on."""
    return split(read_folder(CORPUS), calibration=CALIBRATION)[0]


def calibration_lines() -> list[Line]:
    """The other fifth: what the fusion and all thresholds are fitted on."""
    return split(read_folder(CORPUS), calibration=CALIBRATION)[1]


def library_examples(bundle: Bundle) -> list[Line]:
    """What the English library says that its phrases must find, at their own severity, and must leave alone, at 0.

    So that no model silences a plain phrase. A line that one phrase leaves alone and another finds is left out.
    """
    lines: list[Line] = []
    for theme in (theme for theme in read_library().themes if theme.language == DESCRIBING):
        for phrase in theme.phrases:
            said = {"person": phrase.person, "intent": _INTENTS.get(phrase.intent, phrase.intent), "block": phrase.id}
            lines += [Line(phrase.id, text, phrase.severity, theme.name, **said) for text in phrase.hits]
            alone = (text for text in phrase.misses if not look(Observation(text), age_band="unknown", bundle=bundle).found)
            lines += [Line(phrase.id, text, 0, block=phrase.id) for text in alone]
    return lines
