"""The pages of pictures, identity and support in a real browser: without a fault, by keyboard, and without script."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from heedful.captures.models import Capture, PictureSeal
from tests.pages.browser import signed_in
from tests.pages.reading_scene import ReadingScene, set_reading_scene
from tests.pages.test_accessibility import faults_of, walk
from tests.personas.people import Persona, Place

PAGES = (
    "/captures/{pictured}/", "/captures/{sealed}/", "/captures/{passed}/", "/captures/{pictured}/move/", "/captures/{sealed}/sealed-picture/",
    "/captures/{asked}/sealed-picture/", "/captures/sealed-pictures/", "/captures/{moved}/moved/", "/captures/unmatched/", "/captures/unmatched/{stranger}/",
)  # fmt: skip


@pytest.fixture
def reading(live_server: object, larkfield: Place) -> ReadingScene:
    return set_reading_scene(larkfield, now=timezone.now())


def test_no_page_has_an_accessibility_fault(chromium: Browser, address: str, reading: ReadingScene, dsl: Persona) -> None:
    paths = [path.format(**vars(reading)) for path in PAGES]
    assert walk(chromium, address, dsl, paths) == {}


def test_a_picture_opens_for_a_reason_has_no_fault_and_closes_by_itself(
    chromium: Browser, address: str, reading: ReadingScene, dsl: Persona
) -> None:
    with signed_in(chromium, address, dsl) as context:
        page = context.new_page()
        page.clock.install()
        open_picture(page, address, reading.pictured)
        page.get_by_alt_text("What the screen showed").hover()
        page.clock.run_for(59_000)
        expect(page.get_by_alt_text("What the screen showed")).to_be_visible()
        page.clock.run_for(2_000)
        expect(page.get_by_alt_text("What the screen showed")).to_have_count(0)
        expect(page.get_by_text("The picture is closed again.")).to_be_visible()
        open_picture(page, address, reading.pictured)
        assert faults_of(page) == []


def test_without_script_an_open_picture_goes_away_with_its_page(chromium: Browser, address: str, reading: ReadingScene, dsl: Persona) -> None:
    with signed_in(chromium, address, dsl, has_script=False) as context:
        page = context.new_page()
        open_picture(page, address, reading.pictured)
        away = page.locator("meta[http-equiv=refresh]")
        expect(away).to_have_attribute("content", f"60; url=/captures/{reading.pictured}/")
        page.goto(f"{address}/captures/{reading.pictured}/")
        expect(page.get_by_alt_text("What the screen showed")).to_have_count(0)
        expect(page.locator("meta[http-equiv=refresh]")).to_have_count(0)


def test_one_key_seals_a_picture_and_the_page_says_what_to_do(chromium: Browser, address: str, reading: ReadingScene, dsl: Persona) -> None:
    with signed_in(chromium, address, dsl) as context:
        page = context.new_page()
        open_picture(page, address, reading.pictured)
        page.keyboard.press("s")
        expect(page.get_by_role("heading", name="What to do now")).to_be_visible()
        expect(page.locator("img[src^='data:']")).to_have_count(0)
        page.get_by_role("link", name="The capture", exact=True).click()
        expect(page.get_by_text("It is sealed: closed to everybody")).to_be_visible()
    assert PictureSeal.objects.filter(number=reading.pictured).exists()


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no-script"])
def test_the_wrong_child_is_put_right_by_keyboard(
    has_script: bool, chromium: Browser, address: str, reading: ReadingScene, dsl: Persona, larkfield: Place
) -> None:
    with signed_in(chromium, address, dsl, has_script=has_script) as context:
        page = context.new_page()
        page.goto(f"{address}/captures/{reading.pictured}/")
        if has_script:
            page.keyboard.press("w")
        else:
            page.get_by_role("link", name="Wrong child?").press("Enter")
        page.get_by_label("Name, form or year").fill("gill")
        page.keyboard.press("Enter")
        page.get_by_role("radio", name="Maryam Gill").press("Space")
        page.get_by_label("Why").select_option("somebody_else")
        assert not has_script or faults_of(page) == []
        page.get_by_role("button", name="Move it").press("Enter")
        expect(page.get_by_text("was moved. Whoever had read it is told.")).to_be_visible()
        expect(page.get_by_text("Likely: a member of staff said so")).to_be_visible()
    assert Capture.objects.get(pk=reading.pictured).pupil_id == larkfield.pupils[2].pk


def test_lines_before_are_asked_for_by_key_and_passing_by_key(chromium: Browser, address: str, reading: ReadingScene, dsl: Persona) -> None:
    with signed_in(chromium, address, dsl) as context:
        page = context.new_page()
        page.goto(f"{address}/captures/{reading.passed}/")
        expect(page.get_by_text("Tom Hale passed it to you")).to_be_visible()
        expect(page.get_by_text("anyone around after school?")).to_have_count(0)
        page.keyboard.press("l")
        page.get_by_role("button", name="To see whether somebody is in danger").press("Enter")
        expect(page.get_by_text("anyone around after school?")).to_be_visible()
        assert faults_of(page) == []
        page.keyboard.press("p")
        page.get_by_label("To", exact=True).select_option(label="Tom Hale, deputy safeguarding lead")
        page.get_by_role("button", name="Pass it on").click()
        expect(page.get_by_text("is passed to Tom Hale")).to_be_visible()


def open_picture(page: Page, address: str, number: int) -> None:
    page.goto(f"{address}/captures/{number}/")
    page.get_by_label("Why do you need the picture?").select_option("judge")
    page.get_by_role("button", name="Show it for a minute").click()
    expect(page.get_by_alt_text("What the screen showed")).to_be_visible()
