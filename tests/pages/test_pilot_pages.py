"""The pages of the pilot and of first looks, wide and on a phone, light and dark: no accessibility fault, no breach of their own policy."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from tests.pages.browser import signed_in
from tests.pages.measures_scene import set_measures
from tests.pages.pilot_scene import PilotScene, set_pilot
from tests.pages.test_accessibility import walk
from tests.personas.people import Persona, Place

PAGES = {
    "dsl": (
        "/programme/{pilot_school}/pilot/", "/programme/{pilot_school}/pilot/1/", "/programme/{pilot_school}/pilot/1/review/", "/captures/?tab=first_look", "/captures/{first_look}/",
    ),
    "dsl_of_another_school": ("/programme/{designing_school}/pilot/",),
    "behaviour_lead": ("/captures/", "/captures/{first_look}/", "/programme/{pilot_school}/pilot/"),
    "technician": ("/captures/sources/",),
}  # fmt: skip


@pytest.fixture
def pilot(live_server: Any, larkfield: Place, marsh_end: Place) -> PilotScene:
    now = timezone.now()
    set_measures(larkfield, now=now)
    return set_pilot(larkfield, another=marsh_end, now=now)


@pytest.mark.parametrize("who", PAGES)
def test_no_page_of_the_pilot_has_a_fault(who: str, chromium: Browser, address: str, pilot: PilotScene, request: pytest.FixtureRequest) -> None:
    persona: Persona = request.getfixturevalue(who)
    paths = [path.format(**vars(pilot)) for path in PAGES[who]]
    assert walk(chromium, address, persona, paths) == {}


def test_the_technician_sorts_by_source_and_takes_it_back(
    chromium: Browser, address: str, pilot: PilotScene, technician: Persona, larkfield: Place
) -> None:
    with signed_in(chromium, address, technician) as context:
        page = context.new_page()
        page.goto(f"{address}/captures/sources/")
        words = page.locator("form.source-card").filter(has=page.get_by_role("heading", name="words.example"))
        expect(words.get_by_role("checkbox")).to_have_count(3)
        words.get_by_role("button", name="Noise from this source").click()
        expect(page.get_by_text("3 captures set aside as noise.")).to_be_visible()
        assert "vapes" not in page.content()
        assert "Gill" not in page.content()
        page.get_by_role("button", name="Bring back").first.click()
        expect(page.get_by_text("1 capture brought back.")).to_be_visible()
