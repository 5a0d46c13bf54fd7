"""The extension that this installation gives out, packed with its own key."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

from heedful.first_start import ensure_folder, sync_folder, write_aside
from heedful.gateway.extension_package import ExtensionPackage, build_package
from heedful.gateway.keys import extension_key


@lru_cache(maxsize=1)
def package() -> ExtensionPackage:
    """The CRX that this server ships; packed once per process. Raises ExtensionNotBuilt."""
    return numbered(extension_key(), update_url=f"{settings.DEVICE_URL}/extension/updates.xml", remembered=Path(settings.KEYS_DIR) / "extension-build.json")


def numbered(key: rsa.RSAPrivateKey, *, update_url: str, remembered: Path, folder: Path | None = None) -> ExtensionPackage:
    """Pack the built extension under a version that grows with each change of what is in it: 0.1.0, 0.1.0.1, 0.1.0.2.

    Browsers fetch nothing but a higher version: without it a build that nobody gave a new number would never reach them. The last build is kept
    beside the key, since a number that went back would stop all updates too. Two processes that start together give the same number.
    """
    plain = build_package(key, folder=folder, update_url=update_url)
    digest = hashlib.sha256(plain.crx).hexdigest()
    last = json.loads(remembered.read_text("utf-8")) if remembered.exists() else None
    number = 0 if last is None else int(last["build"]) + (last["digest"] != digest)
    if last is None or last["digest"] != digest:
        ensure_folder(remembered.parent)
        write_aside(remembered, json.dumps({"build": number, "digest": digest}).encode()).replace(remembered)
        sync_folder(remembered.parent)
    if number == 0 or plain.version.count(".") == 3:
        return plain
    return build_package(key, folder=folder, update_url=update_url, version=f"{plain.version}.{number}")
