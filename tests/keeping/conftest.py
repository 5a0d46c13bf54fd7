"""Fixtures of the tests of keeping: a filled installation per engine, and empty places to restore into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.harness.postgres import create_database, postgres_server
from tests.keeping.installation import Installation

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Path]:
    """A PostgreSQL server for installations of their own."""
    with postgres_server() as folder:
        yield folder


@dataclass(frozen=True)
class Source:
    """A filled installation that tests only read, what is in it, its recovery key and one backup of it."""

    here: Installation
    filled: dict[str, Any]
    recovery: Path
    archive: Path


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Callable[[str], Source]:
    """The one filled installation of each engine, made when first asked for."""

    @lru_cache
    def make(engine: str) -> Source:
        folder = tmp_path_factory.mktemp(f"source-{engine}")
        url = create_database(request.getfixturevalue("postgres"), "keeping_source") if engine == "postgresql" else ""
        here = Installation(folder / "data", url)
        filled = here.does("fill")
        recovery = here.makes_recovery_key(folder / "recovery")
        return Source(here, filled, recovery, here.backs_up(folder / "backups"))

    return make


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str], Installation]:
    """Makes an empty place on the engine of this name."""

    def make(engine: str) -> Installation:
        number = next(_numbers)
        url = create_database(request.getfixturevalue("postgres"), f"keeping_{number}") if engine == "postgresql" else ""
        return Installation(tmp_path / f"place-{number}", url)

    return make
