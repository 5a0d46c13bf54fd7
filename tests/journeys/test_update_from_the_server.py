"""The server is upgraded: the new extension reaches an enrolled browser by its policy, and what waited there is delivered once."""

from __future__ import annotations

import http.client
import json
import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Playwright, Worker

import heedful
from tests.browser.chromium import launcher, write_policy
from tests.durability.server import Server, free_port
from tests.journeys.actors import until

OLD_PAGE = "https://notes.example/open-before"
SERIOUS = "i want to kill myself"
LEFT_OUT = shutil.ignore_patterns("__pycache__", "node_modules", "tests", "*.pyc")


@dataclass
class Gatekeeper:
    """A proxy before the server, as a school has one. While it refuses, devices get 503 and the extension's download goes on."""

    server_port: int
    is_refusing: bool = False
    paths: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        keeper = self

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                keeper.paths.append(self.path.split("?")[0])
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if keeper.is_refusing and self.path.startswith("/device/"):
                    self.send_error(503)
                    return
                connection = http.client.HTTPConnection("127.0.0.1", keeper.server_port, timeout=20)
                try:
                    connection.request(self.command, self.path, body or None, dict(self.headers))
                    answer = connection.getresponse()
                    content = answer.read()
                except OSError:
                    self.send_error(502)
                    return
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in {"transfer-encoding", "connection", "content-length", "date", "server"}:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = handle_any

            def log_message(self, *_: object) -> None:
                """A test's output is its own."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://localhost:{self._http.server_address[1]}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


class Installation(Server):
    """A real `heedful serve` behind the gatekeeper. `program` is another copy of Heedful, once it was upgraded."""

    device_url = ""
    program: Path | None = None

    @property
    def environment(self) -> dict[str, str]:
        program = {"PYTHONPATH": str(self.program)} if self.program else {}
        return super().environment | program | {"HEEDFUL_DEVICE_URL": self.device_url, "HEEDFUL_WEB_WORKERS": "1"}


def upgraded_program(folder: Path) -> Path:
    """A copy of the program with another build of the extension in it. Nobody gave that a new number: the server does."""
    source = Path(heedful.__file__).parent
    package = folder / "heedful"
    shutil.copytree(source, package, ignore=LEFT_OUT)
    (package / "_contracts").symlink_to(source.parent.parent / "contracts")
    extension = package / "_built" / "extension"
    shutil.copytree(source.parent.parent / "extension" / "dist" / "unpacked", extension)
    with (extension / "worker.js").open("a", encoding="utf-8") as worker:
        worker.write("\n// another build\n")
    return folder


@dataclass
class Desk:
    """A browser into which the policy, as the technician pastes it, has put the extension."""

    context: BrowserContext
    extension_id: str

    def worker(self) -> Worker:
        found = [worker for worker in self.context.service_workers if self.extension_id in worker.url]
        if not found:
            self.context.pages[0].wait_for_timeout(100)  # Playwright hears of it meanwhile
            raise Error("no worker just now")
        return found[-1]

    def tells(self, script: str) -> Any:
        """What a script in the worker answers; None while the worker is being replaced."""
        try:
            return self.worker().evaluate(script)
        except Error:
            return None

    def version(self) -> Any:
        return self.tells("chrome.runtime.getManifest().version")

    def waiting(self) -> Any:
        return self.tells(
            """() => new Promise((resolve) => { const open = indexedDB.open("heedful"); open.onsuccess = () => {
                const ask = open.result.transaction("captures").objectStore("captures").count();
                ask.onsuccess = () => { open.result.close(); resolve(ask.result); }; }; })"""
        )

    def senses_the_old_page(self) -> Any:
        """Whether the page that was open before has a sensor of the version that runs, at work."""
        return self.tells(
            """async () => { const [tab] = await chrome.tabs.query({ url: "https://notes.example/*" });
                const [seen] = await chrome.scripting.executeScript({ target: { tabId: tab.id }, func: () => globalThis.heedfulSensor?.alive() && globalThis.heedfulSensor.senses() });
                return seen.result === true; }"""
        )

    def writes_into_the_old_page(self, words: str) -> None:
        page = next(page for page in self.context.pages if page.url == OLD_PAGE)
        page.bring_to_front()
        page.locator("textarea").fill("")
        page.locator("textarea").click()
        page.keyboard.type(f"{words}: {SERIOUS}")
        page.keyboard.press("Enter")


@pytest.fixture
def school(tmp_path: Path) -> Iterator[tuple[Installation, Gatekeeper, dict[str, Any]]]:
    server = Installation(tmp_path, free_port())
    keeper = Gatekeeper(server.port)
    server.device_url = keeper.url
    token = server.make_school()
    policy = json.loads(server.run("extension", "policy", "--for", "linux", "--token", token))
    try:
        server.start()
        yield server, keeper, policy
    except BaseException:
        print(server.log()[-4000:], file=sys.stderr)
        raise
    finally:
        server.kill_tree()
        keeper.close()


@pytest.fixture
def desk(playwright: Playwright, school: tuple[Installation, Gatekeeper, dict[str, Any]], tmp_path: Path) -> Iterator[Desk]:
    _, _, policy = school
    write_policy(tmp_path / "policy", policy | {"DeveloperToolsAvailability": 1})  # or no test could look inside
    context = playwright.chromium.launch_persistent_context(
        str(tmp_path / "profile"), executable_path=str(launcher(tmp_path / "policy")), headless=True, args=["--no-sandbox"],
        ignore_default_args=["--disable-extensions", "--disable-background-networking"],
    )  # fmt: skip
    page: Page = context.new_page()
    page.route("**/*", lambda route: route.fulfill(status=200, content_type="text/html", body="<!doctype html><title>Notes</title><textarea></textarea>"))
    page.goto(OLD_PAGE)
    yield Desk(context, next(iter(policy["ExtensionSettings"])))
    context.close()


def test_an_upgrade_of_the_server_reaches_the_browser_with_its_spool_kept(
    school: tuple[Installation, Gatekeeper, dict[str, Any]], desk: Desk, tmp_path: Path
) -> None:
    server, keeper, _ = school
    until(lambda: "/device/v1/heartbeat" in keeper.paths, seconds=60, what="enrolled, with policy and library")
    until(desk.version, what="the worker is in view")
    before = desk.version()
    desk.writes_into_the_old_page("before anything")
    until(lambda: "/device/v1/captures" in keeper.paths and desk.waiting() == 0, seconds=15, what="the first capture is delivered")

    server.kill_tree()
    server.program = upgraded_program(tmp_path / "next")
    server.start()
    keeper.is_refusing = True
    desk.writes_into_the_old_page("while the gateway refuses")
    until(lambda: desk.waiting() == 1, what="one waits in the browser")
    until(lambda: desk.tells("void chrome.runtime.requestUpdateCheck() || true"), what="the browser looks for updates")
    until(lambda: desk.version() == f"{before}.1", seconds=40, what="the new build runs")
    assert desk.waiting() == 1

    keeper.is_refusing = False
    # In the moment between the two versions nobody reads: the update waits for five quiet seconds because of it (docs/deploy-extension.md).
    until(desk.senses_the_old_page, seconds=15, what="the page that was open has a living sensor again")
    desk.writes_into_the_old_page("after the upgrade")
    until(lambda: len(server.stored()) == 3, seconds=60, what="all three are stored")
    assert desk.waiting() == 0
    assert len(server.stored()) == 3
    assert keeper.paths.count("/device/v1/enrol") == 1
