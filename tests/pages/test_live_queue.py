"""The open queue in a browser: what arrives, what waits behind the pill, and the keyboard."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from heedful.captures.models import Capture
from tests.pages.browser import signed_in
from tests.pages.scene import URGENT
from tests.personas.people import Persona, Place

VAPES = "anyone selling vapes at lunch"
CUTTING = "ive been cutting myself again and nobody knows"


@pytest.fixture
def queue(chromium: Browser, address: str, dsl: Persona, larkfield: Place) -> Iterator[Page]:
    """The DSL's open queue with two captures in it."""
    larkfield.stores(URGENT)
    larkfield.stores(VAPES)
    with signed_in(chromium, address, dsl) as context:
        page = context.new_page()
        page.goto(f"{address}/captures/")
        expect(page.locator("#queue > li")).to_have_count(2)
        yield page


def opened(page: Page) -> None:
    """Wait until the capture is open and its script listens to keys: modules run before the page counts as loaded."""
    page.wait_for_url("**/captures/*/")
    expect(page.locator("h1")).to_contain_text("Suicide")


def levels(page: Page) -> list[str]:
    return [level or "" for level in page.locator("#queue > li").evaluate_all("rows => rows.map(row => row.dataset.level)")]


def test_a_capture_appears_at_its_place_within_two_seconds(queue: Page, larkfield: Place) -> None:
    started = time.monotonic()
    number = larkfield.stores(CUTTING)
    expect(queue.locator(f"#c{number}")).to_be_visible(timeout=2_000)
    assert time.monotonic() - started < 2
    assert levels(queue) == ["5", "4", "3"]
    expect(queue.locator("[data-announce]")).to_have_text("1 new, highest: 4 Serious")
    expect(queue.locator("[data-menu-count]")).to_contain_text("3")


def test_the_list_does_not_move_under_a_selected_row(queue: Page, larkfield: Place) -> None:
    queue.keyboard.press("j")
    number = larkfield.stores(CUTTING)
    pill = queue.locator("[data-pill]")
    expect(pill).to_have_text("1 new, highest: 4 Serious", timeout=3_000)
    assert queue.locator(f"#c{number}").count() == 0
    pill.click()
    expect(queue.locator(f"#c{number}")).to_be_visible()
    expect(pill).to_be_hidden()
    assert levels(queue) == ["5", "4", "3"]


def test_what_somebody_else_decided_leaves_the_list(queue: Page, deputy: Persona, larkfield: Place) -> None:
    number = Capture.objects.get(severity=5).pk
    deputy.posts("capture_grade", number, grade="4", revision="1")
    expect(queue.locator(f"#c{number}")).to_have_count(0, timeout=3_000)
    assert levels(queue) == ["3"]


def test_the_keyboard_goes_through_the_queue_and_grades(queue: Page, larkfield: Place) -> None:
    queue.keyboard.press("j")
    queue.keyboard.press("j")
    queue.keyboard.press("k")
    queue.keyboard.press("o")
    opened(queue)
    queue.keyboard.press("4")
    expect(queue.locator("h1")).to_contain_text("Drugs")
    expect(queue.locator(".notice-success")).to_contain_text("graded 4 Serious")
    queue.keyboard.press("g")
    queue.keyboard.press("q")
    expect(queue.locator("#queue > li")).to_have_count(1)
    assert Capture.objects.get(severity=5).grade == 4


def test_keys_do_nothing_while_typing_or_switched_off(queue: Page) -> None:
    queue.locator("#queue a").first.click()
    opened(queue)
    queue.keyboard.press("n")
    queue.keyboard.type("met at 4 with 5 staff")
    expect(queue.locator("#note")).to_have_value("met at 4 with 5 staff")
    queue.locator("h1").click()
    queue.keyboard.press("?")
    queue.locator("[data-keys-switch]").uncheck()
    queue.keyboard.press("Escape")
    queue.keyboard.press("3")
    expect(queue.locator("#note")).to_have_value("met at 4 with 5 staff")
    assert not Capture.objects.filter(grade__isnull=False).exists()


def test_asking_for_news_breaks_no_policy(queue: Page) -> None:
    complaints: list[str] = []
    queue.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for _ in range(2):
        with queue.expect_response("**/captures/news**") as answer:
            pass
        assert answer.value.status == 304
    queue.wait_for_timeout(200)
    assert complaints == []


def test_a_page_that_signed_out_shows_the_sign_in(queue: Page, dsl: Persona) -> None:
    dsl.browser.session.flush()
    expect(queue.get_by_role("heading", name="Sign in")).to_be_visible(timeout=4_000)


def test_the_console_works_without_script(chromium: Browser, address: str, dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    with signed_in(chromium, address, dsl, has_script=False) as context:
        page = context.new_page()
        page.goto(f"{address}/captures/?severity=5")
        page.locator("#queue a").click()
        page.get_by_role("button", name="I have it").click()
        page.get_by_text("Close it").click()
        page.get_by_role("button", name="4 Serious").click()
        expect(page.get_by_role("heading", name="No capture matches these filters")).to_be_visible()
    row = Capture.objects.get(pk=number)
    assert (row.grade, row.acknowledged_by_id) == (4, larkfield.staff["dsl"].pk)


def test_the_chosen_theme_stays(queue: Page) -> None:
    queue.emulate_media(color_scheme="light")
    queue.locator("[data-theme-switch]").click()
    expect(queue.locator("html")).to_have_attribute("data-theme", "dark")
    queue.reload()
    expect(queue.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_queue_without_an_answer_says_so_until_it_is_back(queue: Page) -> None:
    notice = queue.locator("[data-offline]")
    queue.route("**/captures/news**", lambda route: route.abort())
    expect(notice).to_be_visible(timeout=8_000)
    queue.unroute("**/captures/news**")
    expect(notice).to_be_hidden(timeout=12_000)


def test_a_forgotten_page_goes_to_the_sign_in(chromium: Browser, address: str, dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    with signed_in(chromium, address, dsl) as context:
        page = context.new_page()
        page.clock.install()
        page.goto(f"{address}/captures/{number}/")
        page.clock.fast_forward("25:00")
        page.keyboard.press("Tab")
        page.clock.fast_forward("25:00")
        expect(page.get_by_role("heading", name="What was written")).to_be_visible()
        dsl.browser.session.flush()
        page.clock.fast_forward("06:00")
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
