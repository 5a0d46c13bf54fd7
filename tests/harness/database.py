"""Chooses the database before Django reads its settings: `pytest --database=sqlite` (the default) or `postgresql`.

The choice has to be known before any conftest imports a model, so it is read from the command line when the root
conftest is imported; `pytest_addoption` makes pytest know the option and refuse other values.
"""

from __future__ import annotations

import argparse
import atexit
import os
import shlex
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.harness.postgres import create_database, postgres_server

CHOICES = ("sqlite", "postgresql")
_held = ExitStack()


def chosen_database(arguments: list[str]) -> str:
    """Return the database that these pytest arguments ask for."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--database", default=CHOICES[0])
    options, _ = parser.parse_known_args(arguments)
    return str(options.database)


def prepare_environment() -> None:
    """Give this process a data folder and a database of its own, and set Django up on them."""
    arguments = shlex.split(os.environ.get("PYTEST_ADDOPTS", "")) + sys.argv[1:]
    for name in [name for name in os.environ if name.startswith("HEEDFUL_")]:
        del os.environ[name]  # a developer's own installation must neither help nor suffer
    folder = Path(_held.enter_context(tempfile.TemporaryDirectory(prefix="heedful-tests-", ignore_cleanup_errors=True)))
    atexit.register(_held.close)
    os.environ["HEEDFUL_DATA_DIR"] = str(folder)
    os.environ["HEEDFUL_DETECTION_LAYERS"] = "phrases"  # what weights have learnt moves with each training; a test asks for all
    if chosen_database(arguments) == "postgresql":
        socket_folder = _held.enter_context(postgres_server())
        os.environ["HEEDFUL_DATABASE_URL"] = create_database(socket_folder, "heedful")
    else:
        os.environ["HEEDFUL_DATABASE_URL"] = f"sqlite:///{folder / 'heedful.sqlite3'}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "heedful.settings"
    import django

    django.setup()
    _hash_passwords_cheaply()
    _make_tables_at_once()


def _make_tables_at_once() -> None:
    """The test database gets today's tables, as an empty installation does; `tests/test_migrations.py` walks through the migrations."""
    from django.db import connections

    connections["default"].settings_dict["TEST"]["MIGRATE"] = False


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """With every migration written down as done."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    with django_db_blocker.unblock():
        executor = MigrationExecutor(connection)
        executor.recorder.ensure_schema()
        for app, name in sorted(executor.loader.graph.nodes):
            executor.recorder.record_applied(app, name)


def _hash_passwords_cheaply() -> None:
    """Argon2 is slow on purpose; tests sign in hundreds of times."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=CHOICES, default=CHOICES[0], help="the database that the tests run on")


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.getoption('--database')}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run what asks for a database, and what begins processes that do; the rest has run beside SQLite, and is the same."""
    if config.getoption("--database") != "postgresql":
        return
    apart = [item for item in items if not _asks_for_a_database(item)]
    if apart:
        items[:] = [item for item in items if _asks_for_a_database(item)]
        config.hook.pytest_deselected(items=apart)


def _asks_for_a_database(item: pytest.Item) -> bool:
    asked = set(getattr(item, "fixturenames", ()))
    return bool(asked & {"db", "transactional_db", "live_server"} or item.get_closest_marker("django_db") or "commands" in item.path.parts)
