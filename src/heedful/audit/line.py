"""Writers of one machine, in a fair line.

SQLite lets one writer in at a time, and those who wait sleep and look again: under load the unlucky wait for seconds.
A lock of the operating system wakes them in turn instead. PostgreSQL needs none of this.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from heedful.first_start import held


@contextmanager
def writers_in_line() -> Iterator[None]:
    """Wait for one's turn before a transaction that writes much. The lock goes with the process, however it ends."""
    if connection.vendor != "sqlite":
        yield
        return
    with held(Path(settings.DATA_DIR) / "writers.lock"):
        yield
