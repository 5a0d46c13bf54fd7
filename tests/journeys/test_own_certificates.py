"""Two doors, a certificate of the school's own, and the policy as the command prints it: nothing else is needed on the device."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright

from tests.browser.chromium import launcher, write_policy
from tests.durability.server import free_port
from tests.durability.test_two_doors import TwoDoors
from tests.journeys.actors import until

SERIOUS = "i want to kill myself"


@pytest.fixture
def school(tmp_path: Path) -> Iterator[tuple[TwoDoors, dict[str, Any]]]:
    server = TwoDoors(tmp_path, free_port())
    server.device_port = free_port()
    server.run("certificate", "make", "--school", "Larkfield Academy")
    token = server.make_school()
    policy = json.loads(server.run("extension", "policy", "--for", "linux", "--token", token))
    try:
        server.start()
        yield server, policy
    finally:
        server.kill_tree()


def test_the_printed_policy_alone_installs_trusts_enrols_and_delivers(
    playwright: Playwright, school: tuple[TwoDoors, dict[str, Any]], tmp_path: Path
) -> None:
    server, policy = school
    assert server.device_port != server.port
    write_policy(tmp_path / "policy", policy | {"DeveloperToolsAvailability": 1})  # or no test could see the notice
    context = playwright.chromium.launch_persistent_context(
        str(tmp_path / "profile"), executable_path=str(launcher(tmp_path / "policy")), headless=True, args=["--no-sandbox"],
        ignore_default_args=["--disable-extensions", "--disable-background-networking"],
    )  # fmt: skip
    try:
        page = context.new_page()
        page.route("**/*", lambda route: route.fulfill(status=200, content_type="text/html", body="<!doctype html><title>Notes</title><textarea></textarea>"))
        page.goto("https://notes.example/desk")
        # The notice opens by itself once policy and library are there.
        until(lambda: any(each.url.endswith("/notice.html") for each in _pages(context)), seconds=60, what="the notice has opened")
        page.bring_to_front()
        page.wait_for_timeout(500)
        page.locator("textarea").click()
        page.keyboard.type(f"{SERIOUS}. ")
        page.keyboard.press("Enter")
        until(lambda: len(server.stored()) == 1, seconds=30, what="the capture is stored")
    finally:
        context.close()


def _pages(context: Any) -> list[Any]:
    context.pages[0].wait_for_timeout(100)  # Playwright hears of a new page meanwhile
    return list(context.pages)
