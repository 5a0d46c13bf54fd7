"""Every page, wide and on a phone, light and dark: axe-core finds nothing at WCAG 2.2 AA, and nothing is wider than the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage, get_connection
from playwright.sync_api import Browser, Page, expect

from tests.pages.browser import signed_in
from tests.pages.scene import Scene
from tests.personas.people import Persona

AXE = (Path(__file__).parents[2] / "src/heedful/web/frontend/node_modules/axe-core/axe.min.js").read_text("utf-8")
RUN_AXE = """() => axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]})
  .then(({violations}) => violations.flatMap(({id, nodes}) => nodes.map(({target, failureSummary}) =>
    `${id}: ${target.join(" ")} ${failureSummary.split("\\n").slice(1).join(" ").trim()}`)))"""
SIZES = ((1440, 900), (320, 640))  # 320 is 400 % zoom on a common screen
MODES = ("light", "dark")

# Who opens what; `{urgent}` and the like are numbers of the scene.
PAGES = {
    "dsl": (
        "/captures/", "/captures/?tab=graded", "/captures/?tab=closed", "/captures/?tab=record_only", "/captures/?theme=extremism",
        "/captures/?tab=snoozed", "/captures/?theme=drugs&source=typed", "/captures/?all=yes", "/captures/?burst={burst}", "/captures/{burst}/", "/keyboard/",
        "/captures/{urgent}/", "/captures/{graded}/", "/captures/{closed}/", "/captures/{report}/", "/captures/{shared}/", "/captures/{shown}/",
        "/coverage/", "/coverage/people/", "/coverage/tests/", "/limits/", "/thresholds/", "/assurance/", "/assurance/retention/", "/assurance/record/", "/assurance/backups/", "/content-access/", "/people/staff/", "/people/staff/{member}/",
        "/people/reading/", "/your-part/", "/nowhere/",
        "/accounts/2fa/", "/accounts/2fa/recovery-codes/generate/", "/accounts/2fa/webauthn/", "/accounts/2fa/totp/deactivate/", "/accounts/2fa/reauthenticate/",
        "/accounts/password/change/", "/accounts/logout/", "/accounts/reauthenticate/",
        "/people/accounts/{account}/?q=n",
    ),
    "behaviour_lead": ("/captures/", "/your-part/"),
    "technician": (
        "/people/", "/people/?q=nia&leavers=on", "/people/pupils/{pupil}/", "/people/accounts/", "/people/accounts/?q=larkfield", "/people/roll/",
        "/people/roll/{roll_import}/",
        "/coverage/", "/coverage/devices/", "/coverage/devices/?state=dark", "/coverage/devices/?state=away", "/coverage/tests/", "/coverage/terms/",
        "/server/", "/devices/", "/devices/?state=faulty&q=pc&sort=-name", "/devices/?q=nothing-like-it", "/devices/{device}/", "/devices/{outside}/",
        "/devices/tokens/", "/devices/inventory/", "/devices/inventory/{device_list}/", "/devices/policy/", "/devices/policy/?for=windows", "/devices/policy/?for=mac",
        "/assurance/backups/",
    ),
    "governor": ("/assurance/", "/assurance/retention/", "/assurance/record/", "/coverage/"),
    "staff_member": ("/your-part/", "/limits/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"),
    "": (
        "/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/password/reset/key/1-set-password/",
        "/accounts/password/reset/key/done/", "/accounts/inactive/", "/accounts/signup/",
    ),
}  # fmt: skip


@pytest.mark.parametrize("who", PAGES, ids=lambda who: who or "anonymous")
def test_no_page_has_an_accessibility_fault(who: str, chromium: Browser, address: str, scene: Scene, request: pytest.FixtureRequest) -> None:
    persona: Persona | None = request.getfixturevalue(who) if who else None
    faults: dict[str, list[str]] = {}
    with signed_in(chromium, address, persona) as context:
        page = context.new_page()
        for path in PAGES[who]:
            page.goto(address + path.format(**vars(scene)))
            faults[path] = faults_of(page)
    assert {path: found for path, found in faults.items() if found} == {}


@pytest.mark.parametrize("who", PAGES, ids=lambda who: who or "anonymous")
def test_no_page_breaks_its_own_security_policy(
    who: str, chromium: Browser, address: str, scene: Scene, request: pytest.FixtureRequest
) -> None:
    persona: Persona | None = request.getfixturevalue(who) if who else None
    complaints: list[str] = []
    with signed_in(chromium, address, persona) as context:
        page = context.new_page()
        page.on("console", lambda message: complaints.append(f"{page.url}: {message.text}") if message.type == "error" else None)
        page.on("pageerror", lambda fault: complaints.append(f"{page.url}: {fault}"))
        for path in PAGES[who]:
            page.goto(address + path.format(**vars(scene)))
    # The browser itself reports the page that is meant not to be there.
    assert [each for each in complaints if "/nowhere/: Failed to load resource" not in each] == []


def test_what_could_not_be_done_is_told_without_a_fault(chromium: Browser, address: str, scene: Scene, dsl: Persona) -> None:
    with signed_in(chromium, address, dsl) as context:
        page = context.new_page()
        page.goto(f"{address}/captures/{scene.urgent}/")
        page.get_by_text("Close it").click()
        page.get_by_label("What was done").fill("Called the parents")
        page.get_by_role("button", name="Close the capture").click()
        expect(page.get_by_text("Grade it first, or mark it as a false positive.")).to_be_visible()
        expect(page.get_by_label("What was done")).to_have_value("Called the parents")
        assert faults_of(page) == []
        page.goto(f"{address}/content-access/")
        page.get_by_role("button", name="Let them read").click()
        expect(page.get_by_text("Choose a person.")).to_be_visible()
        assert faults_of(page) == []


def test_the_shortcut_sheet_and_the_demos_outbox_have_no_fault(
    chromium: Browser, address: str, scene: Scene, dsl: Persona, settings: Any, tmp_path: Path
) -> None:
    settings.DEMO, settings.OUTBOX_DIR = True, tmp_path
    connection = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(tmp_path))
    EmailMessage("Heedful: severity 5", f"Please open it:\n{address}/captures/1/\n", to=["dsl@larkfield.example"], connection=connection).send()
    with signed_in(chromium, address, dsl) as context:
        page = context.new_page()
        page.goto(f"{address}/demo/outbox/")
        expect(page.get_by_text("Heedful: severity 5")).to_be_visible()
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        assert faults_of(page) == []
        page.keyboard.press("Escape")
        assert faults_of(page) == []


def walk(
    chromium: Browser, address: str, persona: Persona | None, paths: Iterable[str], *, unfolds: Callable[[str], bool] = lambda path: False
) -> dict[str, list[str]]:
    """Open each page as this persona; what axe finds on it, and what the console complains of, by address. Empty where all is well.

    Where `unfolds` says so, what is folded away is opened first: it must be without fault too.
    """
    found: dict[str, list[str]] = {}
    with signed_in(chromium, address, persona) as context:
        page = context.new_page()
        page.on("console", lambda message: found.setdefault(page.url, []).append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda fault: found.setdefault(page.url, []).append(str(fault)))
        for path in paths:
            page.goto(address + path)
            if unfolds(path):
                page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
            if faults := faults_of(page):
                found.setdefault(path, []).extend(faults)
    return found


def always(path: str) -> bool:
    """For `walk`: unfold every page."""
    return True


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
