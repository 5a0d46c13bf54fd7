"""Several connections at one database, as the server's processes have: each piece of work runs in a thread with its own.

Django's test database is in memory on SQLite, where threads do not wait for one another as processes do on a file:
there the work runs on a database file, which has the tables of the models that the test names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from django.db import connection
from django.db.models import Model

Answer = TypeVar("Answer")


class Contention:
    """A database that several threads use at once. `folder` holds the file, on SQLite."""

    def __init__(self, folder: Path, models: Sequence[type[Model]]) -> None:
        self.file = folder / "contended.sqlite3" if connection.vendor == "sqlite" else None
        if self.file:
            self.run(lambda: _make_tables(models))

    def together(self, work: Callable[[int], Answer], *, threads: int) -> list[Answer]:
        """Call `work(0)`, `work(1)`… at the same time; their answers in order. What one raises is raised here."""
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(lambda number: self._with_connection(lambda: work(number)), range(threads)))

    def run(self, work: Callable[[], Answer]) -> Answer:
        """Call `work` on this database, in a thread."""
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(self._with_connection, work).result()

    def _with_connection(self, work: Callable[[], Answer]) -> Answer:
        connection.ensure_connection() if self.file is None else self._use_file()
        try:
            return work()
        finally:
            connection.close()

    def _use_file(self) -> None:
        # A thread's connection is its own object; its settings are shared, so they are replaced and not changed.
        connection.settings_dict = connection.settings_dict | {"NAME": str(self.file)}
        connection.is_in_memory_db = lambda: False  # else close() does nothing


def _make_tables(models: Sequence[type[Model]]) -> None:
    with connection.schema_editor() as editor:
        for model in models:
            editor.create_model(model)
