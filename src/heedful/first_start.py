"""Files of the data folder: secrets that an installation makes for itself at first start (mode 0600), locks, whole writes."""

from __future__ import annotations

import base64
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def ensure_folder(folder: Path) -> Path:
    """Make the folder, closed to everybody else (0700), and return it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def sync_folder(folder: Path) -> None:
    """Make a new or renamed file's name outlive a power cut: what a key seals must not be durable before the key is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Wait for the lock on this file, made where it is missing, and hold it. It goes with the process, however that ends."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write_aside(path: Path, content: bytes) -> Path:
    """Write a file of mode 0600 beside `path`, whole and synced, for the caller to rename or link. Raises OSError when the disk is full."""
    aside = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            os.unlink(aside)
            raise
    return aside


def secret_from_file(path: Path, *, make: bytes | None = None) -> str:
    """Return the text in `path`; where it is missing make it once, safely when two processes start together.

    `make` is what to write (default: 48 random bytes as base64url).
    """
    content = make if make is not None else base64.urlsafe_b64encode(secrets.token_bytes(48))
    ensure_folder(path.parent)
    if not path.exists():
        # Written aside, then linked: a second starter never reads half a key, and the first one to link wins.
        aside = write_aside(path, content)
        try:
            os.link(aside, path)
        except FileExistsError:
            pass  # somebody else was first: theirs is the key
        finally:
            os.unlink(aside)
        sync_folder(path.parent)
    return path.read_text("ascii").strip()
