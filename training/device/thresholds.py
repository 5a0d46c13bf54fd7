"""When the device's model raises and when it silences, by the packed logits of lines that it was not fitted on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from heedful.detection.bundle import Bundle
from heedful.detection.engine import look
from heedful.detection.labelled import Line
from heedful.detection.model import ALWAYS, Model
from heedful.detection.values import Observation
from training.public import ordinary_lines

# How many harmless lines may be raised to severity 2 and to 3: of ordinary text, and of lines that look like a concern.
ORDINARY_AT = (1 / 7_000, 1 / 15_000)
HARD_AT = (1 / 50, 1 / 90)
MISSED_BY_SILENCE = 0.03  # of the lines of severity 3 and more that only phrases of 1-3 find, how many silence may cost


# Most of what they hold is of 1-3, while concern is fitted to what is of 3 or more: it says too little of them to silence a phrase.
NEVER_SILENCED = frozenset(("bypass", "discrimination", "gambling", "language", "sexual_content"))


def with_thresholds(model: Model, bundle: Bundle, lines: Sequence[Line], data: Path) -> Model:
    """The model with its thresholds: to raise alike for every theme, to silence only in those of which concern says enough."""
    asked = replace(bundle, model=model)
    hard = np.sort([concern for _, concern in concerns((line for line in lines if line.severity == 0), asked)])[::-1]
    ordinary = np.sort([concern for _, concern in concerns(ordinary_lines(data), asked)])[::-1]
    found = list(concerns((line for line in lines if line.severity >= 3), asked))
    serious = np.array([concern for _, concern in found])
    doubtful = np.sort([concern for phrase, concern in found if 1 <= phrase <= 3])
    fires = [int(max(_passed(hard, share), _passed(ordinary, rare))) + 1 for share, rare in zip(HARD_AT, ORDINARY_AT, strict=True)]
    silences = int(doubtful[int(len(doubtful) * MISSED_BY_SILENCE)])
    below = {head.name: ALWAYS if head.name in NEVER_SILENCED else min(silences, fires[0]) for head in model.header.themes}
    heads = tuple(replace(head, fires_at=(fires[0], max(fires)), silences_below=below[head.name]) for head in model.header.themes)
    for share, at in zip(("2", "3"), fires, strict=True):
        print(f"raises {share} at {at}: {np.mean(serious >= at):.3f} of serious lines, {np.mean(hard >= at):.4f} of hard, {np.mean(ordinary >= at):.6f} of ordinary")
    print(f"silences below {silences}: {np.mean(hard < silences):.3f} of hard, {np.mean(ordinary < silences):.3f} of ordinary")
    return replace(model, header=replace(model.header, themes=heads))


def concerns(lines: Iterable[Line], bundle: Bundle) -> Iterable[tuple[int, int]]:
    """(greatest severity of the phrases, greatest concern in steps of the logit) of each line that the model is asked about."""
    for line in lines:
        seen = look(Observation(line.text, line.source, line.before), age_band=line.band, bundle=bundle)
        if seen.reading:
            yield max((finding.severity for finding, _ in seen.found), default=0), max(seen.reading.raises)


def _passed(descending: np.ndarray, share: float) -> int:
    return int(descending[min(len(descending) - 1, int(len(descending) * share))])
