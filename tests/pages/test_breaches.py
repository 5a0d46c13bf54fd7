"""The browser's word on it: no payload runs under the content security policy, and no page asks anybody else for anything."""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from tests.breaches.corpus import fill
from tests.pages.browser import signed_in
from tests.pages.scene import Scene
from tests.pages.test_accessibility import PAGES
from tests.personas.people import Persona, Place


def test_no_payload_runs_in_a_browser(chromium: Browser, address: str, larkfield: Place, dsl: Persona, technician: Persona) -> None:
    numbers = fill(larkfield)
    opened = [f"/captures/?page={page}" for page in range(1, 5)] + [f"/captures/{number}/" for number in numbers[:15] + numbers[-20:]]
    hits: list[str] = []
    for persona, paths in ((dsl, opened), (technician, ["/devices/"])):
        with signed_in(chromium, address, persona) as context:
            page = context.new_page()
            page.on("dialog", lambda dialog: (hits.append(f"dialog {dialog.message}"), dialog.dismiss()))
            page.on("request", lambda request: hits.append(request.url) if "evil.example" in request.url else None)
            for path in paths:
                page.goto(address + path)
                if page.evaluate("window.hit !== undefined || document.querySelector('.zz') !== null") or page.url != address + path:
                    hits.append(path)
    assert hits == []


def test_a_script_that_ran_would_be_seen(chromium: Browser, address: str) -> None:
    with signed_in(chromium, address, None) as context:
        page = context.new_page()
        page.set_content("<script>window.hit = 1</script>")
        assert page.evaluate("window.hit") == 1


def test_no_page_asks_another_origin(chromium: Browser, address: str, scene: Scene, dsl: Persona, technician: Persona, governor: Persona) -> None:
    """A crawl of the console as each of them: every request goes to the console itself."""
    asked: set[str] = set()

    def note(page: Page) -> None:
        page.on("request", lambda request: asked.add(request.url))

    for who, persona in (("dsl", dsl), ("technician", technician), ("governor", governor), ("", None)):
        with signed_in(chromium, address, persona) as context:
            page = context.new_page()
            note(page)
            for path in PAGES[who]:
                page.goto(address + path.format(**vars(scene)))
    assert len(asked) > 30
    assert {url for url in asked if not url.startswith((f"{address}/", "data:", "blob:"))} == set()
