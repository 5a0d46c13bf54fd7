"""A browser with the extension in it, enrolled with a receiver, and what tests do with one."""

from __future__ import annotations

import base64
import contextlib
import json
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from playwright.sync_api import BrowserContext, Error, Page, Playwright, Route, Worker

from heedful.gateway.extension_package import extension_id, public_key_der
from tests.browser.chromium import launcher, managed_only, write_policy
from tests.browser.receiver import TOKEN, Receiver

SERIOUS = "i want to kill myself"
HARMLESS = "the otters ate my biscuit yesterday"


def until(condition: Callable[[], object], *, seconds: float = 12, what: str) -> None:
    """Wait for something that another process does. Fails with `what` was missing."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, f"after {seconds} s still not: {what}"
        time.sleep(0.03)


def unpacked_with_key(built: Path, to: Path, key: rsa.RSAPrivateKey) -> Path:
    """A copy of the built extension whose id is the one that the packed extension has."""
    shutil.copytree(built, to)
    manifest = json.loads((to / "manifest.json").read_text("utf-8"))
    manifest["key"] = base64.b64encode(public_key_der(key)).decode()
    (to / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return to


@dataclass
class Monitored:
    """One browser profile. `start` and `close` may alternate; the profile stays."""

    playwright: Playwright
    folder: Path
    receiver: Receiver
    key: rsa.RSAPrivateKey
    extension: Path | None
    configuration: dict[str, Any] = field(default_factory=dict)
    policy: dict[str, Any] | None = None
    pages: dict[str, str] = field(default_factory=dict)
    arguments: list[str] = field(default_factory=list)
    context: BrowserContext = None  # type: ignore[assignment]

    @property
    def id(self) -> str:
        return extension_id(self.key)

    def start(self) -> None:
        configuration = {"serverUrl": self.receiver.url, "deviceEnrolToken": TOKEN} | self.configuration
        write_policy(self.folder / "policy", self.policy or managed_only(self.id, configuration))
        loading = [f"--load-extension={self.extension}", f"--disable-extensions-except={self.extension}"] if self.extension else []
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.folder / "profile"),
            executable_path=str(launcher(self.folder / "policy")),
            headless=True,
            args=["--no-sandbox", *loading, *self.arguments],
            ignore_default_args=["--disable-extensions", "--disable-background-networking"],
        )

    def close(self) -> None:
        if self.context:
            self.context.close()
            self.context = None  # type: ignore[assignment]

    def _fulfil(self, route: Route) -> None:
        address = route.request.url.split("#")[0]
        body = self.pages.get(address) or self.pages.get(address.split("?")[0])
        if body is None:
            route.fulfill(status=404, body="")
        else:
            route.fulfill(status=200, content_type="text/html; charset=utf-8", body=body)

    def worker(self) -> Worker:
        """The extension's service worker, running."""
        ends = time.monotonic() + 15
        while not self._workers():
            assert time.monotonic() < ends, "no worker of the extension in 15 s"
            self.context.pages[0].wait_for_timeout(30)  # a plain sleep would not let Playwright hear of it
        return self._workers()[-1]

    def _workers(self) -> list[Worker]:
        return [worker for worker in self.context.service_workers if self.id in worker.url]

    def wait_until_watching(self, seconds: float = 25) -> None:
        until(lambda: self.badge() == "on", seconds=seconds, what="the badge says on")

    def badge(self) -> str:
        return str(self.worker().evaluate("chrome.action.getBadgeText({})"))

    def abandon(self) -> None:
        """Let go of a browser that was killed."""
        with contextlib.suppress(Error):
            self.context.close()
        self.context = None  # type: ignore[assignment]

    def page(self, address: str, body: str | None = None) -> Page:
        """Open an address; its content is `body`, for this and later visits. Waits until the sensor has been let in."""
        if body is not None:
            self.pages[address.split("#")[0]] = f"<!doctype html><meta charset=utf-8><title>A page</title>{body}"
        page = self.context.new_page()
        # Not on the context: that would put Playwright between the extension's worker and the receiver.
        page.route("**/*", self._fulfil)
        page.goto(address)
        page.wait_for_timeout(120)
        return page

    def forget(self) -> None:
        """Begin a test with nothing received."""
        receiver = self.receiver
        for record in (receiver.sent, receiver.captures, receiver.deliveries, receiver.tests, receiver.problems):
            record.clear()

    def close_pages(self) -> None:
        for page in self.context.pages[1:]:
            page.close()

    def keep(self, name: str) -> Any:
        """A small value from the extension's own database."""
        return self.worker().evaluate(
            """(name) => new Promise((resolve, reject) => {
                const open = indexedDB.open("heedful", 1);
                open.onerror = () => reject(open.error);
                open.onsuccess = () => {
                    const ask = open.result.transaction("kept").objectStore("kept").get(name);
                    ask.onsuccess = () => { open.result.close(); resolve(ask.result ?? null); };
                };
            })""",
            name,
        )

    def spooled(self) -> int:
        """How many captures wait in the browser."""
        return int(
            self.worker().evaluate(
                """() => new Promise((resolve, reject) => {
                    const open = indexedDB.open("heedful", 1);
                    open.onerror = () => reject(open.error);
                    open.onsuccess = () => {
                        const ask = open.result.transaction("captures").objectStore("captures").count();
                        ask.onsuccess = () => { open.result.close(); resolve(ask.result); };
                    };
                })"""
            )
        )

    def wait_for_text(self, text: str, seconds: float = 8) -> Mapping[str, Any]:
        """The first capture whose text holds this."""
        found: list[Mapping[str, Any]] = []

        def look() -> bool:
            found[:] = [capture for capture in list(self.receiver.captures) if text in capture["text"]]
            return bool(found)

        until(look, seconds=seconds, what=f"a capture with {text!r}; there are {self.receiver.texts()!r}")
        return found[0]
