"""Every example in contracts/examples is judged as its folder says, by the validator that the gateway uses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from heedful.gateway.contract import first_fault

EXAMPLES = Path(__file__).parents[2] / "contracts" / "examples"
VALID = sorted((EXAMPLES / "valid").glob("*.json"))
INVALID = sorted((EXAMPLES / "invalid").glob("*.json"))


def test_there_are_enough_examples() -> None:
    assert len(VALID) >= 12
    assert len(INVALID) >= 25


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_example_fits(path: Path) -> None:
    assert first_fault("capture", json.loads(path.read_text("utf-8"))) is None


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_an_invalid_example_does_not_fit_and_its_fault_shows_no_text(path: Path) -> None:
    fault = first_fault("capture", json.loads(path.read_text("utf-8")))
    assert fault is not None
    assert "kill" not in " ".join(fault)


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_the_spans_of_a_valid_example_lie_in_its_text(path: Path) -> None:
    example = json.loads(path.read_text("utf-8"))
    assert all(0 <= hit["start"] < hit["end"] <= len(example["text"]) for hit in example["hits"])
