"""Signatures on the wire, as contracts/device-api.md says: pure but for the installation's own key, which the caller gives."""

from __future__ import annotations

import base64
import binascii
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ENROLLING = "enrol"


def to_base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """Decode without padding. Raises ValueError where it is not base64url."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as fault:
        raise ValueError("not base64url") from fault


def request_bytes(*, method: str, path: str, device: str, sequence: int, body: bytes) -> bytes:
    """What a device signs: six lines. `path` includes the query, as sent."""
    digest = hashlib.sha256(body).hexdigest()
    return f"heedful-device-v1\n{method}\n{path}\n{device}\n{sequence}\n{digest}\n".encode()


def policy_bytes(*, device: str, body: bytes) -> bytes:
    return f"heedful-policy-v1\n{device}\n{hashlib.sha256(body).hexdigest()}\n".encode()


def bundle_bytes(body: bytes) -> bytes:
    return f"heedful-bundle-v1\n{hashlib.sha256(body).hexdigest()}\n".encode()


def is_signed_by(public_key: bytes, signature: str, message: bytes) -> bool:
    """Whether the base64url signature is this key's. False for anything malformed."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(from_base64url(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def sign(key: Ed25519PrivateKey, message: bytes) -> str:
    return to_base64url(key.sign(message))
