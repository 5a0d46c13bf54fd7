"""A trained person's fifty captures in under five minutes: a real Chromium, the keyboard alone, and time to read each one."""

from __future__ import annotations

import time
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from heedful.captures.models import Capture
from heedful.captures.queries.queue import waiting_now
from tests.pages.browser import signed_in
from tests.personas.people import Persona, Place

CAPTURES = 50
WITHIN_S = 5 * 60
# Reading a line and its finding, and making up one's mind. It is added to what was measured, not slept.
THINKING_S = 3.5
# Each text is of another theme or level, so that the fifty are fifty decisions.
TEXTS = (
    "i want to kill myself tonight",
    "ive been cutting myself again and nobody knows",
    "anyone selling vapes at lunch",
    "i hate my life and i wish i was never born",
    "kill yourself you ugly loser nobody likes you",
)
# What the person decides, in turn: mostly that it is nothing, as in life; a grade of 4 needs no more at once.
VERDICTS = (("f", "1"), ("2",), ("f", "3"), ("3",), ("f", "2"), ("1",), ("4",))


def fill(place: Place) -> None:
    """Fifty rows that wait, none folded under another, of four pupils over a morning."""
    now = timezone.now()
    for number in range(CAPTURES):
        moment = now - timedelta(minutes=11 * (number + 1))
        place.stores(TEXTS[number % len(TEXTS)], pupil=number % 4, observed_at=moment, now=moment)


def test_fifty_captures_are_triaged_by_keyboard_in_under_five_minutes(
    chromium: Browser, address: str, dsl: Persona, larkfield: Place
) -> None:
    fill(larkfield)
    assert dsl.user is not None
    assert waiting_now(dsl.user).rows == CAPTURES
    with signed_in(chromium, address, dsl) as context:
        page = context.new_page()
        page.goto(f"{address}/captures/")
        listens(page)
        started = time.monotonic()
        page.keyboard.press("j")
        page.keyboard.press("o")
        for turn in range(CAPTURES):
            number = open_number(page)
            for key in VERDICTS[turn % len(VERDICTS)]:
                page.keyboard.press(key)
            # The next is there when its page is another one and its keys listen.
            page.wait_for_function("(was) => location.pathname !== was", arg=f"/captures/{number}/")
            listens(page)
        worked_s = time.monotonic() - started
        expect(page.get_by_role("heading", name="0 to review")).to_be_visible()
    total_s = worked_s + CAPTURES * THINKING_S
    assert total_s < WITHIN_S, f"{total_s:.0f} s: {worked_s / CAPTURES:.2f} s of keys and pages for each, {THINKING_S} s of thought"
    rows = Capture.objects.all()
    assert not rows.filter(graded_at=None).exists()
    assert {row.graded_by for row in rows} == {dsl.user}
    # Nothing was decided twice, and nothing by mistake on the page before: one decision each.
    assert {row.revision for row in rows} == {2}


def listens(page: Page) -> None:
    page.wait_for_selector("html[data-listens=yes]")


def open_number(page: Page) -> int:
    page.wait_for_url("**/captures/*/")
    listens(page)
    return int(page.url.rstrip("/").rsplit("/", 1)[1])
