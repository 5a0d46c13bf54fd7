"""AES-256-GCM envelopes: pure. Layout: 1 byte format, 4 bytes key version, 12 bytes nonce, ciphertext with tag.

The additional data binds a ciphertext to its place (school, table, field, row), so that a row's text can't be
passed off as another's. NIST SP 800-38D; nonces are random, at most 2^32 per key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = 1
KEY_BYTES = 32


class VaultError(Exception):
    """A ciphertext or key can't be opened: wrong key, wrong place or torn. Never holds any content."""


@dataclass(frozen=True)
class Place:
    """Where a ciphertext belongs."""

    school_id: int
    table: str
    field: str
    row: str

    def additional_data(self) -> bytes:
        return "\x1f".join((str(self.school_id), self.table, self.field, self.row)).encode()


def key_from_text(text: str) -> bytes:
    """Read an installation key: base64 of 32 bytes. Raises VaultError that says what was got instead."""
    try:
        key = base64.b64decode(text.strip(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise VaultError("the installation key is not base64; it takes 32 bytes as base64") from None
    if len(key) != KEY_BYTES:
        raise VaultError(f"the installation key has {len(key)} bytes; it takes {KEY_BYTES}")
    return key


def fingerprint(key: bytes) -> str:
    """A name for a key that tells nothing of it: 16 hex digits of its hash."""
    return hashlib.sha256(b"heedful-key-name" + key).hexdigest()[:16]


def envelope_start(version: int) -> bytes:
    """How everything that this key version sealed begins."""
    return bytes([FORMAT]) + version.to_bytes(4, "big")


def seal(key: AESGCM, version: int, plain: bytes, place: Place) -> bytes:
    nonce = secrets.token_bytes(12)
    return envelope_start(version) + nonce + key.encrypt(nonce, plain, place.additional_data())


def version_of(sealed: bytes) -> int:
    """The key version that sealed this; raises VaultError where it is no envelope of ours."""
    if len(sealed) < 33 or sealed[0] != FORMAT:
        raise VaultError("not a sealed value, or torn")
    return int.from_bytes(sealed[1:5], "big")


def open_sealed(key: AESGCM, sealed: bytes, place: Place) -> bytes:
    try:
        return key.decrypt(sealed[5:17], sealed[17:], place.additional_data())
    except InvalidTag:
        raise VaultError(f"can't open {place.table}.{place.field}: wrong key, wrong row or torn") from None
