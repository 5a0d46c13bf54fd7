"""The pages of training in a browser: no accessibility fault, nothing too wide, and a learner's way by keyboard without a script."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from heedful.programme.training.models import Attempt, Result
from heedful.programme.training.queries import module_of
from tests.pages.browser import signed_in
from tests.pages.test_accessibility import walk
from tests.pages.training_scene import TrainingScene, set_training
from tests.personas.people import Persona, Place

AT = "/programme/{training_school}/training/"
PAGES = {
    "dsl": (
        AT, AT + "record/", AT + "pass-mark/", AT + "own/", AT + "clearances/", AT + "practice/", AT + "practice/{go}/", AT + "results/{failed_result}/",
        AT + "modules/reviewers/", AT + "modules/own-phones-at-our-school/", AT + "modules/reviewers/questions/",
    ),
    "staff_member": (AT, AT + "results/{passed_result}/", AT + "modules/short/"),
    "newcomer": (AT, AT + "emergency/", "/captures/", "/your-part/"),
    "practising": ("/captures/", "/captures/{practised}/", "/thresholds/"),
}  # fmt: skip


@pytest.fixture
def trained(live_server: object, larkfield: Place) -> TrainingScene:
    return set_training(larkfield, now=timezone.now())


@pytest.mark.parametrize("who", PAGES)
def test_no_page_has_an_accessibility_fault_or_breaks_its_policy(
    who: str, chromium: Browser, address: str, trained: TrainingScene, request: pytest.FixtureRequest
) -> None:
    persona: Persona = getattr(trained, who) if hasattr(trained, who) else request.getfixturevalue(who)
    paths = [path.format(**vars(trained)) for path in PAGES[who]]
    assert walk(chromium, address, persona, paths, unfolds=lambda path: path.startswith("/programme/")) == {}


def test_a_module_is_read_answered_and_passed_without_script(chromium: Browser, address: str, larkfield: Place, staff_member: Persona) -> None:
    module = module_of(larkfield.school.pk, "short")
    assert module
    with signed_in(chromium, address, staff_member, has_script=False) as context:
        page = context.new_page()
        page.goto(f"{address}/programme/{larkfield.school.pk}/training/")
        page.get_by_role("link", name="Five minutes before you start").first.click()
        page.get_by_role("link", name="Go to the questions").click()
        page.get_by_role("button", name="See how I did").click()
        expect(page.get_by_role("alert")).to_contain_text("5 questions have no answer yet")
        for number, question in enumerate(module.questions):
            page.locator(f"#q{number}").get_by_label(question.options[min(question.right)]).check()
        page.get_by_role("button", name="See how I did").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Passed: Five minutes before you start")
    assert Result.objects.get(user=larkfield.staff["staff_member"]).passed


def test_who_practises_is_told_so_on_every_page_and_finds_the_way_out(chromium: Browser, address: str, larkfield: Place, deputy: Persona) -> None:
    with signed_in(chromium, address, deputy) as context:
        page = context.new_page()
        page.goto(f"{address}/programme/{larkfield.school.pk}/training/practice/")
        page.get_by_role("button", name="Begin").click()
        bar = page.get_by_role("region", name="Practice")
        for path in ("/captures/", "/thresholds/", "/your-part/", "/limits/"):
            page.goto(address + path)
            expect(bar).to_contain_text("You are practising: nothing here is real.")
        page.goto(f"{address}/captures/")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url("**/captures/*/")
        expect(page.get_by_role("button", name="Shortcuts").or_(page.locator("[data-keys-open]")).first).to_be_visible()
        page.keyboard.press("5")
        expect(bar).to_contain_text("29 of 30 still to decide")
        bar.get_by_role("button", name="Leave for now").click()
        expect(bar).to_have_count(0)
        page.get_by_role("button", name="Go on practising").click()
        bar.get_by_role("button", name="Finish and see how I did").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Not passed yet")
    assert Attempt.objects.get(user=larkfield.staff["deputy"]).missed > 5
