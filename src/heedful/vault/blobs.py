"""Sealed files below the data folder: pictures. What lies here is ciphertext; nothing serves it but an authorised view."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from heedful.first_start import ensure_folder, sync_folder, write_aside
from heedful.vault.envelope import VaultError

_NAME = re.compile(r"[0-9a-f-]{36}")


def write_blob(*, school_id: int, name: str, sealed: bytes) -> None:
    """Write a sealed file, synced to disk with its folder before it returns. Writing the same name again replaces it whole."""
    path = _path(school_id, name)
    os.replace(write_aside(path, sealed), path)
    sync_folder(path.parent)


def read_blob(*, school_id: int, name: str) -> bytes:
    """The sealed bytes. Raises VaultError where there is no such file."""
    try:
        return _path(school_id, name).read_bytes()
    except FileNotFoundError:
        raise VaultError("a sealed file is missing from the data folder; restore it from the backup") from None


def has_blob(*, school_id: int, name: str) -> bool:
    """Whether there is a sealed file of this name."""
    return _path(school_id, name).exists()


def blobs_of_school(school_id: int) -> Iterator[tuple[str, bytes, float]]:
    """Name, first bytes and time of writing (POSIX) of every sealed file that lies there for the school, named by a row or not."""
    for path in sorted((Path(settings.DATA_DIR) / "blobs" / str(school_id)).glob("*.sealed")):
        try:
            with path.open("rb") as file:
                start = file.read(5)
            yield path.stem, start, path.stat().st_mtime
        except FileNotFoundError:
            continue  # it went while we looked


def remove_blob(*, school_id: int, name: str) -> None:
    _path(school_id, name).unlink(missing_ok=True)


def shred_blob(*, school_id: int, name: str) -> None:
    """Overwrite the file with noise, then remove it, both synced to disk. Nothing happens where there is none; a second time finishes a first.

    A disk may keep old blocks elsewhere: what makes the content unreadable is that its key is gone.
    """
    path = _path(school_id, name)
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def _path(school_id: int, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise VaultError("a sealed file's name is a UUID")
    return ensure_folder(Path(settings.DATA_DIR) / "blobs" / str(school_id)) / f"{name}.sealed"
