"""Writes contracts/signing-vectors.json: run it by hand when the contract changes (`python -m tests.contracts.make_signing_vectors`).

The keys are fixed and for tests alone: each is the SHA-256 of its name. Ed25519 is deterministic, so the file is too.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

TARGET = Path(__file__).parents[2] / "contracts" / "signing-vectors.json"
DEVICE = "6f1c2a34-9d0b-4f7e-8a55-0c9d3e2b1a77"
OTHER_DEVICE = "00000000-0000-4000-8000-000000000001"
REQUESTS: list[tuple[str, str, str, str, int, bytes]] = [
    ("enrolment", "POST", "/device/v1/enrol", "enrol", 0, b'{"token":"t","public_key":"p","platform":{"os":"linux"}}'),
    ("policy of nobody", "GET", "/device/v1/policy?account=", DEVICE, 1, b""),
    ("policy of an address, percent-encoded", "GET", "/device/v1/policy?account=sam.reed%40larkhill.example", DEVICE, 2, b""),
    ("one capture", "POST", "/device/v1/captures", DEVICE, 3, b'{"captures":[{"id":"018f2d6e-7c1a-7b3c-9d2e-1f0a9b8c7d6e"}]}'),
    ("body beyond ASCII", "POST", "/device/v1/captures", DEVICE, 4, '{"captures":[{"text":"naïve café 🔪"}]}'.encode()),
    ("heartbeat", "POST", "/device/v1/heartbeat", DEVICE, 5, b'{"tests":[]}'),
    ("greatest number", "POST", "/device/v1/heartbeat", DEVICE, 9007199254740991, b"{}"),
    ("empty body is not no body, but signs the same", "POST", "/device/v1/heartbeat", DEVICE, 6, b""),
    ("below a folder", "GET", "/heedful/device/v1/policy?account=a%2Bb", OTHER_DEVICE, 7, b""),
    ("bytes that are no text", "POST", "/device/v1/captures", OTHER_DEVICE, 8, bytes(range(256))),
]
ANSWERS: list[tuple[str, str, str | None, bytes]] = [
    ("policy", "policy", DEVICE, b'{"version":"1","monitor":true}'),
    ("policy, beyond ASCII", "policy", DEVICE, '{"school":{"name":"Ysgol Tŷ Coch"}}'.encode()),
    ("policy of another device", "policy", OTHER_DEVICE, b'{"version":"1","monitor":true}'),
    ("bundle", "bundle", None, b"\x1f\x8b\x08\x00 not really gzip"),
    ("empty bundle", "bundle", None, b""),
]


def key_named(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"heedful test key: {name}".encode()).digest())


def _url64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _key_entry(name: str) -> dict[str, str]:
    key = key_named(name)
    return {"seed": _url64(hashlib.sha256(f"heedful test key: {name}".encode()).digest()), "public_key": _url64(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))}


def _request(name: str, method: str, path: str, device: str, sequence: int, body: bytes) -> dict[str, Any]:
    message = "\n".join(["heedful-device-v1", method, path, device, str(sequence), hashlib.sha256(body).hexdigest(), ""])
    return {
        "name": name,
        "method": method,
        "path": path,
        "device": device,
        "sequence": sequence,
        "body_base64": base64.b64encode(body).decode(),
        "signed": message,
        "signature": _url64(key_named("device").sign(message.encode())),
    }


def _answer(name: str, kind: str, device: str | None, body: bytes) -> dict[str, Any]:
    lines = [f"heedful-{kind}-v1", *([device] if device else []), hashlib.sha256(body).hexdigest(), ""]
    signature = _url64(key_named("server").sign("\n".join(lines).encode()))
    return {"name": name, "kind": kind, "device": device, "body_base64": base64.b64encode(body).decode(), "signature": signature}


def vectors() -> dict[str, Any]:
    """The whole file. `signed` shows the six lines in the clear; each signature is by the key named `device` or `server`."""
    return {
        "about": "Signatures for both languages; see device-api.md. The keys are for tests alone.",
        "keys": {"device": _key_entry("device"), "server": _key_entry("server")},
        "requests": [_request(*row) for row in REQUESTS],
        "answers": [_answer(*row) for row in ANSWERS],
    }


def as_text() -> str:
    return json.dumps(vectors(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TARGET.write_text(as_text(), "utf-8")
