"""Nothing of a pupil's travels readable, and a server that can't prove who it is hears nothing (security.md: Netop, Faronics)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error

from heedful.gateway.extension_package import build_package
from tests.browser.certificates import ELSEWHERE, HOST, SchoolCertificates
from tests.browser.chromium import force_install
from tests.browser.monitored import SERIOUS, Monitored, until
from tests.browser.receiver import TOKEN, Receiver
from tests.journeys.wire import Tap

PAGE = "https://notes.example/tls"
PUPIL = "sam.reed@larkhill.example"
REFUSED = ["expired", "not trusted", "wrong host"]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> SchoolCertificates:
    return SchoolCertificates(tmp_path_factory.mktemp("certificates"))


def shows(receiver: Receiver, certificates: SchoolCertificates, kind: str) -> None:
    """From now on the server shows this certificate."""
    receiver.stop()
    receiver.tls = certificates.context(kind)
    receiver.serve()


@pytest.fixture(scope="module")
def tapped(new_browser: Callable[..., Monitored], certificates: SchoolCertificates, built_extension: Path) -> Iterator[tuple[Monitored, Tap]]:
    """A browser in which the policy has put everything: extension, values and the school's authority; a tap lies before the server."""
    monitored = new_browser(unpacked_extension=False)
    receiver = monitored.receiver
    shows(receiver, certificates, "good")
    tap = Tap(receiver.port)
    url = f"https://{HOST}:{tap.port}"
    package = build_package(monitored.key, folder=built_extension, update_url=f"{url}/extension/updates.xml")
    receiver.files["/extension/heedful.crx"] = ("application/x-chrome-extension", package.crx)
    receiver.files["/extension/updates.xml"] = ("application/xml", package.update_manifest(f"{url}/extension/heedful.crx"))
    configuration = {"serverUrl": url, "deviceEnrolToken": TOKEN, "pupil": PUPIL}
    monitored.policy = force_install(monitored.id, update_url=f"{url}/extension/updates.xml", configuration=configuration) | certificates.policy
    monitored.arguments = [f"--host-resolver-rules=MAP {HOST} 127.0.0.1, MAP {ELSEWHERE} 127.0.0.1"]
    monitored.start()
    monitored.wait_until_watching(40)
    yield monitored, tap
    tap.cut()


def write(monitored: Monitored, words: str) -> None:
    page = monitored.page(PAGE, "<textarea></textarea>")
    page.locator("textarea").click()
    page.keyboard.type(f"{words}: {SERIOUS}")
    page.keyboard.press("Enter")


def tried(monitored: Monitored) -> int:
    """How many deliveries in a row have failed."""
    waiting = monitored.keep("delivery-wait")
    return int(waiting["failures"]) if waiting else 0


def deliver_now(monitored: Monitored) -> None:
    monitored.worker().evaluate("void chrome.alarms.create('drain', {when: Date.now() + 200})")


def test_tls_only(tapped: tuple[Monitored, Tap]) -> None:
    monitored, tap = tapped
    write(monitored, "quokkaberry")
    monitored.wait_for_text("quokkaberry")
    for words in ("quokkaberry", "kill", "sam.reed", "larkhill.example/", TOKEN, "/device/v1", "Heedful-Signature", "extension"):
        assert not tap.holds(words), words
    assert tap.first_bytes(2) == b"\x16\x03"  # a TLS handshake
    assert {sent.path.split("?")[0] for sent in monitored.receiver.sent} >= {"/device/v1/enrol", "/device/v1/policy", "/device/v1/captures", "/extension/heedful.crx"}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_server_that_cannot_prove_who_it_is_hears_nothing(tapped: tuple[Monitored, Tap], certificates: SchoolCertificates, kind: str) -> None:
    monitored, _ = tapped
    shows(monitored.receiver, certificates, kind)
    monitored.forget()
    write(monitored, f"while {kind}")
    until(lambda: tried(monitored) >= 1, seconds=30, what="it has tried")
    assert monitored.receiver.sent == []
    assert monitored.spooled() == 1
    assert monitored.badge() == "!"
    shows(monitored.receiver, certificates, "good")
    deliver_now(monitored)
    monitored.wait_for_text(f"while {kind}", seconds=40)
    until(lambda: monitored.spooled() == 0, what="the spool is empty")
    assert len(monitored.receiver.captures) == 1


def test_a_server_that_speaks_no_tls_or_sends_the_device_elsewhere_hears_nothing(tapped: tuple[Monitored, Tap], certificates: SchoolCertificates) -> None:
    monitored, _ = tapped
    receiver, plain = monitored.receiver, Receiver(monitored.receiver.bundle)
    plain.serve()
    monitored.forget()
    receiver.faults.elsewhere = f"http://{HOST}:{plain.port}"
    write(monitored, "while sent elsewhere")
    until(lambda: tried(monitored) >= 1, seconds=30, what="it has tried")
    receiver.faults.elsewhere = ""
    receiver.stop()
    receiver.tls = None
    receiver.serve()
    monitored.forget()
    deliver_now(monitored)
    failures = tried(monitored)
    until(lambda: tried(monitored) > failures, seconds=40, what="it has tried again")
    assert (receiver.sent, plain.sent, monitored.spooled()) == ([], [], 1)
    plain.stop()
    shows(receiver, certificates, "good")
    deliver_now(monitored)
    monitored.wait_for_text("while sent elsewhere", seconds=60)
    assert len(receiver.captures) == 1


def test_whoever_steals_the_authority_cannot_pass_for_another_site(tapped: tuple[Monitored, Tap], certificates: SchoolCertificates) -> None:
    monitored, _ = tapped
    shows(monitored.receiver, certificates, "beyond its names")
    page = monitored.context.new_page()
    with pytest.raises(Error, match="ERR_CERT_INVALID"):
        page.goto(f"https://{ELSEWHERE}:{monitored.receiver.port}/")
    page.close()
    shows(monitored.receiver, certificates, "good")


def test_a_policy_with_an_address_that_is_not_https_sets_nothing_up(new_browser: Callable[..., Monitored]) -> None:
    monitored = new_browser()
    monitored.configuration = {"serverUrl": f"http://{HOST}:{monitored.receiver.port}"}
    monitored.arguments = [f"--host-resolver-rules=MAP {HOST} 127.0.0.1"]
    monitored.start()
    until(lambda: monitored.worker().evaluate("chrome.storage.managed.get('serverUrl').then((v) => v.serverUrl ?? '')"), seconds=20, what="the policy has arrived")
    write(monitored, "in the clear")
    monitored.context.pages[0].wait_for_timeout(1_500)
    assert (monitored.badge(), monitored.receiver.sent, monitored.spooled()) == ("–", [], 0)
    monitored.close()


