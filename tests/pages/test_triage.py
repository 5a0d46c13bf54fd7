"""Triage in a real browser, by keyboard and by thumb: deciding, going on, undoing, selecting, searching, and others at the same time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from heedful.captures.models import Capture, Decision
from tests.pages.browser import signed_in
from tests.pages.scene import URGENT
from tests.pages.test_accessibility import AXE, axe
from tests.personas.people import Persona, Place

VAPES = "anyone selling vapes at lunch"
CUTTING = "ive been cutting myself again and nobody knows"


@pytest.fixture
def waiting(larkfield: Place) -> dict[str, int]:
    """One that is urgent, and three milder ones of three pupils."""
    return {"urgent": larkfield.stores(URGENT), **{f"mild{pupil}": larkfield.stores(VAPES, pupil=pupil) for pupil in (1, 2, 3)}}


@pytest.fixture
def page(chromium: Browser, address: str, dsl: Persona, waiting: dict[str, int]) -> Iterator[Page]:
    with signed_in(chromium, address, dsl) as context:
        page = context.new_page()
        page.goto(f"{address}/captures/")
        listens(page)
        yield page


def listens(page: Page) -> None:
    """Wait until the page's scripts have run: from then on keys do something."""
    page.wait_for_selector("html[data-listens=yes]")


def opens(page: Page, address: str, number: int) -> None:
    page.goto(f"{address}/captures/{number}/")
    listens(page)


def shows(page: Page, number: int) -> None:
    expect(page.locator("h1")).to_contain_text(f"capture {number}")
    listens(page)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def row_of(number: int) -> Capture:
    return Capture.objects.get(pk=number)


def faults(page: Page) -> list[str]:
    page.evaluate(AXE)
    return axe(page)


# ---- deciding and going on ----


def test_a_decision_goes_on_to_the_next_says_so_and_keeps_the_focus_in_the_page(page: Page, address: str, waiting: dict[str, int]) -> None:
    opens(page, address, waiting["mild1"])
    press(page, "2")
    shows(page, waiting["urgent"])
    # Read out: put into a live region after the page has loaded, not before.
    expect(page.locator("[data-said]")).to_contain_text(f"Capture {waiting['mild1']} graded 2 Low")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    press(page, "Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_who_would_rather_stay_stays(page: Page, address: str, waiting: dict[str, int]) -> None:
    page.goto(f"{address}/keyboard/")
    page.get_by_label("After a decision go on").uncheck()
    page.get_by_role("button", name="Save").click()
    opens(page, address, waiting["mild1"])
    press(page, "2")
    expect(page.locator(".capture-level-whose").nth(1)).to_contain_text("grade, by Amara Lockhart")
    assert page.url.endswith(f"/captures/{waiting['mild1']}/")


@pytest.mark.parametrize("key", ["f", "0"])
def test_a_false_positive_is_two_keys(page: Page, address: str, waiting: dict[str, int], key: str) -> None:
    opens(page, address, waiting["mild1"])
    press(page, key)
    expect(page.get_by_role("button", name="Joke or figure of speech")).to_be_focused()
    press(page, "2")
    shows(page, waiting["urgent"])
    assert row_of(waiting["mild1"]).false_positive == "schoolwork"


def test_leaving_the_reasons_decides_nothing(page: Page, address: str, waiting: dict[str, int]) -> None:
    opens(page, address, waiting["mild1"])
    press(page, "f", "9", "Escape")
    expect(page.locator("#false-positive")).to_be_hidden()
    assert row_of(waiting["mild1"]).revision == 1


def test_the_next_one_is_of_the_view_that_one_works_through(page: Page, address: str, waiting: dict[str, int]) -> None:
    page.goto(f"{address}/captures/?theme=drugs")
    listens(page)
    press(page, "j", "o")
    shows(page, waiting["mild1"])
    press(page, "1")
    shows(page, waiting["mild2"])
    press(page, "j")  # passed over
    shows(page, waiting["mild3"])
    press(page, "1")
    shows(page, waiting["mild2"])
    page.locator(".back").click()
    expect(page).to_have_url(re.compile("theme=drugs"))


def test_after_the_last_one_the_queue_says_so_and_keeps_the_focus(page: Page, address: str, waiting: dict[str, int]) -> None:
    for name in ("mild1", "mild2", "mild3"):
        row = row_of(waiting[name])
        row.delete()
    opens(page, address, waiting["urgent"])
    press(page, "4")
    expect(page.get_by_role("heading", name="0 to review")).to_be_visible()
    expect(page.locator("[data-said]")).to_contain_text("graded 4 Serious")
    assert page.evaluate("document.activeElement.tagName") == "H1"


# ---- undo ----


def test_z_takes_back_what_was_just_decided_on_the_page_before(page: Page, address: str, waiting: dict[str, int]) -> None:
    opens(page, address, waiting["mild1"])
    press(page, "1")
    shows(page, waiting["urgent"])
    press(page, "z")
    shows(page, waiting["mild1"])
    expect(page.locator(".messages")).to_contain_text("is as it was before")
    assert (row_of(waiting["mild1"]).grade, row_of(waiting["urgent"]).revision) == (None, 1)


def test_the_capture_itself_offers_to_undo_for_ten_minutes_and_then_to_open_again(
    page: Page, address: str, waiting: dict[str, int]
) -> None:
    opens(page, address, waiting["mild1"])
    press(page, "f", "1")
    shows(page, waiting["urgent"])
    opens(page, address, waiting["mild1"])
    expect(page.locator(".undo")).to_contain_text("You closed it as a false positive")
    Decision.objects.update(at=timezone.now() - timedelta(minutes=11))
    page.reload()
    expect(page.locator(".undo")).to_have_count(0)
    page.get_by_role("button", name="Open it again").click()
    expect(page.locator(".messages")).to_contain_text("is open again")
    assert row_of(waiting["mild1"]).tab == "to_review"


def test_what_somebody_else_decided_since_is_not_undone(page: Page, address: str, waiting: dict[str, int], deputy: Persona) -> None:
    opens(page, address, waiting["mild1"])
    press(page, "1")
    shows(page, waiting["urgent"])
    deputy.posts("capture_grade", waiting["mild1"], grade="3", revision="2")
    press(page, "z")
    expect(page.locator(".notice-error")).to_contain_text("Somebody else has decided since")
    assert row_of(waiting["mild1"]).grade == 3


# ---- selecting ----


def test_selecting_and_deciding_on_many_by_keyboard(page: Page, waiting: dict[str, int]) -> None:
    press(page, "j", "x")
    expect(page.locator("[data-announce]")).to_contain_text("are opened one by one")  # the first is urgent
    press(page, "j", "x", "j", "j", "X")
    expect(page.locator("[data-bulk-count]")).to_have_text("3 selected")
    press(page, "1")
    expect(page.get_by_role("heading", name="3 graded 1 Noted")).to_be_visible()
    assert {row.grade for row in Capture.objects.filter(theme="drugs")} == {1}
    listens(page)
    press(page, "z")
    expect(page.get_by_role("heading", name="3 taken back")).to_be_visible()
    assert {row.grade for row in Capture.objects.filter(theme="drugs")} == {None}


def test_the_results_say_what_was_not_done_and_why(page: Page, waiting: dict[str, int], deputy: Persona) -> None:
    press(page, "A")
    page.evaluate("document.querySelector('#queue').dataset.cursor = ''")  # the page has not heard yet
    deputy.posts("capture_grade", waiting["mild2"], grade="3", revision="1")
    press(page, "f")
    expect(page.locator("#bulk-reason")).to_be_focused()
    page.locator("#bulk-reason").select_option("game")
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".lead-text")).to_contain_text("2 closed as false positives: game or sport, 1 changed by somebody else")
    expect(page.get_by_role("row", name=f"{waiting['mild2']} Changed by somebody else")).to_be_visible()
    assert faults(page) == []


def test_the_list_does_not_move_while_something_is_selected(page: Page, larkfield: Place) -> None:
    page.locator("input[name=item]").first.check()
    page.evaluate("document.activeElement.blur()")
    page.evaluate("document.querySelector('.is-selected')?.classList.remove('is-selected')")
    number = larkfield.stores(CUTTING)
    expect(page.locator("[data-pill]")).to_be_visible(timeout=4_000)
    assert page.locator(f"#c{number}").count() == 0


# ---- searching and the palette ----


def test_searching_for_a_pupil_puts_no_name_in_the_address(page: Page, waiting: dict[str, int]) -> None:
    press(page, "/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("finn ash")
    press(page, "Enter")
    expect(page.locator(".chip")).to_contain_text("Pupil: Finn Ashdown")
    assert "finn" not in page.url.lower()
    expect(page.locator("#queue > li")).to_have_count(1)


def test_the_palette_goes_to_a_page_a_capture_and_an_action(page: Page, waiting: dict[str, int]) -> None:
    press(page, "Control+k")
    field = page.get_by_role("combobox", name=re.compile("A page, an action"))
    expect(field).to_be_focused()
    assert faults(page) == []
    page.keyboard.type("thresh")
    assert page.evaluate("document.getElementById(document.activeElement.getAttribute('aria-activedescendant')).textContent").startswith(
        "Thresholds"
    )
    press(page, "Enter")
    expect(page).to_have_url(re.compile("/thresholds/"))
    listens(page)
    press(page, "Control+k")
    page.keyboard.type(str(waiting["mild2"]))
    press(page, "Enter")
    shows(page, waiting["mild2"])
    press(page, "Control+k")
    page.keyboard.type("grade 1")
    press(page, "Enter")
    shows(page, waiting["urgent"])
    assert row_of(waiting["mild2"]).grade == 1


def test_the_palette_searches_when_nothing_else_is_meant(page: Page) -> None:
    press(page, "Control+k")
    page.keyboard.type("maryam")
    expect(page.locator("[data-palette-none]")).to_be_visible()
    press(page, "Enter")
    expect(page.locator(".chip")).to_contain_text("Pupil: Maryam Gill")
    assert "maryam" not in page.url.lower()


# ---- keys of one's own ----


def test_keys_are_changed_and_switched_off_on_the_server(page: Page, address: str, waiting: dict[str, int]) -> None:
    page.goto(f"{address}/keyboard/")
    page.get_by_label("Grade 2, low").fill("w")
    page.get_by_label("Wrong child").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".messages")).to_contain_text("Saved")
    opens(page, address, waiting["mild1"])
    press(page, "2")
    assert row_of(waiting["mild1"]).revision == 1
    expect(page.get_by_role("button", name="2 Low")).to_have_attribute("aria-keyshortcuts", "w")
    press(page, "w")
    shows(page, waiting["urgent"])
    press(page, "?")
    with page.expect_response("**/keyboard/"):
        page.locator("[data-keys-switch]").uncheck()
    press(page, "Escape")
    page.reload()
    listens(page)
    press(page, "3")
    expect(page.get_by_role("button", name="2 Low")).not_to_have_attribute("aria-keyshortcuts", "w")
    assert row_of(waiting["urgent"]).revision == 1


def test_two_things_on_one_key_are_refused_and_what_was_typed_stays(page: Page, address: str) -> None:
    page.goto(f"{address}/keyboard/")
    page.get_by_label("Next row").fill("k")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("“k” is also used for: row before.")).to_be_visible()
    expect(page.get_by_label("Next row")).to_have_value("k")
    assert faults(page) == []


# ---- others at the same time ----


def test_a_stale_page_says_what_the_other_decided_and_keeps_what_was_typed(
    page: Page, address: str, waiting: dict[str, int], deputy: Persona
) -> None:
    opens(page, address, waiting["mild1"])
    press(page, "c")
    page.keyboard.type("Spoke with the form tutor")
    deputy.posts("capture_grade", waiting["mild1"], grade="3", revision="1")
    page.get_by_role("button", name="Close the capture").click()
    expect(page.get_by_role("alert").first).to_contain_text("Tom Hale graded it just now. Somebody else decided")
    expect(page.get_by_label("What was done")).to_have_value("Spoke with the form tutor")


def test_grading_while_one_writes_how_it_is_closed_keeps_the_words(page: Page, address: str, waiting: dict[str, int]) -> None:
    opens(page, address, waiting["urgent"])
    press(page, "c")
    page.keyboard.type("Rang home, they are on their way")
    page.get_by_role("button", name="4 Serious").click()
    expect(page.locator(".messages")).to_contain_text("graded 4 Serious")
    expect(page.get_by_label("What was done")).to_have_value("Rang home, they are on their way")
    page.get_by_label("Outcome").select_option("family_contacted")
    page.get_by_role("button", name="Close the capture").click()
    shows(page, waiting["mild1"])
    assert row_of(waiting["urgent"]).state == "closed"


def test_who_else_looks_at_it_is_shown_and_goes_away(
    page: Page, address: str, waiting: dict[str, int], deputy: Persona, behaviour_lead: Persona
) -> None:
    assert deputy.posts("capture_viewing", waiting["urgent"]).status_code == 200
    assert behaviour_lead.posts("capture_viewing", waiting["urgent"]).status_code == 404
    opens(page, address, waiting["urgent"])
    expect(page.locator("[data-viewing]")).to_have_text("Tom Hale is viewing this now.")
    page.goto(f"{address}/captures/")
    expect(page.locator(f"#c{waiting['urgent']}")).to_contain_text("Tom Hale viewing")
    row_of(waiting["urgent"]).viewings.update(seen_at=timezone.now() - timedelta(seconds=61))
    page.reload()
    expect(page.locator(f"#c{waiting['urgent']}")).not_to_contain_text("viewing")


def test_a_decision_that_cannot_be_sent_stays_with_everything_typed(page: Page, address: str, waiting: dict[str, int]) -> None:
    opens(page, address, waiting["mild1"])
    press(page, "n")
    page.keyboard.type("The tutor will see her at lunch")
    page.context.set_offline(True)
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_text("Nothing was sent, and what you typed stays here")).to_be_visible()
    expect(page.get_by_label("Add a note")).to_have_value("The tutor will see her at lunch")
    page.context.set_offline(False)
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".messages")).to_contain_text("Note added")


# ---- bursts ----


def test_a_burst_is_one_row_and_a_verdict_goes_for_all_of_it_by_choice(page: Page, address: str, larkfield: Place) -> None:
    numbers = [larkfield.stores("nobody likes you", observed_at=timezone.now() - timedelta(minutes=minute)) for minute in (5, 4, 3)]
    top = Capture.objects.get(pk__in=numbers, tab="to_review").pk
    page.goto(f"{address}/captures/?theme=bullying")
    listens(page)
    expect(page.locator("#queue > li")).to_have_count(1)
    expect(page.locator(".row-burst")).to_have_text("3 captures")
    press(page, "j", "b")
    expect(page.locator("#queue > li")).to_have_count(3)
    opens(page, address, top)
    expect(page.locator(".burst")).to_contain_text("2 more of the same pupil and theme")
    press(page, "b", "2")
    expect(page.locator(".messages")).to_contain_text("So are the 2 folded under it.")
    assert {row.grade for row in Capture.objects.filter(pk__in=numbers)} == {2}
    listens(page)
    press(page, "z")
    expect(page.get_by_role("heading", name="3 taken back")).to_be_visible()


# ---- one thumb ----


def test_a_phone_of_360_pixels_is_enough_and_everything_is_large_enough_to_touch(
    chromium: Browser, address: str, dsl: Persona, waiting: dict[str, int]
) -> None:
    with signed_in(chromium, address, dsl) as context:
        phone = context.new_page()
        phone.set_viewport_size({"width": 360, "height": 740})
        phone.goto(f"{address}/captures/")
        assert small_targets(phone, "main") == []
        phone.locator("input[name=item]").first.check()
        assert small_targets(phone, ".bulk") == []
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert phone.locator(".bulk").bounding_box()["y"] > 370  # type: ignore[index]
        phone.locator(f"#c{waiting['mild1']} .row-link").click()
        shows(phone, waiting["mild1"])
        assert small_targets(phone, ".grades") == []
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        phone.locator(".grade-0").click()
        phone.get_by_role("button", name="Schoolwork").click()
        shows(phone, waiting["urgent"])
        phone.locator(".grades .grade-5").click()
        shows(phone, waiting["mild2"])
    assert (row_of(waiting["mild1"]).false_positive, row_of(waiting["urgent"]).grade) == ("schoolwork", 5)


def test_all_of_it_works_without_script(chromium: Browser, address: str, dsl: Persona, waiting: dict[str, int]) -> None:
    with signed_in(chromium, address, dsl, has_script=False) as context:
        page = context.new_page()
        page.set_viewport_size({"width": 360, "height": 740})
        page.goto(f"{address}/captures/{waiting['mild1']}/")
        page.locator(".grade-0").click()
        page.get_by_role("button", name="Schoolwork").click()
        expect(page.locator("h1")).to_contain_text(f"capture {waiting['urgent']}")
        page.locator(".messages").get_by_role("button", name="Undo").click()
        expect(page.locator(".messages")).to_contain_text("is as it was before")
        page.goto(f"{address}/captures/")
        for name in ("mild2", "mild3"):
            page.locator(f"#c{waiting[name]} input[name=item]").check()
        page.locator(".bulk").get_by_role("button", name="2 Grade").click()
        expect(page.get_by_role("heading", name="2 graded 2 Low")).to_be_visible()
        page.get_by_role("button", name="Undo all of it").click()
        expect(page.get_by_role("heading", name="2 taken back")).to_be_visible()
        page.goto(f"{address}/captures/")
        page.get_by_label("Search by pupil").fill("finn")
        page.get_by_role("button", name="Search").click()
        expect(page.locator(".chip")).to_contain_text("Pupil: Finn Ashdown")
        page.locator(".keep-view > summary").click()
        page.get_by_label("Its name").fill("One I follow")
        page.get_by_role("button", name="Keep", exact=True).click()
        expect(page.get_by_role("link", name="One I follow")).to_have_attribute("aria-current", "page")
    assert not Capture.objects.exclude(graded_at=None).exists()


def small_targets(page: Page, place: str) -> list[str]:
    """What one presses in there and is smaller than 44 pixels. A link in a sentence may be; a row is pressed anywhere."""
    found: list[str] = page.evaluate(
        """(place) => [...document.querySelectorAll(`${place} :is(a, button, select, summary, input:not([type=hidden]))`)]
          .filter((each) => each.checkVisibility() && !each.closest("p") && !each.matches(".row-link"))
          .map((each) => [each, (each.closest("label") ?? each).getBoundingClientRect()])
          .filter(([each, box]) => box.height < 43.5 || box.width < 43.5)
          .map(([each, box]) => `${each.tagName} ${each.className} ${Math.round(box.width)}x${Math.round(box.height)}`)""",
        place,
    )
    return found
