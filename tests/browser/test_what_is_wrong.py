"""A browser that can't see says why: to the pupil in plain words, to the technician in theirs, and to the server."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.monitored import HARMLESS, SERIOUS, Monitored, until

AXE = Path(__file__).parents[2] / "src" / "heedful" / "web" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PAGE = "https://notes.example/wrong"


def of_format(bundle: bytes, number: int) -> bytes:
    return gzip.compress(json.dumps(json.loads(gzip.decompress(bundle)) | {"format": number}).encode())


@pytest.fixture(scope="module")
def behind(new_browser: Callable[..., Monitored], bundle: bytes) -> Monitored:
    """A browser whose extension is older than the server's library."""
    monitored = new_browser()
    monitored.receiver.bundle = of_format(bundle, 99)
    monitored.start()
    until(lambda: monitored.receiver.heartbeats, seconds=25, what="it reports although it sees nothing")
    return monitored


def popup(monitored: Monitored, width: int = 400) -> Page:
    page = monitored.context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"chrome-extension://{monitored.id}/popup.html")
    page.get_by_text("Larkhill Academy").wait_for()
    return page


def settle(monitored: Monitored) -> None:
    monitored.worker().evaluate("void chrome.alarms.create('settle', {when: Date.now()})")


def test_a_library_that_is_too_new_is_told_to_pupil_technician_and_server(behind: Monitored) -> None:
    assert behind.badge() == "!"
    beat = behind.receiver.heartbeats[-1]
    assert (beat["fault"], beat["bundle_version"], beat["lines_read"]) == ("library_too_new", "", 0)
    page = popup(behind, width=360)
    said = page.inner_text("body")
    assert "not looking at anything" in said
    assert "too old for the newest list" in said
    assert "chrome://extensions" not in said
    page.get_by_text("For the school’s technician").click()
    assert "chrome://extensions" in page.locator("#technician").inner_text()
    assert "library_too_new" in page.locator("#technician").inner_text()
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
    assert [fault["id"] for fault in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    title = behind.worker().evaluate("chrome.action.getTitle({})")
    assert "too old" in title


def test_a_pupil_can_tell_someone_all_the_same(behind: Monitored) -> None:
    behind.forget()
    page = popup(behind)
    page.get_by_label("What would you like to say?").fill("can somebody talk to me")
    page.get_by_role("button", name="Send to my school").click()
    page.get_by_text("has arrived at your school").wait_for(timeout=8_000)
    assert behind.wait_for_text("can somebody talk to me")["source"] == "report"


def test_it_is_not_fetched_again_and_again(behind: Monitored) -> None:
    behind.forget()
    for _ in range(3):
        asked = len(behind.receiver.sent)
        settle(behind)
        until(lambda asked=asked: len(behind.receiver.sent) > asked, what="it asked for the policy")
        behind.context.pages[0].wait_for_timeout(200)
    assert not any(sent.path == "/device/v1/bundle" for sent in behind.receiver.sent)


def test_once_the_library_can_be_read_all_is_well_and_what_is_looked_at_is_counted(behind: Monitored, bundle: bytes) -> None:
    behind.forget()
    behind.receiver.heartbeats.clear()
    behind.receiver.bundle = bundle
    settle(behind)
    behind.wait_until_watching()
    until(lambda: behind.receiver.heartbeats and behind.receiver.heartbeats[-1]["fault"] == "none", what="it says that all is well")
    page = behind.page(PAGE, "<textarea></textarea>")
    page.locator("textarea").click()
    page.keyboard.type(HARMLESS)
    page.keyboard.press("Enter")
    page.keyboard.type(SERIOUS)
    page.keyboard.press("Enter")
    behind.wait_for_text(SERIOUS)
    behind.receiver.heartbeats.clear()
    behind.worker().evaluate("void chrome.alarms.create('heartbeat', {when: Date.now()})")
    until(lambda: behind.receiver.heartbeats, what="the next heartbeat")
    beat = behind.receiver.heartbeats[-1]
    assert beat["lines_read"] >= 2
    assert "otters" not in json.dumps(beat)
    assert behind.receiver.problems == []


def test_a_newer_library_that_it_cannot_read_leaves_the_older_one_at_work(behind: Monitored, bundle: bytes) -> None:
    behind.forget()
    behind.receiver.heartbeats.clear()
    behind.receiver.bundle = of_format(bundle, 98)
    settle(behind)
    until(lambda: behind.receiver.heartbeats and behind.receiver.heartbeats[-1]["fault"] == "library_too_new", what="it says so")
    assert behind.receiver.heartbeats[-1]["bundle_version"] == "test"
    assert behind.badge() == "on"
    page = popup(behind)
    page.get_by_text("For the school’s technician").click()
    assert "list that it has is used" in page.locator("#technician").inner_text()


def test_a_disk_that_is_full_is_told_and_is_forgotten_once_it_is_not(new_browser: Callable[..., Monitored]) -> None:
    full = new_browser()
    full.start()
    full.wait_until_watching()
    page = full.page("https://notes.example/full", "<textarea></textarea>")
    full.receiver.heartbeats.clear()
    full.worker().evaluate(
        """() => {
            const put = IDBObjectStore.prototype.put;
            IDBObjectStore.prototype.put = function (...given) {
                if (self.full && this.name === "bodies") throw new DOMException("no room", "QuotaExceededError");
                return put.apply(this, given);
            };
            self.full = true;
        }"""
    )
    page.locator("textarea").click()
    page.keyboard.type(f"{SERIOUS}. ")
    until(lambda: full.badge() == "!", what="the badge says that something is wrong")
    until(lambda: full.receiver.heartbeats and full.receiver.heartbeats[-1]["fault"] == "storage_full", what="the server is told")
    full.worker().evaluate("self.full = false")
    # What could not be kept counts as not told: the next key in the line tells it again.
    page.keyboard.type("now. ")
    assert SERIOUS in full.wait_for_text(SERIOUS)["text"]
    until(lambda: full.badge() == "on", what="all is well again")
    until(lambda: full.receiver.heartbeats[-1]["fault"] == "none", what="the server is told of that too")
    full.close()


def test_what_somebody_else_has_signed_is_obeyed_by_no_browser_and_told(new_browser: Callable[..., Monitored]) -> None:
    deceived = new_browser()
    deceived.receiver.faults.forged = True
    deceived.start()
    until(lambda: deceived.receiver.heartbeats, seconds=25, what="it reports although it sees nothing")
    beat = deceived.receiver.heartbeats[-1]
    assert (beat["fault"], beat["policy_version"], beat["bundle_version"], deceived.badge()) == ("policy_missing", "", "", "!")
    page = deceived.page("https://notes.example/deceived", "<textarea></textarea>")
    page.locator("textarea").click()
    page.keyboard.type(f"{SERIOUS}. ")
    page.wait_for_timeout(800)
    assert (deceived.receiver.captures, deceived.spooled()) == ([], 0)
    deceived.receiver.faults.forged = False
    settle(deceived)
    deceived.wait_until_watching()
    until(lambda: deceived.receiver.heartbeats[-1]["fault"] == "none", what="it says that all is well")
    deceived.close()
