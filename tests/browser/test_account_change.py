"""Somebody else sits down: nothing that was kept in memory goes over to them, and what waits stays its writer's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import managed_only, write_policy
from tests.browser.monitored import SERIOUS, Monitored, until
from tests.browser.receiver import TOKEN

SAM, ADA = "sam.reed@larkhill.example", "ada.moss@larkhill.example"
PAGE = "https://notes.example/shared-desk"


@pytest.fixture
def desk(new_browser: Callable[..., Monitored]) -> Monitored:
    """A computer whose policy names its pupil, and whose browser stays open when the name changes."""
    monitored = new_browser(configuration={"pupil": SAM})
    monitored.start()
    monitored.wait_until_watching()
    until(lambda: monitored.keep("account-name") == SAM, seconds=20, what="the browser knows its pupil")
    return monitored


def sits_down(monitored: Monitored, pupil: str) -> None:
    """The policy names another pupil while the browser runs."""
    configuration = {"serverUrl": monitored.receiver.url, "deviceEnrolToken": TOKEN, "pupil": pupil}
    write_policy(monitored.folder / "policy", managed_only(monitored.id, configuration))
    monitored.context.pages[0].goto("chrome://policy")
    monitored.context.pages[0].locator("#reload-policies").click()
    until(lambda: monitored.keep("account-name") == pupil, seconds=30, what="the browser knows its new pupil")


def writes(page: Page, field: str, words: str, *, ended: bool = True) -> None:
    page.locator(field).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)
    if ended:
        page.keyboard.press("Enter")


def session_memory(monitored: Monitored) -> str:
    return str(monitored.worker().evaluate("chrome.storage.session.get().then(JSON.stringify)"))


def test_lines_in_memory_go_with_the_account_and_waiting_captures_keep_theirs(desk: Monitored) -> None:
    page = desk.page(PAGE, "<input><textarea></textarea>")
    desk.receiver.faults.unavailable = True
    writes(page, "input", "nobody sat with me again.")
    writes(page, "textarea", f"sam said {SERIOUS}. ")
    until(lambda: desk.spooled() == 1, what="one in the spool")
    assert "nobody sat" in session_memory(desk)

    writes(page, "textarea", f"sam half {SERIOUS}", ended=False)
    # So busy is the page that the pause after the last key is over only when the other pupil is there.
    page.evaluate("void setTimeout(() => { const ends = Date.now() + 7000; while (Date.now() < ends); }, 0)")
    sits_down(desk, ADA)
    memory = session_memory(desk)
    assert "nobody sat" not in memory
    assert "kill myself" not in memory

    page.bring_to_front()
    writes(page, "textarea", f". ada said {SERIOUS}")
    until(lambda: desk.spooled() == 2, what="two in the spool")
    desk.receiver.faults.unavailable = False
    desk.worker().evaluate("void chrome.alarms.create('drain', {when: Date.now() + 500})")
    sams, adas = desk.wait_for_text("sam said", seconds=40), desk.wait_for_text("ada said", seconds=40)
    assert (sams["account"]["name"], adas["account"]["name"]) == (SAM, ADA)
    assert [line["text"] for line in sams["context_before"]] == ["nobody sat with me again."]
    assert "context_before" not in adas
    assert not any("sam half" in text or "sam said" in adas["text"] for text in desk.receiver.texts())


def test_signing_out_and_in_to_the_profile_wipes_it_too(new_browser: Callable[..., Monitored]) -> None:
    shared = new_browser()
    shared.start()
    shared.wait_until_watching()
    signs_in(shared, SAM)
    page = shared.page(PAGE, "<textarea></textarea>")
    writes(page, "textarea", "nobody sat with me again.")
    until(lambda: "nobody sat" in session_memory(shared), what="the line is kept for a while")
    signs_in(shared, ADA)
    assert "nobody sat" not in session_memory(shared)
    writes(page, "textarea", f"ada said {SERIOUS}")
    capture = shared.wait_for_text("ada said")
    assert capture["account"] == {"name": ADA, "identity_confidence": "likely", "how": "profile"}
    assert "context_before" not in capture
    assert "nobody sat" not in capture["text"]


def signs_in(monitored: Monitored, address: str) -> None:
    """What the browser tells an extension when the profile's account changes; no account of a real provider is at hand here."""
    monitored.worker().evaluate(
        """(email) => {
            chrome.identity.getProfileUserInfo = async () => ({ email, id: email });
            chrome.identity.onSignInChanged.dispatch({ id: email, email }, true);
        }""",
        address,
    )
    until(lambda: monitored.keep("account-name") == address, what=f"{address} is known")
