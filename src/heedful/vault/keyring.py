"""The installation's keys: in a file of mode 0600 below the data folder, or given by HEEDFUL_INSTALLATION_KEY."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from django.conf import settings

from heedful.first_start import secret_from_file, sync_folder, write_aside
from heedful.vault.envelope import KEY_BYTES, VaultError, fingerprint, key_from_text

FILE_NAME = "installation.key"


def key_file() -> Path:
    return Path(settings.KEYS_DIR) / FILE_NAME


def installation_keys() -> dict[str, bytes]:
    """All installation keys by fingerprint, the current one first.

    The file holds one key a line, newest first; older ones are kept until every school's key is wrapped anew.
    """
    text = settings.INSTALLATION_KEY or secret_from_file(key_file(), make=base64.b64encode(secrets.token_bytes(KEY_BYTES)))
    keys = [key_from_text(line) for line in text.split()]
    if not keys:
        raise VaultError("there is no installation key; restore the key file from its backup")
    return {fingerprint(key): key for key in keys}


def write_keys(keys: list[bytes]) -> None:
    """Replace the key file whole (write aside, sync, rename), newest key first."""
    path = key_file()
    os.replace(write_aside(path, b"\n".join(base64.b64encode(key) for key in keys) + b"\n"), path)
    sync_folder(path.parent)
