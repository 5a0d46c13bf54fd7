"""The contract's small model: a throw-away one, learnt from lines invented here by whole numbers alone, so that it is the same everywhere.

`python -m tests.matching.small_model` writes contracts/matching/model/device.bin and what its vectors expect now; the diff
is the review. It stays as it is: a change of its features is a new model for every school.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from heedful.detection import model_judge
from heedful.detection.bundle import Bundle, load_bundle
from heedful.detection.engine import assess
from heedful.detection.model import ALWAYS, NEVER, Header, Model, ThemeHead, pack, root_by_count
from heedful.detection.model_features import featurise
from heedful.detection.shipped import compile_folder
from heedful.detection.values import Observation, as_score

FOLDER = Path(__file__).parents[2] / "contracts" / "matching"
FILE, VECTORS = FOLDER / "model" / "device.bin", FOLDER / "model" / "vectors.json"
LINES: dict[str, tuple[str, ...]] = {
    "suicide": (
        "nobody would notice if i was gone", "i dont see the point of waking up any more", "everyone would be better off without me",
        "i have written my letter and it will be over soon", "i just want it all to stop for good", "there is nothing left for me here",
        "i wont be here next week so you can have my things", "i cant carry on living like this",
    ),
    "violence": (
        "he is going to get what is coming after school", "i am waiting for him at the gates with my brother", "they will be sorry when i come in on monday",
        "im gonna make her bleed", "we jump him at lunch", "watch your back you are getting hurt",
    ),
    "sexual_exploitation": (
        "dont tell your mum about us", "this is our secret ok", "he says he is twenty and he sends me money for pictures",
        "are you home alone tonight", "he wants me to meet him in the car park by myself", "you are so mature for your age",
    ),
    "bullying": ("everybody in the group hates her", "make a page about how ugly she is", "you have no friends and never will", "dont let him sit with us he smells"),
    "drugs": ("can you get me some for the party", "he sells it behind the shop", "i took two of them and felt sick"),
    "language": ("what the hell was that", "this is so bloody stupid"),
    "": (
        "what time does the bus leave", "i have maths homework for monday", "can we play football at lunch", "mum says tea is at six",
        "the party is on saturday at my house", "he scored two at the weekend", "i lost my letter from the trip", "did you see the new film",
        "our group has to make a page about rivers", "everyone is going to the shop after school", "i want to go home now i am tired",
        "the teacher was waiting for us at the gates", "my brother sells his old bike", "stop copying my work", "see you on monday",
        "she has to write about what she wants to be", "i am better at fifa than you", "you have no idea how good this is", "the photosynthesis essay is due",
        "kill you at fifa tonight", "bloody hell that was a good goal", "you loser i won again at mario kart lol", "we fight him in the last level of the game",
        "cocaine comes from a plant we did it in biology", "thank you for the lovely pictures of the dog", "is she home from the hospital",
    ),
}  # fmt: skip
THEMES = tuple(theme for theme in LINES if theme)
TURNS, MARGIN = 20, 8


def learnt() -> Model:
    """The model, made anew."""
    bundle = load_bundle(compile_folder(FOLDER / "library"))
    header = Header("small", 10, 8, tuple(ThemeHead(theme) for theme in THEMES), window=12, least_tokens=2, by_count=root_by_count(64, 256))
    labels, texts = zip(*((theme, line) for theme, lines in LINES.items() for line in lines), strict=True)
    batch = featurise(((text, ()) for text in texts), bundle.featuriser, concern_bits=10, theme_bits=8, window=12)
    rows = [batch.concern[a:b] for a, b in zip(batch.concern_starts, batch.concern_starts[1:], strict=False)]
    theme_rows = [batch.themes[a:b] for a, b in zip(batch.theme_starts, batch.theme_starts[1:], strict=False)]
    concern, bias = _perceptron(rows, [bool(label) for label in labels], 1 << 10)
    columns = [_perceptron(theme_rows, [label == theme for label in labels], 1 << 8) for theme in THEMES]
    weights = list(zip(*(column for column, _ in columns), strict=True))
    return _with_thresholds(pack(header, concern, weights, bias=bias, theme_biases=[b for _, b in columns]))


def _with_thresholds(model: Model) -> Model:
    """Bullying asks for more concern, bad language never fires and is never silenced; the rest are alike."""
    usual = {"fires_at": (400, 900), "silences_below": -400}
    own: dict[str, dict[str, Any]] = {"bullying": usual | {"fires_at": (700, NEVER)}, "language": {"fires_at": (NEVER, NEVER), "silences_below": ALWAYS}}
    themes = tuple(ThemeHead(head.name, head.bias, **(own.get(head.name, usual))) for head in model.header.themes)
    header = Header(
        model.header.name, 10, 8, themes, bias=model.header.bias, window=12, least_tokens=2, most_tokens={"displayed": 30, "file": 0}, lines_before=2,
        before_adds=1, by_count=model.header.by_count, source_offsets={"ai_chat": 150, "received": -200}, age_offsets={"ks1": 200}, units=model.header.units,
    )  # fmt: skip
    return Model(header, model.concern, model.themes)


def _perceptron(rows: Sequence[Sequence[int]], labels: Sequence[bool], buckets: int) -> tuple[list[int], int]:
    """Weights and bias, each the sum of what it was after every line."""
    weights, summed = [0] * buckets, [0] * buckets
    bias = bias_summed = 0
    for _ in range(TURNS):
        for row, label in zip(rows, labels, strict=True):
            sign = 1 if label else -1
            if sign * (bias + sum(weights[bucket] for bucket in row)) < MARGIN:
                bias += sign
                for bucket in row:
                    weights[bucket] += sign
            bias_summed += bias
        summed = [before + weight for before, weight in zip(summed, weights, strict=True)]
    return [weight * len(rows) for weight in summed], bias_summed


def bundle() -> Bundle:
    """The small library with the small model."""
    return load_bundle(compile_folder(FOLDER / "library", weights=FILE))


def observation_of(vector: dict[str, Any]) -> Observation:
    text = vector["text"] if "text" in vector else vector["repeat"]["text"] * vector["repeat"]["times"]
    return Observation(text, vector.get("source", "typed"), tuple(vector.get("context_before", ())))


def logits(observation: Observation, age_band: str, bundle: Bundle) -> dict[str, Any]:
    """The model's numbers for one text: concern by window alone, together, raising; the themes of the window that raises most."""
    assert bundle.model
    folded = bundle.folder.fold(observation.text)
    reading = model_judge.read(bundle.model, bundle.featuriser, bundle.reader.read(folded.view), folded.view, observation, age_band)
    if reading is None:
        return {}
    place = reading.raises.index(max(reading.raises))
    themes = model_judge.theme_logits(reading, place, bundle.model, bundle.featuriser)
    return {"alone": [*reading.alone], "together": [*reading.together], "raises": [*reading.raises], "themes": themes}


def expected(vector: dict[str, Any], bundle: Bundle) -> dict[str, Any]:
    """What a vector's `expect` holds."""
    observation, age_band = observation_of(vector), vector.get("age_band", "unknown")
    found = assess(observation, age_band=age_band, bundle=bundle)

    def hits(findings: Sequence[Any]) -> list[dict[str, Any]]:
        return [{"start": f.start, "end": f.end, "phrase": f.rule, "severity": f.severity} for f in findings]

    return {
        "severity": found.severity,
        "themes": {theme: as_score(score) for theme, score in found.themes.items()},
        "leaves_device": found.leaves_device(),
        "hits": hits(found.findings),
        "silenced": hits(found.silenced),
        "logits": logits(observation, age_band, bundle),
    }


def write() -> None:
    FILE.write_bytes(learnt().to_bytes())
    with_model = bundle()
    vectors = [vector | {"expect": expected(vector, with_model)} for vector in json.loads(VECTORS.read_text("utf-8"))]
    VECTORS.write_text("[\n" + ",\n".join(f"  {json.dumps(vector)}" for vector in vectors) + "\n]\n", "utf-8")


if __name__ == "__main__":
    sys.exit(write())
