"""Every capture arrives exactly once, whatever happens to server, worker and browser."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable

import pytest

from tests.browser.chromium import write_native_host
from tests.browser.monitored import Monitored, until

PAGE = "https://notes.example/durable"


@pytest.fixture(scope="module")
def lasting(new_browser: Callable[..., Monitored]) -> Monitored:
    """A browser of its own, since these tests kill it; a helper of the school's tells who is signed in to the machine."""
    monitored = new_browser()
    write_native_host(monitored.folder / "policy", extension_id=monitored.id, user="pupil07")
    monitored.start()
    monitored.wait_until_watching()
    return monitored


@pytest.fixture
def fresh(lasting: Monitored) -> Monitored:
    lasting.forget()
    return lasting


def write(monitored: Monitored, words: str) -> None:
    page = monitored.page(PAGE, "<textarea></textarea>")
    page.locator("textarea").click()
    page.keyboard.type(f"{words}: i want to kill myself")
    page.keyboard.press("Enter")


def stored(monitored: Monitored, *words: str) -> bool:
    return all(any(word in text for text in monitored.receiver.texts()) for word in words)


def assert_each_once(monitored: Monitored, *words: str) -> None:
    texts = monitored.receiver.texts()
    assert sorted(sum(word in text for text in texts) for word in words) == [1] * len(words)
    assert len(texts) == len(words)


def test_the_machines_own_user_is_named_as_likely(fresh: Monitored) -> None:
    write(fresh, "who")
    until(lambda: stored(fresh, "who"), what="delivered")
    assert fresh.receiver.captures[0]["account"] == {"name": "pupil07", "identity_confidence": "likely", "how": "native"}


def test_an_answer_that_is_cut_off_costs_nothing(fresh: Monitored) -> None:
    fresh.receiver.faults.cut = 1
    write(fresh, "cut")
    until(lambda: fresh.spooled() == 0 and stored(fresh, "cut"), what="delivered again and deleted")
    assert_each_once(fresh, "cut")
    assert len(fresh.receiver.deliveries) == 2


def test_a_capture_survives_a_dead_server_a_killed_worker_and_a_restarted_browser(fresh: Monitored) -> None:
    fresh.receiver.stop()
    write(fresh, "server down")
    until(lambda: fresh.spooled() == 1, what="one in the spool")
    session = fresh.context.new_cdp_session(fresh.context.pages[0])
    session.send("ServiceWorker.enable")
    session.send("ServiceWorker.stopAllWorkers")
    write(fresh, "worker killed")
    until(lambda: fresh.spooled() == 2, what="two in the spool")
    fresh.close()
    fresh.start()
    write(fresh, "browser restarted")
    until(lambda: fresh.spooled() == 3, what="three in the spool")
    fresh.receiver.serve()
    until(lambda: stored(fresh, "server down", "worker killed", "browser restarted"), seconds=40, what="all three delivered")
    until(lambda: fresh.spooled() == 0, what="spool empty")
    assert_each_once(fresh, "server down", "worker killed", "browser restarted")


def test_a_browser_killed_60_ms_after_the_line_delivers_it_at_the_next_start(fresh: Monitored) -> None:
    fresh.receiver.stop()
    write(fresh, "sigkill")
    time.sleep(0.06)
    kill_browser(fresh)
    fresh.receiver.serve()
    fresh.start()
    until(lambda: stored(fresh, "sigkill"), seconds=20, what="delivered after the kill")
    until(lambda: fresh.spooled() == 0, what="spool empty")
    assert_each_once(fresh, "sigkill")


def kill_browser(monitored: Monitored) -> None:
    """SIGKILL to every process of this one profile."""
    mark = f"--user-data-dir={monitored.folder / 'profile'}"
    listed = subprocess.run(["pgrep", "-f", "--", mark], capture_output=True, text=True, check=False).stdout.split()
    assert listed
    for pid in map(int, listed):
        os.kill(pid, signal.SIGKILL)
    monitored.abandon()


def test_spool_acl(fresh: Monitored) -> None:
    """What waits is ciphertext wherever in the profile it lies, and no other user of the machine gets into the folder (security.md: Faronics)."""
    fresh.receiver.stop()
    write(fresh, "quokkaberry")
    until(lambda: fresh.spooled() == 1, what="one in the spool")
    profile = fresh.folder / "profile"
    lying = [path for path in profile.rglob("*") if path.is_file()]
    readable = {path.relative_to(profile).as_posix() for path in lying for form in ("utf-8", "utf-16-le") if "quokkaberry".encode(form) in path.read_bytes()}
    fresh.receiver.serve()
    assert readable == set()
    assert profile.stat().st_mode & 0o077 == 0
    until(lambda: stored(fresh, "quokkaberry"), seconds=30, what="delivered")
