"""The pages on which a table is agreed, in a real browser: without a fault, with a preview that comes in place, and without script."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from tests.pages.browser import signed_in
from tests.pages.test_accessibility import faults_of, walk
from tests.pages.thresholds_scene import ThresholdsScene, set_thresholds
from tests.personas.people import Persona, Place

PAGES = (
    "/thresholds/", "/thresholds/{larkfield}/versions/1/", "/thresholds/{larkfield}/versions/0/", "/thresholds/{larkfield}/compare/",
    "/thresholds/{larkfield}/drafts/", "/thresholds/drafts/{open_draft}/", "/thresholds/drafts/{open_draft}/?age=ks4&cell=drugs-2",
    "/thresholds/drafts/{signed_draft}/", "/captures/what-if/{open_draft}/",
)  # fmt: skip


@pytest.fixture
def agreeing(live_server: object, larkfield: Place) -> ThresholdsScene:
    return set_thresholds(larkfield, now=timezone.now())


@pytest.mark.parametrize("who", ["dsl", "technician"])
def test_no_page_has_an_accessibility_fault(
    who: str, chromium: Browser, address: str, agreeing: ThresholdsScene, request: pytest.FixtureRequest
) -> None:
    persona: Persona = request.getfixturevalue(who)
    paths = [path.format(**vars(agreeing)) for path in PAGES]
    assert walk(chromium, address, persona, paths) == {}


def test_what_it_would_have_done_comes_in_place_when_asked_for(chromium: Browser, address: str, agreeing: ThresholdsScene, dsl: Persona) -> None:
    with signed_in(chromium, address, dsl) as context:
        page = context.new_page()
        page.goto(f"{address}/thresholds/drafts/{agreeing.open_draft}/")
        expect(page.get_by_text("By time to acknowledge")).to_have_count(0)
        page.get_by_text("What it would have done").click()
        expect(page.get_by_text("By time to acknowledge")).to_be_visible()
        expect(page.get_by_text("graded 3 or more")).to_be_visible()
        assert page.url.endswith(f"/thresholds/drafts/{agreeing.open_draft}/")
        assert faults_of(page) == []


def test_a_line_is_decided_by_keyboard_and_without_script(chromium: Browser, address: str, agreeing: ThresholdsScene, dsl: Persona) -> None:
    with signed_in(chromium, address, dsl, has_script=False) as context:
        page = context.new_page()
        page.goto(f"{address}/thresholds/drafts/{agreeing.open_draft}/")
        page.get_by_role("link", name="Go to the next line to decide").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Every route had two voices.")).to_be_visible()
        page.get_by_label("Goes to").select_option("behaviour")
        page.get_by_label("The same for all ages").check()
        page.get_by_role("button", name="Decide it so").press("Enter")
        expect(page.get_by_text("Discrimination, level 2: Behaviour, this week.")).to_be_visible()
        page.get_by_text("What it would have done").click()
        page.get_by_role("link", name="See what this draft would have done").click()
        expect(page.get_by_role("heading", name="What it would have done")).to_be_visible()
