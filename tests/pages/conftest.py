"""Pages in a real browser: one Chromium for all tests, one served console with a fictional morning for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, sync_playwright

from tests.pages.browser import launch
from tests.pages.coverage_scene import set_coverage
from tests.pages.scene import Scene, set_scene
from tests.personas.people import Place


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A database in a file, as schools have it: one in memory is one connection for all threads, and says "locked" where a file waits."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "served.sqlite3")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Playwright's loop runs in this thread, so Django would take the tests for asynchronous code; they are not."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def address(live_server: Any) -> str:
    """Where the console is served from."""
    return str(live_server.url)


@pytest.fixture
def scene(live_server: Any, larkfield: Place, mailoutbox: list[Any]) -> Scene:
    set_coverage(larkfield, now=timezone.now())
    return set_scene(larkfield, now=timezone.now())
