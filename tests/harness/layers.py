"""All layers of detection without learnt weights: an encoder that reads each text as a test says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from heedful.detection.encoder import Reading
from heedful.detection.fusion import Fitted, Fusion, Weights
from heedful.detection.values import THEMES
from tests.harness.westbrook import TEXTS

SURE = 10.0  # a logit


class ToldEncoder:
    """Reads each text as the severity and theme that `reads` says; the harness's own texts as their phrases do, all else as nothing."""

    version = "told"

    def __init__(self, reads: Mapping[str, tuple[int, str]]) -> None:
        self.reads = dict(reads)
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def read(self, text: str, source: str = "typed", before: Sequence[str] = ()) -> Reading:
        self.asked.append((text, tuple(before)))
        severity, theme = self.reads.get(text, (next((level for level, known in TEXTS.items() if known == text), 0), "low_mood"))
        themes = {name: SURE if name == theme else -SURE for name in THEMES}
        return Reading(themes, tuple(SURE if severity >= level else -SURE for level in range(1, 6)), "disclosure", "first")


def fusion_that_believes_the_encoder() -> Fusion:
    """What the encoder says stands, but for what no model may do."""
    weights = Weights(0.0, 0.0, 1.0, (0.0,) * 6)
    return Fusion({"encoder": Fitted((weights,) * 5, (0.5,) * 5, dict.fromkeys(THEMES, weights))})
