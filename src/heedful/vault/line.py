"""Work that may not meet: backup, retention and key rotation each take the whole data folder for themselves, and wait for one another."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from heedful.first_start import held


@contextmanager
def keepers_in_line() -> Iterator[None]:
    """Wait until no other keeper of the data folder works. The lock goes with the process, however it ends.

    A rotation in the middle of a backup would leave pictures under keys that the copied database doesn't have; a
    deletion in its middle would leave rows without their pictures. Devices and people don't wait for this.
    """
    with held(_file()):
        yield


@contextmanager
def keepers_place_if_free() -> Iterator[bool]:
    """Take the place where no other keeper works, and say whether it was free. For small work that can come later."""
    descriptor = os.open(_file(), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def _file() -> Path:
    return Path(settings.DATA_DIR) / "keepers.lock"
