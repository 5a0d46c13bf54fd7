"""Every example of an enrolment and a heartbeat is judged as its folder says, and the hash of managed values is the agreed one."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from heedful.devices.rules import policy_hash, token_hash
from heedful.gateway.contract import first_fault

CONTRACTS = Path(__file__).parents[2] / "contracts"
EXAMPLES = CONTRACTS / "examples"
VECTORS = json.loads((CONTRACTS / "policy-hash-vectors.json").read_text("utf-8"))


def examples(folder: str) -> list[tuple[str, Path]]:
    return [(name, path) for name in ("enrol", "heartbeat") for path in sorted((EXAMPLES / name / folder).glob("*.json"))]


def named(given: object) -> str:
    return given.stem if isinstance(given, Path) else str(given)


@pytest.mark.parametrize(("schema", "path"), examples("valid"), ids=named)
def test_a_valid_example_fits(schema: str, path: Path) -> None:
    assert first_fault(schema, json.loads(path.read_text("utf-8"))) is None


@pytest.mark.parametrize(("schema", "path"), examples("invalid"), ids=named)
def test_an_invalid_example_does_not_fit(schema: str, path: Path) -> None:
    assert first_fault(schema, json.loads(path.read_text("utf-8"))) is not None


def test_both_have_examples_of_both_kinds() -> None:
    assert {schema for schema, _ in examples("valid")} == {schema for schema, _ in examples("invalid")} == {"enrol", "heartbeat"}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["serverUrl"])
def test_the_hash_of_managed_values_is_the_agreed_one(vector: dict[str, str]) -> None:
    device, chromeos = (token_hash(vector[name]) if vector[name] else "" for name in ("deviceEnrolToken", "chromeosEnrolToken"))
    assert vector["hashed"].split("\n") == ["heedful-values-v1", vector["serverUrl"], device, chromeos, ""]
    made = policy_hash(server_url=f"{vector['serverUrl']}/", device_token_hash=device, chromeos_token_hash=chromeos)
    assert made == hashlib.sha256(vector["hashed"].encode()).hexdigest() == vector["policy_hash"]
