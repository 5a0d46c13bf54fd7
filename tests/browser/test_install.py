"""The way that a school installs it: by policy, packed and signed by the server, updated by the server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Error

from heedful.devices.rules import policy_hash, token_hash
from heedful.gateway.extension_package import build_package
from tests.browser.chromium import force_install
from tests.browser.monitored import SERIOUS, Monitored, until
from tests.browser.receiver import TOKEN

OLD_PAGE = "https://notes.example/open-before"


def offer(monitored: Monitored, folder: Path, version: str) -> None:
    """Put this version of the extension on the server."""
    package = build_package(monitored.key, folder=folder, version=version)
    monitored.receiver.files["/extension/heedful.crx"] = ("application/x-chrome-extension", package.crx)
    monitored.receiver.files["/extension/updates.xml"] = ("application/xml", package.update_manifest(f"{monitored.receiver.url}/extension/heedful.crx"))


@pytest.fixture(scope="module")
def installed(new_browser: Callable[..., Monitored], built_extension: Path) -> Monitored:
    """A browser in which nothing but the policy has put the extension; one page was open before it came."""
    monitored = new_browser(unpacked_extension=False)
    offer(monitored, built_extension, "0.1.0")
    monitored.policy = force_install(
        monitored.id,
        update_url=f"{monitored.receiver.url}/extension/updates.xml",
        configuration={
            "serverUrl": monitored.receiver.url, "deviceEnrolToken": TOKEN, "pupil": "sam.reed@larkhill.example",
            "machineId": "5CD0123XYZ", "deviceLabel": "IT2-PC07",
        },
    )
    monitored.start()
    monitored.page(OLD_PAGE, "<textarea></textarea>")
    monitored.wait_until_watching(40)
    return monitored


def old_page_types(monitored: Monitored, words: str) -> None:
    page = next(page for page in monitored.context.pages if page.url == OLD_PAGE)
    page.bring_to_front()
    page.locator("textarea").fill("")
    page.locator("textarea").click()
    page.keyboard.type(f"{words}: {SERIOUS}")
    page.keyboard.press("Enter")


def test_the_policy_installs_pins_and_configures_it(installed: Monitored) -> None:
    itself = installed.worker().evaluate("chrome.management.getSelf()")
    assert (itself["installType"], itself["mayDisable"], itself["version"]) == ("admin", False, "0.1.0")
    assert installed.worker().evaluate("chrome.action.getUserSettings()")["isOnToolbar"] is True
    assert len(installed.receiver.enrolments) == 1
    assert installed.receiver.enrolments[0]["platform"]["os"] == "linux"
    assert "directory_device_id" not in installed.receiver.enrolments[0]
    assert (installed.receiver.enrolments[0]["machine_id"], installed.receiver.enrolments[0]["device_label"]) == ("5CD0123XYZ", "IT2-PC07")


def test_it_says_that_the_policy_keeps_it_which_policy_and_on_which_machine(installed: Monitored) -> None:
    until(lambda: installed.receiver.heartbeats, seconds=20, what="the first heartbeat")
    beat = installed.receiver.heartbeats[-1]
    assert (beat["forced"], beat["incognito_allowed"], beat["machine_id"], beat["fault"]) == (True, False, "5CD0123XYZ", "none")
    assert beat["policy_hash"] == policy_hash(server_url=installed.receiver.url, device_token_hash=token_hash(TOKEN))
    assert installed.receiver.problems == []


def test_there_is_no_incognito_window_to_go_to(installed: Monitored) -> None:
    refused = installed.worker().evaluate("chrome.windows.create({incognito: true}).then(() => '', (reason) => String(reason))")
    assert "disabled" in refused.lower()


def test_a_page_that_was_open_before_is_sensed_once(installed: Monitored) -> None:
    installed.forget()
    old_page_types(installed, "before the install")
    capture = installed.wait_for_text("before the install")
    assert capture["account"] == {"name": "sam.reed@larkhill.example", "identity_confidence": "certain", "how": "managed"}
    installed.context.pages[-1].wait_for_timeout(900)
    assert len(installed.receiver.captures) == 1


def test_the_notice_has_opened_by_itself_once(installed: Monitored) -> None:
    notices = [page for page in installed.context.pages if page.url.endswith("/notice.html")]
    assert len(notices) == 1
    assert "Larkhill Academy" in notices[0].inner_text("body")


def test_an_update_keeps_the_spool_the_device_and_the_open_pages(installed: Monitored, built_extension: Path) -> None:
    installed.forget()
    installed.receiver.faults.unavailable = True
    old_page_types(installed, "before the update")
    until(lambda: installed.spooled() == 1, what="one in the spool")
    offer(installed, built_extension, "0.1.1")
    installed.worker().evaluate("void chrome.runtime.requestUpdateCheck()")
    until(lambda: version_of(installed) == "0.1.1", seconds=25, what="the new version runs")
    assert installed.spooled() == 1
    installed.receiver.faults.unavailable = False
    old_page_types(installed, "after the update")
    installed.wait_for_text("after the update")
    installed.wait_for_text("before the update", seconds=15)
    installed.context.pages[-1].wait_for_timeout(900)
    assert len(installed.receiver.captures) == 2
    assert len(installed.receiver.enrolments) == 1


def version_of(monitored: Monitored) -> str:
    try:
        return str(monitored.worker().evaluate("chrome.runtime.getManifest().version"))
    except Error:  # the worker that is being replaced answers nothing
        return ""


def test_a_family_computer_with_the_schools_account_sends_nothing(new_browser: Callable[..., Monitored]) -> None:
    """Google's user policy follows an account home: there only the ChromeOS token arrives, and Linux does not obey it."""
    family = new_browser(configuration={"deviceEnrolToken": "", "chromeosEnrolToken": TOKEN, "pupil": "sam.reed@larkhill.example"})
    family.start()
    until(lambda: family.keep("config") is not None, seconds=20, what="the managed values have arrived")
    page = family.page("https://notes.example/home", "<textarea></textarea>")
    page.locator("textarea").click()
    page.keyboard.type(SERIOUS)
    page.keyboard.press("Enter")
    page.wait_for_timeout(1_500)
    assert family.badge() == "–"
    assert family.receiver.sent == []
    assert family.spooled() == 0
    assert family.keep("device-key") is None
    family.close()
