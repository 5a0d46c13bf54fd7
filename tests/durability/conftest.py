"""What the crash tests share: the shipped library built once, and a server per test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from heedful.demo.fleet import example_of_severity
from heedful.detection.bundle import Bundle
from heedful.detection.shipped import is_built, load_shipped_bundle, write_built
from tests.durability.server import Server, running_server


@pytest.fixture(scope="session")
def shipped() -> Bundle:
    """The library that the servers assess with; built first, so that no process of theirs has to."""
    if not is_built():
        write_built()
    return load_shipped_bundle()


@pytest.fixture(scope="session")
def phrases(shipped: Bundle) -> dict[int, tuple[str, str]]:
    """For a severity: words that the shipped library gives it, and the rule."""
    return {severity: example_of_severity(severity, bundle=shipped) for severity in (2, 5)}


@pytest.fixture
def server(shipped: Bundle, tmp_path: Path) -> Iterator[Server]:
    with running_server(tmp_path) as started:
        yield started
