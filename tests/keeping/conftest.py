"""Fixtures of the tests of keeping: a filled installation per engine, and empty places to restore into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.harness.postgres import create_database, postgres_server
from tests.keeping.installation import Installation

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Path]:
    """A PostgreSQL server for installations of their own."""
    with postgres_server() as folder:
        yield folder


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str], Installation]:
    """Makes an empty place on the engine of this name."""

    def make(engine: str) -> Installation:
        number = next(_numbers)
        url = create_database(request.getfixturevalue("postgres"), f"keeping_{number}") if engine == "postgresql" else ""
        return Installation(tmp_path / f"place-{number}", url)

    return make
