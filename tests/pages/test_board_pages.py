"""The board, the stage, the launch and a trust's pages in a browser: no accessibility fault, and a date is set by keyboard without script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from heedful.people.actions import add_staff
from heedful.people.models import School, Trust
from heedful.people.rules import RoleName, Stage
from tests.pages.browser import signed_in
from tests.pages.programme_scene import ProgrammeScene, set_programme
from tests.pages.test_accessibility import always, walk
from tests.personas.people import Persona, Place

PAGES = {
    "dsl": (
        "/programme/", "/programme/{school}/", "/programme/{school}/stage/live/", "/programme/{school}/stage/set_up/", "/programme/{school}/launch/",
        "/programme/trust/{trust}/",
    ),
    "governor": ("/programme/{school}/", "/programme/{school}/launch/"),
}  # fmt: skip


@pytest.fixture
def programme(live_server: object, larkfield: Place, marsh_end: Place) -> ProgrammeScene:
    """In its pilot, of a trust with two schools, both of which the lead runs."""
    scene = set_programme(larkfield, now=timezone.now())
    trust = Trust.objects.create(name="Four Rivers Trust")
    School.objects.filter(pk__in=[larkfield.school.pk, marsh_end.school.pk]).update(trust=trust, stage=Stage.PILOT)
    add_staff(school=marsh_end.school, email=larkfield.staff["dsl"].email, name="", roles=[RoleName.DSL], now=timezone.now())
    return ProgrammeScene(scene.school, trust.pk)


@pytest.mark.parametrize("who", PAGES)
def test_no_page_of_the_board_has_an_accessibility_fault(
    who: str, chromium: Browser, address: str, programme: ProgrammeScene, request: pytest.FixtureRequest
) -> None:
    persona: Persona = request.getfixturevalue(who)
    paths = [path.format(**vars(programme)) for path in PAGES[who]]
    assert walk(chromium, address, persona, paths, unfolds=always) == {}


def test_the_launch_moves_by_keyboard_and_without_script(chromium: Browser, address: str, programme: ProgrammeScene, dsl: Persona) -> None:
    with signed_in(chromium, address, dsl, has_script=False) as context:
        page = context.new_page()
        page.goto(f"{address}/programme/{programme.school}/launch/")
        page.get_by_text("Move the launch").click()
        page.get_by_label("Launch on").fill(str(timezone.localdate() + timedelta(days=70)))
        page.get_by_role("button", name="Move it and tell everybody").press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Say why the date moves")
        page.get_by_label("Why it moves").fill("Two reviewers are still in training.")
        page.get_by_role("button", name="Move it and tell everybody").press("Enter")
        expect(page.get_by_text("in 70 days")).to_be_visible()
        page.get_by_text("Every date there was: 3").click()
        expect(page.get_by_text("Two reviewers are still in training.")).to_be_visible()
