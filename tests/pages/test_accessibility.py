"""Every page, wide and on a phone, light and dark: axe-core finds nothing at WCAG 2.2 AA, and nothing is wider than the screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.pages.browser import signed_in
from tests.pages.scene import Scene
from tests.personas.people import Persona

AXE = (Path(__file__).parents[2] / "src/heedful/web/frontend/node_modules/axe-core/axe.min.js").read_text("utf-8")
RUN_AXE = """() => axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]})
  .then(({violations}) => violations.flatMap(({id, nodes}) => nodes.map(({target, failureSummary}) =>
    `${id}: ${target.join(" ")} ${failureSummary.split("\\n").slice(1).join(" ").trim()}`)))"""
SIZES = ((1440, 900), (360, 740))
MODES = ("light", "dark")

# Who opens what; `{urgent}` and the like are numbers of the scene.
PAGES = {
    "dsl": (
        "/captures/", "/captures/?tab=graded", "/captures/?tab=closed", "/captures/?tab=record_only", "/captures/?theme=extremism",
        "/captures/{urgent}/", "/captures/{graded}/", "/captures/{closed}/", "/captures/{report}/", "/captures/{shared}/", "/captures/{shown}/",
        "/thresholds/", "/assurance/", "/content-access/", "/your-part/", "/nowhere/",
        "/accounts/2fa/", "/accounts/password/change/", "/accounts/logout/", "/accounts/reauthenticate/",
    ),
    "behaviour_lead": ("/captures/", "/your-part/"),
    "technician": ("/devices/",),
    "governor": ("/assurance/",),
    "staff_member": ("/your-part/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"),
    "": ("/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/signup/"),
}  # fmt: skip


@pytest.mark.parametrize("who", PAGES, ids=lambda who: who or "anonymous")
def test_no_page_has_an_accessibility_fault(who: str, chromium: Browser, address: str, scene: Scene, request: pytest.FixtureRequest) -> None:
    persona: Persona | None = request.getfixturevalue(who) if who else None
    faults: dict[str, list[str]] = {}
    with signed_in(chromium, address, persona) as context:
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        for path in PAGES[who]:
            response = page.goto(address + path.format(**vars(scene)))
            assert response is not None
            # The browser says of itself that a page answered 404; anything else is the policy or a script.
            said = [text for text in complaints if response.status == 200 or "404" not in text]
            faults[path] = said + faults_of(page)
            complaints.clear()
    assert {path: found for path, found in faults.items() if found} == {}


def faults_of(page: Page) -> list[str]:
    """What axe finds, and sideways scrolling, in each size and mode."""
    page.evaluate(AXE)
    found = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{width} wide: scrolls sideways")
        for mode in MODES:
            page.emulate_media(color_scheme=mode)  # type: ignore[arg-type]
            found += [f"{width} {mode}: {fault}" for fault in axe(page)]
    return found


def axe(page: Page) -> list[str]:
    found: list[Any] = page.evaluate(RUN_AXE)
    return [str(fault) for fault in found]
