"""The pages of "Behaviour or safeguarding?" in a real browser: no fault in either mode and size, and sorting by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from heedful.programme.calibration.models import CardAnswer
from tests.pages.browser import signed_in
from tests.pages.calibration_scene import CalibrationScene, set_calibration
from tests.pages.test_accessibility import always, walk
from tests.personas.people import Persona, Place

AT = "/programme/{cards_school}/calibration"
PAGES = {
    "dsl": (
        f"{AT}/", f"{AT}/notes/", f"{AT}/cards/", f"{AT}/{{running}}/", f"{AT}/{{running}}/cards/3/", f"{AT}/{{running}}/paper/", f"{AT}/{{discussed}}/",
        f"{AT}/{{discussed}}/proposal/",
    ),
    "behaviour_lead": (f"{AT}/{{running}}/",),  # has finished: sees results while others sort
    "dsl_of_another_school": ("/programme/{talking_school}/calibration/{talking}/",),
    "governor": (f"{AT}/", f"{AT}/{{discussed}}/"),
}  # fmt: skip


@pytest.fixture
def cards(live_server: Any, larkfield: Place, marsh_end: Place, mailoutbox: list[Any]) -> CalibrationScene:
    return set_calibration(larkfield, now=timezone.now(), another=marsh_end)


@pytest.mark.parametrize("who", PAGES)
def test_no_page_of_the_exercise_has_an_accessibility_fault(who: str, chromium: Browser, address: str, cards: CalibrationScene, request: pytest.FixtureRequest) -> None:
    persona: Persona = request.getfixturevalue(who)
    paths = [path.format(**vars(cards)) for path in PAGES[who]]
    assert walk(chromium, address, persona, paths, unfolds=always) == {}


def test_cards_are_sorted_by_keyboard_and_kept_at_once(chromium: Browser, address: str, cards: CalibrationScene, dsl: Persona) -> None:
    with signed_in(chromium, address, dsl) as context:
        page = context.new_page()
        page.goto(address + f"{AT}/{{running}}/sort/".format(**vars(cards)))
        expect(page.get_by_role("heading", name="Card 1 of 20")).to_be_visible()
        expect(page.locator("[data-card-title]")).to_be_focused()
        for key in "16":
            with page.expect_response(lambda answer: answer.status == 204):
                page.keyboard.press(key)
        expect(page.get_by_text("Kept.")).to_be_visible()
        answer = CardAnswer.objects.get(sorter__round=cards.running, sorter__user=dsl.user)
        assert (answer.pile, answer.urgency) == ("safeguarding", "today")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Card 2 of 20")).to_be_visible()
        expect(page.locator("[data-card-title]")).to_be_focused()  # keys pick from here on
        page.keyboard.press("4")
        expect(page.get_by_text("What is only recorded needs no answer here.")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Card 3 of 20")).to_be_visible()
