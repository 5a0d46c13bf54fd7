"""The register in a real browser: no fault in either mode and size, and the clause beside the capture, with script and without."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.pages.browser import signed_in
from tests.pages.policies_scene import PoliciesScene, set_policies
from tests.pages.test_accessibility import always, faults_of, walk
from tests.personas.people import Persona, Place

AT = "/programme/{policy_school}/policies"
PAGES = {
    "dsl": (
        f"{AT}/", f"{AT}/add/?kind=behaviour", f"{AT}/links/?section={{policy_section}}", f"{AT}/{{policy}}/", f"{AT}/{{policy_to_sign}}/", f"{AT}/{{policy_plain}}/",
        f"{AT}/{{policy_plain}}/headings/", f"{AT}/{{policy_changed}}/confirm/", f"{AT}/{{policy_changed}}/version/", f"{AT}/{{policy}}/facts/",
        f"{AT}/clauses/?theme=bullying,suicide&deed=seal_picture", "/thresholds/",
    ),
    "governor": (f"{AT}/", f"{AT}/links/", f"{AT}/{{policy_changed}}/", f"{AT}/{{policy_changed}}/confirm/", f"{AT}/clauses/?theme=gambling"),
}  # fmt: skip


@pytest.fixture
def policies(live_server: Any, larkfield: Place, mailoutbox: list[Any]) -> PoliciesScene:
    return set_policies(larkfield, now=timezone.now())


@pytest.mark.parametrize("who", PAGES)
def test_no_page_of_the_register_has_an_accessibility_fault(
    who: str, chromium: Browser, address: str, policies: PoliciesScene, request: pytest.FixtureRequest
) -> None:
    persona: Persona = request.getfixturevalue(who)
    paths = [path.format(**vars(policies)) for path in PAGES[who]]
    assert walk(chromium, address, persona, paths, unfolds=always) == {}


def opened(page: Page, address: str, number: int) -> Page:
    page.goto(f"{address}/captures/{number}/")
    return page


def test_the_clause_that_applies_stands_beside_the_capture(
    chromium: Browser, address: str, larkfield: Place, policies: PoliciesScene, dsl: Persona
) -> None:
    number = larkfield.stores("i want to kill myself tonight")
    with signed_in(chromium, address, dsl) as context:
        page = opened(context.new_page(), address, number)
        clause = page.get_by_role("region", name="What our policies say")
        expect(clause.get_by_text("2.1 Self-harm and suicide")).to_be_visible()
        expect(clause.get_by_text("is not left alone until then")).to_be_visible()
        page.get_by_text("Close it", exact=True).click()
        sanction = page.get_by_text("What our policies say: tell parents")
        sanction.click()
        expect(page.get_by_text("Parents are told by a person, in a conversation.")).to_be_visible()
        assert faults_of(page) == []
        clause.get_by_role("link", name="2.1 Self-harm and suicide").click()
        expect(page.get_by_role("heading", name="Safeguarding and child protection policy", level=1)).to_be_visible()


def test_without_script_a_link_leads_to_the_clause(chromium: Browser, address: str, larkfield: Place, policies: PoliciesScene, dsl: Persona) -> None:
    number = larkfield.stores("i want to kill myself tonight")
    with signed_in(chromium, address, dsl, has_script=False) as context:
        page = opened(context.new_page(), address, number)
        page.get_by_role("link", name="What our policies say", exact=True).click()
        expect(page.get_by_role("heading", name="What our policies say", level=1)).to_be_visible()
        expect(page.get_by_text("is not left alone until then")).to_be_visible()


def test_a_theme_without_a_clause_says_so_and_a_deed_without_one_says_nothing(
    chromium: Browser, address: str, larkfield: Place, policies: PoliciesScene, dsl: Persona
) -> None:
    number = larkfield.stores("anyone selling vapes at lunch")
    with signed_in(chromium, address, dsl) as context:
        page = opened(context.new_page(), address, number)
        expect(page.get_by_text("No clause of a policy stands behind drugs and alcohol yet.")).to_be_visible()
        page.get_by_text("False positive", exact=True).click()
        expect(page.get_by_text("What our policies say on false positives")).to_be_hidden()


def test_a_new_version_is_compared_and_confirmed_word_by_word(chromium: Browser, address: str, policies: PoliciesScene, dsl: Persona) -> None:
    with signed_in(chromium, address, dsl) as context:
        page = context.new_page()
        page.goto(address + f"{AT}/{{policy_changed}}/".format(**vars(policies)))
        page.get_by_role("link", name="Compare and confirm").click()
        expect(page.locator("del").first).to_contain_text("on")
        expect(page.locator("ins").first).to_contain_text("within")
        page.get_by_role("region", name="Bullying").get_by_role("button", name="It still stands").click()
        page.get_by_role("region", name="Discrimination, age 11-14").get_by_role("button", name="Take the link away").click()
        expect(page.get_by_text("Every clause of this policy is confirmed.")).to_be_visible()
