"""The sensor is not felt: reading and handing over stay within the design's budget for a page's thread."""

from __future__ import annotations

from playwright.sync_api import Playwright

from tests.browser.chromium import CHROMIUM
from tests.browser.page_thread import measure


def test_a_line_and_a_page_stay_within_their_budgets(playwright: Playwright) -> None:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    try:
        found = measure(browser)
    finally:
        browser.close()
    assert found["first_look_ms"] < 4
    assert found["second_look_ms"] < 4
    assert found["key_ms"] < 0.1
    assert found["line_ms"] < 0.1
