"""The people of a journey: a pupil at a school browser, a safeguarding lead at the console, and the school between them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route

from tests.browser.chromium import CHROMIUM, launcher, write_policy
from tests.journeys.wire import Tap

READY_WITHIN_S = 90


def until(condition: Callable[[], object], *, what: str, seconds: float = 15) -> None:
    """Wait for something that another process does. Fails with `what` was missing."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, f"after {seconds} s still not: {what}"
        time.sleep(0.02)


@dataclass
class School:
    """A running `heedful demo`: the real server, worker and database in a folder of their own."""

    folder: Path
    process: subprocess.Popen[str]
    ready: dict[str, Any]

    @property
    def port(self) -> int:
        return int(self.ready["address"].rsplit(":", 1)[1])

    def captures(self) -> list[dict[str, Any]]:
        """Every stored capture, without content, as `heedful captures --json` prints them."""
        environment = {"HEEDFUL_DATA_DIR": str(self.folder), "PATH": "/usr/bin:/bin"}
        command = [sys.executable, "-m", "heedful", "captures", "--json"]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def mails(self) -> list[str]:
        return [path.read_text("utf-8") for path in sorted((self.folder / "outbox").glob("*"))]


@contextmanager
def running_school(folder: Path, *, lines: int = 30, database_url: str = "") -> Iterator[School]:
    """Start a demo school and stop it at the end."""
    command = [sys.executable, "-m", "heedful", "demo", "--json", "--port", "0", "--data-dir", str(folder), "--lines", str(lines)]
    if database_url:
        command += ["--database-url", database_url]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, f"the demo ended with status {process.wait(READY_WITHIN_S)}"
        yield School(folder, process, json.loads(line))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


@dataclass
class Pupil:
    """A pupil at a Chromium in which the school's policy has installed the extension."""

    playwright: Playwright
    folder: Path
    policy: dict[str, Any]
    tap: Tap
    context: BrowserContext | None = None

    def starts_the_browser(self) -> None:
        write_policy(self.folder / "policy", self.policy)
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.folder / "profile"), executable_path=str(launcher(self.folder / "policy")), headless=True, args=["--no-sandbox"],
            ignore_default_args=["--disable-extensions", "--disable-background-networking"],
        )  # fmt: skip

    def waits_until_watched(self) -> None:
        """A new browser enrols, fetches policy and library, then says so in its first heartbeat."""
        until(lambda: self.tap.requests_to("/device/v1/heartbeat") > 0, what="the first heartbeat: enrolled, with policy and library", seconds=40)

    def closes_the_browser(self) -> None:
        if self.context:
            self.context.close()
            self.context = None

    def opens(self, address: str, body: str) -> Page:
        """Open a page; its content is given here, so that any address works without the internet."""
        assert self.context is not None

        def fulfil(route: Route) -> None:
            route.fulfill(
                status=200, content_type="text/html; charset=utf-8", body=f"<!doctype html><meta charset=utf-8><title>A page</title>{body}"
            )

        page = self.context.new_page()
        page.route("**/*", fulfil)
        page.goto(address)
        page.wait_for_timeout(150)
        return page

    def kills_the_worker(self) -> None:
        """Stop every service worker, as the browser does with an idle one."""
        assert self.context is not None
        session = self.context.new_cdp_session(self.context.pages[0])
        session.send("ServiceWorker.enable")
        session.send("ServiceWorker.stopAllWorkers")
        session.detach()


@dataclass
class Lead:
    """The designated safeguarding lead, in an ordinary browser."""

    browser: Browser
    school: School
    page: Page

    @classmethod
    def signs_in(cls, playwright: Playwright, school: School, persona: str = "dsl") -> Lead:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=["--no-sandbox"])
        page = browser.new_context().new_page()
        page.goto(school.ready["links"][persona])
        return cls(browser, school, page)

    def opens_the_queue(self) -> None:
        self.page.goto(f"{self.school.ready['address']}/captures/")
        self.page.wait_for_timeout(300)

    def sees(self, words: str, *, seconds: float = 10) -> float:
        """Wait until a row with these words is visible in the open queue page, without touching it. Returns the moment."""
        self.page.get_by_text(words).first.wait_for(state="visible", timeout=seconds * 1000)
        return time.monotonic()

    def takes_what_waits(self) -> None:
        """Acknowledge every row and what is folded under it, as a lead does who reads along: the pupil's next line then stands on top."""
        rows = self.page.eval_on_selector_all("li.row-of-queue:not(:has(.row-holder))", "rows => rows.map(row => row.dataset.number)")
        for number in rows:
            self.page.evaluate(
                """number => fetch(`/captures/${number}/acknowledge`, {method: "POST", redirect: "manual", body: new URLSearchParams({
                    csrfmiddlewaretoken: document.querySelector("[name=csrfmiddlewaretoken]").value, up_to: "999999"})})""",
                number,
            )

    def sees_nothing_of(self, words: str) -> bool:
        return self.page.get_by_text(words).count() == 0

    def leaves(self) -> None:
        self.browser.close()


def tapped_policy(school: School, tap: Tap) -> dict[str, Any]:
    """The school's policy with the wire tap as its server."""
    text = json.dumps(school.ready["managed_policy"]).replace(school.ready["address"], tap.url)
    changed: dict[str, Any] = json.loads(text)
    return changed
