"""Every vector of contracts/matching: hits, themes, severity and whether the line leaves the device."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from heedful.detection.bundle import Bundle
from heedful.detection.engine import assess
from heedful.detection.shipped import load_shipped_bundle
from heedful.detection.tests import small
from heedful.detection.values import Observation, as_score

CONTRACTS = Path(__file__).parents[4] / "contracts" / "matching"
SHIPPED_VECTORS = "shipped.json"


def _vectors() -> list[Any]:
    return [
        pytest.param(path.name, vector, id=f"{path.stem}: {vector['name']}")
        for path in sorted(CONTRACTS.glob("*.json"))
        for vector in json.loads(path.read_text())
    ]


@cache
def _bundle(file: str) -> Bundle:
    return load_shipped_bundle() if file == SHIPPED_VECTORS else small.bundle()


def text_of(vector: dict[str, Any]) -> str:
    return vector["text"] if "text" in vector else vector["repeat"]["text"] * vector["repeat"]["times"]


@pytest.mark.parametrize(("file", "vector"), _vectors())
def test_vector_gives_what_it_says(file: str, vector: dict[str, Any]) -> None:
    observation = Observation(text_of(vector), vector.get("source", "typed"), tuple(vector.get("context_before", ())))
    assessment = assess(observation, age_band=vector.get("age_band", "unknown"), bundle=_bundle(file))
    given = {
        "severity": assessment.severity,
        "themes": {theme: as_score(score) for theme, score in assessment.themes.items()},
        "leaves_device": assessment.leaves_device(),
        "hits": [{"start": f.start, "end": f.end, "phrase": f.rule, "severity": f.severity} for f in assessment.findings],
    }
    assert given == vector["expect"]


def test_there_are_enough_vectors_and_their_names_differ() -> None:
    names = [vector["name"] for path in CONTRACTS.glob("*.json") for vector in json.loads(path.read_text()) if path.name != SHIPPED_VECTORS]
    assert len(names) >= 300
    assert len(set(names)) == len(names)
