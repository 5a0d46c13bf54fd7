"""The pages of telling everybody, the public page and the DPIA, in a real browser: no fault in any size and mode, and the one press that confirms."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from tests.pages.browser import signed_in
from tests.pages.telling_scene import TellingScene, set_telling
from tests.pages.test_accessibility import always, walk
from tests.personas.people import Persona, Place

PAGES = {
    "dsl": (
        "/programme/{school}/communication/", "/programme/{school}/communication/texts/parents/", "/programme/{school}/communication/texts/governors/",
        "/programme/{school}/communication/texts/head/", "/programme/{school}/transparency/", "/programme/{school}/dpia/",
    ),
    "governor": ("/programme/{school}/communication/", "/programme/{school}/communication/texts/staff/", "/programme/{school}/dpia/", "/your-part/"),
    "staff_member": ("/your-part/",),
    "": ("/about-monitoring/{school}/", "/about-monitoring/{school}/ks3/", "/about-monitoring/{school}/ks2/", "/about-monitoring/{school}/ks1/"),
}  # fmt: skip


@pytest.fixture
def telling(live_server: Any, larkfield: Place, mailoutbox: list[Any]) -> TellingScene:
    return set_telling(larkfield, now=timezone.now())


@pytest.mark.parametrize("who", PAGES, ids=lambda who: who or "anonymous")
def test_no_page_has_an_accessibility_fault_or_breaks_its_policy(
    who: str, chromium: Browser, address: str, telling: TellingScene, request: pytest.FixtureRequest
) -> None:
    persona: Persona | None = request.getfixturevalue(who) if who else None
    paths = [path.format(school=telling.told_school) for path in PAGES[who]]
    assert walk(chromium, address, persona, paths, unfolds=always) == {}


def test_a_member_of_staff_confirms_with_one_press(chromium: Browser, address: str, telling: TellingScene, staff_member: Persona) -> None:
    with signed_in(chromium, address, staff_member) as context:
        page = context.new_page()
        page.goto(f"{address}/your-part/")
        page.get_by_role("button", name="I have read it").click()
        expect(page.get_by_text("It is noted that you have read it.")).to_be_visible()
        expect(page.get_by_role("button", name="I have read it")).to_have_count(0)


def test_a_lead_mends_a_notice_that_is_no_longer_true(chromium: Browser, address: str, telling: TellingScene, dsl: Persona) -> None:
    with signed_in(chromium, address, dsl) as context:
        page = context.new_page()
        page.goto(f"{address}/programme/{telling.told_school}/communication/")
        page.get_by_role("link", name="Parents and carers", exact=True).click()
        expect(page.get_by_role("heading", name="The published text is no longer true")).to_be_visible()
        page.get_by_role("button", name="Publish").click()
        expect(page.get_by_text("Now give it out, and say so below.")).to_be_visible()
        page.get_by_role("link", name="Parents and carers", exact=True).click()
        expect(page.get_by_role("heading", name="The published text is no longer true")).to_have_count(0)
