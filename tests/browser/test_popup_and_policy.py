"""What the pupil sees, how a pupil tells someone, and that the school's policy is obeyed while the browser runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.monitored import SERIOUS, Monitored, until

AXE = Path(__file__).parents[2] / "src" / "heedful" / "web" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


def extension_page(browser: Monitored, name: str, *, scheme: str = "light", width: int = 400) -> Page:
    page = browser.context.new_page()
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"chrome-extension://{browser.id}/{name}")
    page.get_by_text("Larkhill Academy").wait_for()
    return page


@pytest.fixture
def obeying(browser: Monitored) -> Iterator[Monitored]:
    """The shared browser, with its policy as it was afterwards."""
    yield browser
    apply(browser, badge="on")


def apply(browser: Monitored, *, badge: str, **changes: Any) -> None:
    """Change the school's policy and have the browser ask for it."""
    browser.receiver.set_policy(**changes)
    browser.worker().evaluate("void chrome.alarms.create('settle', {when: Date.now()})")
    asked = len(browser.receiver.sent)
    until(lambda: len(browser.receiver.sent) > asked or browser.badge() == badge, what="the policy was asked for")
    until(lambda: browser.badge() == badge, what=f"the badge says {badge}")
    browser.context.pages[0].wait_for_timeout(250)


@pytest.mark.parametrize("name", ["popup.html", "notice.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pupils_pages_have_no_accessibility_fault(browser: Monitored, name: str, scheme: str) -> None:
    page = extension_page(browser, name, scheme=scheme, width=360)
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
    assert [(fault["id"], fault["nodes"][0]["target"]) for fault in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_popup_says_what_is_looked_at_who_sees_it_and_where_help_is(browser: Monitored) -> None:
    text = extension_page(browser, "popup.html").inner_text("body")
    for words in ("On", "What you type in web pages.", "Passwords, bank cards and codes.", "Ms Okafor", "Childline", "0800 1111", "999"):
        assert words in text
    assert "does not know who is using it" in text


def test_a_pupil_tells_someone_and_learns_when_it_is_read_before_sending(browser: Monitored) -> None:
    page = extension_page(browser, "popup.html")
    assert "tomorrow at 8:15" in page.locator("#when").inner_text()
    assert "can’t promise to keep it secret" in page.locator("#secret").inner_text()
    page.get_by_label("What would you like to say?").fill("please can someone talk to me")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Send to my school").press("Enter")
    page.get_by_text("has arrived at your school").wait_for(timeout=5_000)
    capture = browser.wait_for_text("please can someone talk to me")
    assert (capture["source"], capture["hits"], capture["url"], capture["title"]) == ("report", [], "", "")


def test_without_the_server_the_pupil_is_told_that_it_waits(browser: Monitored) -> None:
    browser.receiver.stop()
    page = extension_page(browser, "popup.html")
    page.get_by_label("What would you like to say?").fill("are you there")
    page.get_by_role("button", name="Send to my school").click()
    page.get_by_text("kept safely on this computer").wait_for(timeout=5_000)
    browser.receiver.serve()
    browser.worker().evaluate("void chrome.alarms.create('drain', {when: Date.now() + 1500})")
    page.get_by_text("has arrived at your school").wait_for(timeout=15_000)
    assert browser.receiver.texts() == ["are you there"]
    until(lambda: browser.badge() == "on", what="the badge says on again")


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        ("not monitored", {"monitor": False, "reason": "not_in_scope"}),
        ("outside the hours", {"hours": {"time_zone": "UTC", "windows": [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "to": "00:00"}]}}),
    ],
)
def test_when_the_policy_says_no_nothing_is_sensed(obeying: Monitored, what: str, changes: dict[str, Any]) -> None:
    page = obeying.page("https://notes.example/policy", "<textarea></textarea>")
    apply(obeying, badge="rest", **changes)
    page.locator("textarea").click()
    page.keyboard.type(f"{what} {SERIOUS}")
    page.keyboard.press("Enter")
    page.wait_for_timeout(600)
    assert obeying.receiver.captures == []
    apply(obeying, badge="on")
    page.keyboard.type("i will end it all tonight")
    capture = obeying.wait_for_text("end it all tonight")
    assert "kill" not in capture["text"]


def test_pictures_are_off_until_the_school_switches_them_on(browser: Monitored) -> None:
    page = browser.page("https://notes.example/picture", "<p>Quiet page</p><textarea></textarea>")
    page.wait_for_timeout(900)
    page.locator("textarea").click()
    page.keyboard.type(SERIOUS)
    page.keyboard.press("Enter")
    assert "screenshot" not in browser.wait_for_text(SERIOUS)


PICTURED = [
    ("a quiet page", "https://notes.example/quiet", "<p>Quiet page</p><textarea></textarea>", SERIOUS, True),
    ("a sexual line", "https://notes.example/line", "<p>Quiet page</p><textarea></textarea>", f"send nudes or {SERIOUS}", False),
    ("a page with sexual words", "https://notes.example/words", "<p>they said send nudes</p><textarea></textarea>", SERIOUS, False),
    ("a mail page", "https://mail.google.com/compose", "<p>Quiet page</p><textarea></textarea>", SERIOUS, False),
    ("an AI chat", "https://chatgpt.com/c/2", "<p>Quiet page</p><textarea></textarea>", SERIOUS, False),
    ("a page with a password in view", "https://notes.example/secret", "<p>Quiet page</p><input type=password><textarea></textarea>", SERIOUS, False),
]


def test_pictures_where_they_may_be_and_nowhere_else(obeying: Monitored) -> None:
    apply(obeying, badge="on", pictures=True)
    for name, address, body, words, pictured in PICTURED:
        obeying.forget()
        page = obeying.page(address, body)
        page.bring_to_front()
        page.wait_for_timeout(900)
        page.locator("textarea").click()
        page.keyboard.type(words)
        page.keyboard.press("Enter")
        until(lambda: any(SERIOUS in text and capture["source"] != "displayed" for capture in list(obeying.receiver.captures) for text in [capture["text"]]), what=name)
        capture = next(capture for capture in obeying.receiver.captures if SERIOUS in capture["text"])
        assert ("screenshot" in capture) is pictured, name
        page.close()
