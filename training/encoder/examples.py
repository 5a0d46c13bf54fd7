"""What the encoder is taught: texts with a target for each output, and which of them a label really says."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from heedful.detection.encoder import INTENTS, OUTPUTS, PERSONS, written
from heedful.detection.labelled import Line
from heedful.detection.values import THEMES
from training.evasions import disguised
from training.public import Public

UNKNOWN = -1.0
DISGUISED = 0.12  # of our own lines, how many an epoch shows in disguise
# Themes that a line on one of them may well be on too: a label for one says nothing of the other.
NEAR = (
    ("suicide", "self_harm", "low_mood"), ("bullying", "discrimination", "violence", "language"), ("violence", "weapons"),
    ("sexual_exploitation", "nudes", "sexual_content", "abuse_disclosure"), ("drugs", "criminal_exploitation"),
    ("low_mood", "bullying"), ("low_mood", "eating_disorder"), ("low_mood", "abuse_disclosure"), ("abuse_disclosure", "violence"),
    ("extremism", "discrimination", "violence"), ("weapons", "criminal_exploitation"), ("violence", "criminal_exploitation"),
    ("gambling", "criminal_exploitation"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """One text as the encoder reads it, with a target in {0, 1, UNKNOWN} for each output."""

    text: str
    targets: tuple[float, ...]


def of_lines(lines: Iterable[Line], chance: random.Random) -> Iterator[Example]:
    """Our own lines; some of them disguised."""
    for line in lines:
        text = disguised(line.text, chance) if chance.random() < DISGUISED else line.text
        yield Example(written(text, line.source, line.before), _targets(line))


def of_public(rows: Iterable[Public], chance: random.Random) -> Iterator[Example]:
    """Public texts; of a long one a piece, for what devices see is short."""
    for row in rows:
        targets = dict.fromkeys(OUTPUTS, UNKNOWN)
        if row.is_harmless:
            targets |= {name: 0.0 for name in OUTPUTS if name.startswith(("theme:", "severity:"))}
        else:
            targets |= {f"theme:{theme}": 1.0 for theme in row.themes}
            targets |= {f"severity:{level}": 1.0 for level in range(1, row.least + 1)}
        yield Example(_piece(row.text, chance) if row.is_harmless else row.text, tuple(targets.values()))


def shuffled(examples: Sequence[Example], chance: random.Random, size: int) -> Iterator[list[Example]]:
    """Batches of texts of like length, in random order."""
    ordered = sorted(examples, key=lambda example: len(example.text) + chance.random() * 20)
    batches = [ordered[start : start + size] for start in range(0, len(ordered), size)]
    chance.shuffle(batches)
    yield from batches


def _targets(line: Line) -> tuple[float, ...]:
    near = {theme for group in NEAR if line.theme in group for theme in group}
    is_worry = line.severity > 0
    targets: dict[str, float] = {}
    for theme in THEMES:
        targets[f"theme:{theme}"] = float(theme == line.theme) if not is_worry or theme == line.theme or theme not in near else UNKNOWN
        if not is_worry:
            targets[f"theme:{theme}"] = 0.0
    targets |= {f"severity:{level}": float(line.severity >= level) for level in range(1, 6)}
    targets |= {f"intent:{intent}": float(intent == line.intent) for intent in INTENTS}
    targets |= {f"person:{person}": float(person == line.person) for person in PERSONS}
    assert tuple(targets) == OUTPUTS
    return tuple(targets.values())


def _piece(text: str, chance: random.Random) -> str:
    words = text.split()
    length = chance.choice((8, 14, 25, 60))
    start = chance.randrange(max(1, len(words) - length + 1))
    return " ".join(words[start : start + length])
