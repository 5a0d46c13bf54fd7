"""The main job: a worrying line that a pupil types reaches the school; a harmless one goes nowhere."""

from __future__ import annotations

from tests.browser.monitored import HARMLESS, SERIOUS, Monitored


def test_a_typed_line_arrives_with_page_and_certainty(browser: Monitored) -> None:
    page = browser.page("https://notes.example/today", "<textarea></textarea>")
    page.locator("textarea").press_sequentially(SERIOUS)
    capture = browser.wait_for_text(SERIOUS)
    assert capture["source"] == "typed"
    assert capture["url"] == "https://notes.example/today"
    assert capture["title"] == "A page"
    assert capture["account"] == {"name": "", "identity_confidence": "unknown", "how": "none"}
    hit = capture["hits"][0]
    assert capture["text"][hit["start"] : hit["end"]] in SERIOUS


def test_a_harmless_line_stays_on_the_device(browser: Monitored) -> None:
    page = browser.page("https://notes.example/today", "<textarea></textarea>")
    page.locator("textarea").press_sequentially(HARMLESS + ". ")
    page.wait_for_timeout(1_200)
    assert browser.receiver.captures == []
    assert b"otters" not in browser.receiver.wire()
