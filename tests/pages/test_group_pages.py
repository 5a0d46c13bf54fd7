"""The pages of the working group, the plan and reviews in a browser: no accessibility fault, nothing too wide, nothing that needs a script."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from heedful.programme.plan.queries import plan_facts
from heedful.programme.working_group.models import Meeting
from tests.pages.browser import signed_in
from tests.pages.group_scene import GroupScene, set_group_scene
from tests.pages.test_accessibility import always, walk
from tests.personas.people import Persona, Place

PAGES = (
    "/programme/{group_school}/working-group/", "/programme/{group_school}/working-group/meetings/{held_meeting}/",
    "/programme/{group_school}/working-group/meetings/{planned_meeting}/", "/programme/{group_school}/plan/", "/programme/{group_school}/plan/profile/",
    "/programme/{group_school}/plan/lines/", "/programme/{group_school}/plan/lines/{gap_line}/", "/programme/{group_school}/reviews/",
    "/programme/{group_school}/reviews/{written_review}/", "/programme/{group_school}/exit/", "/assurance/",
)  # fmt: skip


@pytest.fixture
def group(live_server: object, larkfield: Place) -> GroupScene:
    return set_group_scene(larkfield, now=timezone.now())


def test_no_page_has_an_accessibility_fault_or_breaks_its_policy(chromium: Browser, address: str, group: GroupScene, dsl: Persona) -> None:
    paths = [path.format(**vars(group)) for path in PAGES]
    assert walk(chromium, address, dsl, paths, unfolds=always) == {}


def test_a_small_school_gets_its_first_meeting_and_its_plan_by_keyboard_and_without_script(
    chromium: Browser, address: str, larkfield: Place, dsl: Persona
) -> None:
    at = f"{address}/programme/{larkfield.school.pk}"
    with signed_in(chromium, address, dsl, has_script=False) as context:
        page = context.new_page()
        page.goto(f"{at}/working-group/")
        page.locator("#suggested-on").fill(str(timezone.localdate()))
        page.get_by_role("button", name="Plan this meeting").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Working group")
        page.get_by_label("Amara Lockhart").check()
        page.get_by_label("Notes").fill("We begin.")
        page.get_by_role("button", name="It was held").press("Enter")
        expect(page.get_by_text("The meeting is recorded.")).to_be_visible()
        page.goto(f"{at}/plan/")
        page.get_by_role("button", name="Begin with the usual lines").press("Enter")
        expect(page.get_by_text("lines to begin with")).to_be_visible()
    assert Meeting.objects.get().notes == "We begin."
    assert plan_facts(larkfield.school.pk).lines
