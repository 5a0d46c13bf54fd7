"""The signing vectors are what the contract says, and the gateway's own signing agrees with them."""

from __future__ import annotations

import base64
import json

import pytest

from heedful.gateway.signing import bundle_bytes, from_base64url, is_signed_by, policy_bytes, request_bytes, sign
from tests.contracts.make_signing_vectors import TARGET, as_text, key_named

FILE = json.loads(TARGET.read_text("utf-8"))
DEVICE_KEY = from_base64url(FILE["keys"]["device"]["public_key"])
SERVER_KEY = from_base64url(FILE["keys"]["server"]["public_key"])


def test_the_file_is_what_its_script_writes() -> None:
    assert TARGET.read_text("utf-8") == as_text()
    assert len(FILE["requests"]) >= 8


@pytest.mark.parametrize("vector", FILE["requests"], ids=lambda vector: vector["name"])
def test_a_request_is_signed_alike(vector: dict[str, str]) -> None:
    body = base64.b64decode(vector["body_base64"])
    message = request_bytes(method=vector["method"], path=vector["path"], device=vector["device"], sequence=int(vector["sequence"]), body=body)
    assert message.decode() == vector["signed"]
    assert sign(key_named("device"), message) == vector["signature"]
    assert is_signed_by(DEVICE_KEY, vector["signature"], message)
    assert not is_signed_by(DEVICE_KEY, vector["signature"], message + b" ")
    assert not is_signed_by(SERVER_KEY, vector["signature"], message)


@pytest.mark.parametrize("vector", FILE["answers"], ids=lambda vector: vector["name"])
def test_an_answer_is_signed_alike(vector: dict[str, str]) -> None:
    body = base64.b64decode(vector["body_base64"])
    message = policy_bytes(device=vector["device"], body=body) if vector["kind"] == "policy" else bundle_bytes(body)
    assert sign(key_named("server"), message) == vector["signature"]
    assert is_signed_by(SERVER_KEY, vector["signature"], message)
