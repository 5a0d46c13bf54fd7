"""The installation's own keys for devices: one that signs policies and bundles, one that signs the extension package."""

from __future__ import annotations

import base64
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key
from django.conf import settings

from heedful.first_start import secret_from_file


def _keys_dir() -> Path:
    return Path(settings.KEYS_DIR)


@lru_cache(maxsize=1)
def server_key() -> Ed25519PrivateKey:
    """Signs policies and bundles; made at first start."""
    fresh = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    text = secret_from_file(_keys_dir() / "server-signing.key", make=base64.b64encode(fresh))
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(text))


@lru_cache(maxsize=1)
def server_public_key() -> bytes:
    return server_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


@lru_cache(maxsize=1)
def extension_key() -> rsa.RSAPrivateKey:
    """Signs the extension's CRX; its public half makes the extension id. Made when first asked for; back it up: a new one is a new extension."""
    path = _keys_dir() / "extension-signing.pem"
    fresh = b""
    if not path.exists():
        fresh = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
    key = load_pem_private_key(secret_from_file(path, make=fresh).encode(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key
