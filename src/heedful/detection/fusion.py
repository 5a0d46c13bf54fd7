"""All layers to one answer: calibrated scores, a severity 0-5, and why in plain words. docs/detection.md, "Fusion".

The numbers are fitted on lines that no layer was trained on (training/fusion). Phrases decide what is urgent; the models
rank, temper and find what has no phrase. What never bends: phrases are tempered only where the models
hardly doubt that the text is harmless, and one of 4 or 5 never below 2 or 3, a report
and a locked list are not tempered at all, and no model by itself says 5.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import exp
from pathlib import Path

from heedful.detection.values import THEMES

FORMAT = 1
LEVELS = range(1, 6)
MODELS_SAY_AT_MOST = 4
PHRASE_FLOOR = (0, 0, 0, 0, 2, 3)  # by the phrases' severity: what the models may temper it to at the least
# The chance of severity 3 or more below which phrases are tempered at all: a doubt leaves them as they are. Of the calibration part's
# worries that a phrase finds it costs 2 in 100, and it takes more than half of the harmless lines that a phrase takes for a worry.
TEMPERED_BELOW = 0.3


class FusionError(ValueError):
    """The file of fitted numbers is missing or of another format."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What each layer says of one text. A layer that is off, or was not asked, is None.

    `phrases` are the severities of the phrases' findings by theme, `model` the device model's logit of concern in whole
    ones, `encoder` and `encoder_themes` the encoder's logits of severity (1-5) and of each theme.
    """

    phrases: Mapping[str, int] = field(default_factory=dict)
    model: float | None = None
    model_themes: Mapping[str, float] = field(default_factory=dict)
    encoder: Sequence[float] | None = None
    encoder_themes: Mapping[str, float] = field(default_factory=dict)

    @property
    def layers(self) -> str:
        """Which models spoke: the key of the fitted numbers."""
        return "+".join(name for name, said in (("model", self.model), ("encoder", self.encoder)) if said is not None) or "none"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`severity` 0-5, its chance by level (that it is at least 1, 2, … 5), and the chance of each theme."""

    severity: int
    chances: tuple[float, ...]
    themes: dict[str, float]


@dataclass(frozen=True, slots=True)
class Weights:
    """One logistic function: a bias, a weight a model logit, and one for each severity of the phrases (0-5)."""

    bias: float
    model: float
    encoder: float
    phrases: tuple[float, ...]

    def chance(self, phrase: int, model: float, encoder: float) -> float:
        """In [0, 1]."""
        return _sigmoid(self.bias + self.model * model + self.encoder * encoder + self.phrases[phrase])


@dataclass(frozen=True, slots=True)
class Fitted:
    """The numbers for one set of models: a function a level with the chance from which it holds, and one a theme."""

    levels: tuple[Weights, ...]
    holds_from: tuple[float, ...]
    theme: dict[str, Weights]


class Fusion:
    """Read once a process. Pure arithmetic after that."""

    def __init__(self, fitted: Mapping[str, Fitted]) -> None:
        self._fitted = fitted

    @classmethod
    def read(cls, path: Path) -> Fusion:
        """Raises FusionError."""
        try:
            content = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise FusionError(f"the fusion's numbers '{path.name}' can't be read: install Heedful again") from error
        if content.get("format") != FORMAT:
            raise FusionError(f"the fusion's numbers have format {content.get('format')}; this version reads {FORMAT}")
        return cls({name: _fitted(values) for name, values in content["fitted"].items()})

    def judge(self, evidence: Evidence) -> Verdict:
        """Fuse what the layers said. With no model the phrases' own severity stands."""
        fitted = self._fitted.get(evidence.layers)
        phrase = max(evidence.phrases.values(), default=0)
        if fitted is None:
            return Verdict(phrase, tuple(float(phrase >= level) for level in LEVELS), dict.fromkeys(evidence.phrases, 1.0))
        chances: list[float] = []
        for place, weights in enumerate(fitted.levels):
            chance = weights.chance(phrase, evidence.model or 0.0, evidence.encoder[place] if evidence.encoder else 0.0)
            chances.append(min(chance, *chances[-1:], 1.0))
        severity = sum(1 for chance, least in zip(chances, fitted.holds_from, strict=True) if chance >= least)
        severity = min(severity, max(MODELS_SAY_AT_MOST, phrase))
        if severity < phrase:
            severity = phrase if chances[2] >= TEMPERED_BELOW else max(severity, PHRASE_FLOOR[phrase])
        return Verdict(severity, tuple(chances), self._themes(fitted, evidence))

    def _themes(self, fitted: Fitted, evidence: Evidence) -> dict[str, float]:
        return {
            theme: fitted.theme[theme].chance(evidence.phrases.get(theme, 0), evidence.model_themes.get(theme, 0.0), evidence.encoder_themes.get(theme, 0.0))
            for theme in THEMES
        }


def _sigmoid(value: float) -> float:
    return 1 / (1 + exp(-value)) if value > -700 else 0.0


def _fitted(values: Mapping[str, object]) -> Fitted:
    levels = tuple(_weights(row) for row in values["levels"])  # type: ignore[attr-defined]
    theme = {name: _weights(row) for name, row in values["themes"].items()}  # type: ignore[attr-defined]
    return Fitted(levels, tuple(values["holds_from"]), theme)  # type: ignore[arg-type]


def _weights(row: Sequence[float]) -> Weights:
    return Weights(row[0], row[1], row[2], tuple(row[3:9]))
