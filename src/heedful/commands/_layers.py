"""Which layers take part where a command judges without a database; none is left out in silence."""

from functools import lru_cache
from typing import TYPE_CHECKING

from heedful.detection.engine import assess
from heedful.detection.shipped import ModelMissing, load_shipped_bundle
from heedful.detection.values import LAYERS, AgeBand, Assessment, Layer, Observation

if TYPE_CHECKING:  # the encoder's libraries take 0.3 s and 60 MB: only who judges with it loads them
    from heedful.detection.detector import Detector
    from heedful.detection.encoder import Encoder
    from heedful.detection.fusion import Fusion

ORDER: tuple[Layer, ...] = ("phrases", "model", "encoder")
PHRASES: frozenset[Layer] = frozenset(("phrases",))
OF_DEVICES: frozenset[Layer] = frozenset(("phrases", "model"))


class LayerUnknown(ValueError):
    """A layer that there is not; the text names those that there are."""


def layers_named(given: str | None) -> frozenset[Layer] | None:
    """What `--layers` names; None where it was not given. Raises LayerUnknown."""
    if given is None:
        return None
    names = [name.strip() for name in given.split(",") if name.strip()]
    unknown = [name for name in names if name not in LAYERS]
    if unknown or not names:
        raise LayerUnknown(f"--layers: no layer {', '.join(map(repr, unknown)) or 'named'}; there are phrases, model, encoder")
    return frozenset(layer for layer in LAYERS if layer in names)


@lru_cache(maxsize=1)
def detector_of(layers: frozenset[Layer] | None) -> "Detector":
    """The layers asked for, or all that are here; once a process. Raises ModelMissing where one that was asked for is not, or is damaged."""
    from heedful.detection.detector import Detector

    bundle = load_shipped_bundle()
    if layers and "model" in layers and bundle.model is None:
        raise ModelMissing("the layer 'model' has no weights in the library: build it with them, or leave it out of --layers")
    encoder, fusion = _encoder(required=layers is not None) if layers is None or "encoder" in layers else (None, None)
    return Detector(bundle, encoder, fusion, LAYERS if layers is None else layers)


def told(detector: "Detector") -> str:
    """Which layers take part, and which are not here."""
    has = {"phrases": True, "model": detector.bundle.model is not None, "encoder": detector.encoder is not None}
    part = [layer for layer in ORDER if layer in detector.layers and has[layer]]
    missing = [layer for layer in ORDER if layer in detector.layers and not has[layer]]
    return f"judged by {', '.join(part)}" + (f"; no weights here for {', '.join(missing)}" if missing else "")


def on_device(detector: "Detector", observation: Observation, age_band: AgeBand) -> Assessment:
    """What a device makes of it: by phrases always, by the small model where that takes part."""
    return assess(observation, age_band=age_band, bundle=detector.bundle, layers=PHRASES | (detector.layers & OF_DEVICES))


def _encoder(*, required: bool) -> "tuple[Encoder | None, Fusion | None]":
    """The encoder and what fuses it with the rest; nothing where they are not here and need not be."""
    from heedful.detection.encoder import SHIPPED, Encoder, EncoderError
    from heedful.detection.fusion import Fusion, FusionError

    present = (SHIPPED / "encoder.onnx").exists() and (SHIPPED / "fusion.json").exists()
    if not present and not required:
        return None, None
    try:
        return Encoder(SHIPPED), Fusion.read(SHIPPED / "fusion.json")
    except (EncoderError, FusionError) as error:
        raise ModelMissing(f"the layer 'encoder': {error}") from error
    except Exception as error:  # each library that reads its part of a damaged file raises what it likes
        raise ModelMissing(
            f"the layer 'encoder' can't be loaded ({type(error).__name__}): install Heedful again, or leave it out of --layers"
        ) from error
