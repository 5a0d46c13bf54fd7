"""One running school for the journeys of a session, and the people in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from tests.journeys.actors import Lead, Pupil, School, running_school, tapped_policy
from tests.journeys.wire import Tap


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.needs_root)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    with running_school(tmp_path_factory.mktemp("school") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def tap(school: School) -> Tap:
    return Tap(school.port)


@pytest.fixture(scope="module")
def pupil(playwright: Playwright, school: School, tap: Tap, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pupil]:
    """A pupil whose browser has the extension by policy and reaches the school through the tap."""
    somebody = Pupil(playwright, tmp_path_factory.mktemp("pupil"), tapped_policy(school, tap), tap)
    somebody.starts_the_browser()
    somebody.waits_until_watched()
    yield somebody
    somebody.closes_the_browser()


@pytest.fixture(scope="module")
def dsl(playwright: Playwright, school: School) -> Iterator[Lead]:
    lead = Lead.signs_in(playwright, school)
    yield lead
    lead.leaves()
