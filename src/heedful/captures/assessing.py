"""The door to detection: one detector per process, and what an assessment becomes in a row."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings

from heedful.captures.locked_lists import installed_lists
from heedful.captures.rules import REPORT_LEAST_SEVERITY, Source
from heedful.detection import model_judge
from heedful.detection.bundle import Bundle
from heedful.detection.engine import assess
from heedful.detection.shipped import ModelMissing, check_weights, load_shipped_bundle
from heedful.detection.values import AgeBand as AgeBandName
from heedful.detection.values import Finding, Layer, Observation
from heedful.detection.values import Source as SourceName
from heedful.thresholds.rules import Line, Route, Table, Urgency

if TYPE_CHECKING:  # the encoder's libraries take 0.3 s and 60 MB: only who judges loads them
    from heedful.detection.detector import Detector
    from heedful.detection.encoder import Encoder
    from heedful.detection.fusion import Fusion

ENCODER: Layer = "encoder"
WORDS: frozenset[Layer] = frozenset(("phrases",))
MODELS: frozenset[Layer] = frozenset(("model", "encoder"))
DEVICE_MODELS: tuple[Layer, ...] = ("model",)


class LayersNotReady(RuntimeError):
    """A layer that is switched on can't judge; the text says which, why, and the way out."""


@dataclass(frozen=True)
class Judged:
    """What the machine made of one text. `themes` is {theme: [thousandths, severity]}, `said` what its models thought of the whole of it.

    `silenced` are the phrases that were met and that the models set aside, as `findings` are; `words_severity` is what phrases alone say.
    """

    severity: int
    theme: str
    themes: dict[str, list[int]]
    findings: list[list[Any]]
    bundle_version: str
    said: list[str] = field(default_factory=list)
    silenced: list[list[Any]] = field(default_factory=list)
    words_severity: int | None = None  # None where no model had a say
    weights: dict[str, str] = field(default_factory=dict)

    def columns(self) -> dict[str, Any]:
        """What a capture's row holds of it."""
        names = ("severity", "theme", "themes", "findings", "said", "silenced", "words_severity", "bundle_version", "weights")
        return {name: getattr(self, name) for name in names}

    @property
    def levels(self) -> dict[str, int]:
        return {theme: severity for theme, (_, severity) in self.themes.items()}


@lru_cache(maxsize=1)
def bundle_in_use() -> Bundle:
    """The library that this process assesses with; loaded once."""
    return load_shipped_bundle()


@lru_cache(maxsize=1)
def detector_in_use() -> Detector:
    """The bundle with every layer that is switched on; loaded once, in about a second. Raises LayersNotReady."""
    from heedful.detection.detector import Detector

    encoder, fusion = _models()
    return Detector(bundle_in_use(), encoder, fusion, _layers())


@lru_cache(maxsize=1)
def quick_detector() -> Detector:
    """The same without the encoder, which takes some milliseconds a text: for what comes in bulk and is read a second time."""
    return replace(detector_in_use(), encoder=None, layers=_layers() - {ENCODER})


def reads_slowly() -> bool:
    """Whether all layers together are too slow for a large batch, so that it is judged twice."""
    return ENCODER in _layers()


def check_layers() -> str:
    """Load what the layers need and let it go again; says which are on, here and on devices. Raises LayersNotReady."""
    encoder, _ = _models()
    if "model" in _layers() and bundle_in_use().model is None:
        raise LayersNotReady(
            "HEEDFUL_DETECTION_LAYERS names 'model' and the library that devices load has none: run 'heedful bundle build', or leave 'model' out"
        )
    version = f" (encoder {encoder.version})" if encoder else ""
    return f"here {', '.join(sorted(_layers()))}{version}; on devices {', '.join(device_layers())}"


def device_layers() -> list[Layer]:
    """What the policy lets devices judge with: phrases always, else nothing would come; the small model where the setting names it."""
    return ["phrases", *(layer for layer in DEVICE_MODELS if layer in _layers())]


def _layers() -> frozenset[Layer]:
    layers: frozenset[Layer] = settings.DETECTION_LAYERS
    return layers


def _models() -> tuple[Encoder | None, Fusion | None]:
    layers = _layers()
    if not layers & MODELS:
        return None, None
    from heedful.detection.encoder import SHIPPED, EncoderError
    from heedful.detection.fusion import Fusion, FusionError

    try:
        check_weights(layers)
        return _encoder(SHIPPED) if ENCODER in layers else None, Fusion.read(SHIPPED / "fusion.json")
    except (ModelMissing, EncoderError, FusionError) as fault:
        raise LayersNotReady(f"HEEDFUL_DETECTION_LAYERS: {fault} (HEEDFUL_DETECTION_LAYERS=phrases has no weights)") from fault


def _encoder(folder: Path) -> Encoder:
    from heedful.detection.encoder import Encoder, EncoderError

    try:
        return Encoder(folder)
    except EncoderError:
        raise
    except Exception as fault:  # each library that reads its part of a damaged file raises what it likes
        text = f"the sentence encoder can't be loaded ({type(fault).__name__}): install Heedful again, or switch the layer off"
        raise EncoderError(text) from fault


def forget_detection() -> None:
    """Load everything anew at the next use: a test has changed the library or the layers."""
    for cached in (bundle_in_use, detector_in_use, quick_detector, weights_in_use, meanings, guidance):
        cached.cache_clear()


@lru_cache(maxsize=1)
def meanings() -> dict[str, str]:
    """What each rule means in plain English, by its id: every phrase, and the models for each theme."""
    bundle = bundle_in_use()
    return model_judge.meanings(bundle) | {phrase.id: phrase.meaning for phrase in bundle.phrases}


@lru_cache(maxsize=1)
def guidance() -> dict[str, str]:
    """What a trained reader should hold in mind, by theme."""
    return {str(theme["name"]): str(theme["guidance"]) for theme in bundle_in_use().content["themes"]}


def judge(text: str, *, source: str, age_band: str, url: str = "", before: tuple[str, ...] = (), is_quick: bool = False) -> Judged:
    """Assess one captured text with the lines before it; `is_quick` leaves the encoder out. A report ("tell someone") is never below severity 3."""
    detector = quick_detector() if is_quick else detector_in_use()
    observation = Observation(text=text, source=cast(SourceName, source), context_before=before, url=url)
    assessment = detector.assess(observation, age_band=cast(AgeBandName, age_band), locked=installed_lists())
    themes = {theme: [score, assessment.theme_severities[theme]] for theme, score in assessment.themes.items()}
    words_severity = None
    if _layers() & MODELS:
        words_severity = assess(
            observation, age_band=cast(AgeBandName, age_band), bundle=detector.bundle, locked=installed_lists(), layers=WORDS
        ).severity
    top = max(themes, key=lambda theme: (themes[theme][1], themes[theme][0], theme), default="")
    severity = assessment.severity
    if source == Source.REPORT:
        severity = max(severity, REPORT_LEAST_SEVERITY)
    return Judged(
        severity,
        top,
        themes,
        _rows(assessment.findings),
        detector.bundle.version,
        list(assessment.said),
        _rows(assessment.silenced),
        words_severity,
        _weights(detector.encoder is not None),
    )


def _weights(has_encoder: bool) -> dict[str, str]:
    """Which weights judge beside the library, whose version covers the small model."""
    return {name: version for name, version in weights_in_use().items() if has_encoder or name != ENCODER}


@lru_cache(maxsize=1)
def weights_in_use() -> dict[str, str]:
    """The version of the encoder and the first 12 hex digits of the hash of the fusion's numbers, where they are loaded."""
    if not _layers() & MODELS:
        return {}
    from heedful.detection.encoder import SHIPPED

    detector, path = detector_in_use(), SHIPPED / "fusion.json"
    found: dict[str, str] = {ENCODER: detector.encoder.version} if detector.encoder else {}
    if detector.fusion and path.exists():
        found["fusion"] = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return found


def _rows(findings: tuple[Finding, ...]) -> list[list[Any]]:
    return [[f.theme, f.start, f.end, f.rule, f.severity, f.why] for f in findings]


def line_of(table: Table, levels: dict[str, int], *, source: str, age_band: str) -> Line:
    """Route and urgency of a capture by this table. A child who has asked for help is read by the lead the same day, whatever the words say."""
    line = table.decide(levels, age_band)
    if source != Source.REPORT:
        return line
    return Line(Route.SAFEGUARDING, line.urgency if line.urgency == Urgency.NOW else Urgency.TODAY)
