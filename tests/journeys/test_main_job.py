"""The main job, end to end: a pupil types, the right person sees it; what is harmless or secret never leaves."""

from __future__ import annotations

import re
import time

from tests.journeys.actors import Lead, Pupil, School, until
from tests.journeys.typing_to_seeing import typed_to_seen
from tests.journeys.wire import Tap

CAPTURES = "/device/v1/captures"
BUDGET_S = 2.0
TRIES = 20


def test_dsl_sees_a_typed_line_within_two_seconds(pupil: Pupil, dsl: Lead, school: School) -> None:
    seconds = sorted(typed_to_seen(pupil, dsl, tries=TRIES))
    p95 = seconds[int(len(seconds) * 0.95) - 1]
    assert p95 < BUDGET_S, f"seconds from the last key to the row: {[round(each, 2) for each in seconds]}"


def test_harmless_lines_and_a_password_leave_nothing(pupil: Pupil, tap: Tap) -> None:
    page = pupil.opens(
        "https://notes.school.example/harmless", "<textarea></textarea><input type=password name=pw><p>Plankton drifts about.</p>"
    )
    tap.forget()
    page.locator("textarea").press_sequentially("the zebrafish homework is due on friday. can we go to the quagga pond")
    page.locator("input").press_sequentially("i want to kill myself xylophone")
    page.keyboard.press("Enter")
    page.wait_for_timeout(2500)
    assert tap.requests_to(CAPTURES) == 0
    for word in ("zebrafish", "quagga", "xylophone", "Plankton"):
        assert not tap.holds(word)
    page.close()


def test_an_urgent_line_mails_the_lead_a_number_and_nothing_else(pupil: Pupil, school: School) -> None:
    before = len(school.mails())
    page = pupil.opens("https://notes.school.example/urgent", "<textarea></textarea>")
    page.locator("textarea").press_sequentially("i am going to kill myself tonight, aubergine.\n")
    typed_at = time.monotonic()
    until(lambda: len(school.mails()) > before, what="a mail in the outbox", seconds=15)
    assert time.monotonic() - typed_at < 15
    mail = school.mails()[-1]
    assert re.search(r"severity 5", mail)
    assert re.search(r"/captures/\d+/", mail)
    for told in ("kill", "suicide", "aubergine", "Suicide", "notes.school.example"):
        assert told not in mail
    page.close()


def test_a_displayed_and_a_searched_line_say_what_they_are(pupil: Pupil, dsl: Lead, school: School) -> None:
    dsl.opens_the_queue()
    dsl.takes_what_waits()
    page = pupil.opens("https://www.google.com/search?q=how+to+kill+myself+painlessly", "<h1>Results</h1>")
    dsl.sees("how to kill myself")
    sources = {row["source"] for row in school.captures()}
    assert "searched" in sources
    page.close()


def test_server_away_worker_killed_browser_restarted_and_each_line_arrives_once(pupil: Pupil, tap: Tap, school: School) -> None:
    before = len(school.captures())
    tap.cut()
    page = pupil.opens("https://notes.school.example/offline", "<textarea></textarea>")
    page.locator("textarea").press_sequentially("i want to end my life, apricot.\n")
    page.wait_for_timeout(600)
    pupil.kills_the_worker()
    page.locator("textarea").press_sequentially("nobody would notice if i killed myself, damson.\n")
    page.wait_for_timeout(600)
    pupil.closes_the_browser()
    tap.mend()
    pupil.starts_the_browser()
    until(lambda: len(school.captures()) >= before + 2, what="both captures at the school", seconds=60)
    ids = [row["id"] for row in school.captures()]
    assert len(ids) == len(set(ids)) == before + 2


def test_the_school_is_in_mid_pilot_and_its_figures_stand_side_by_side(dsl: Lead, school: School) -> None:
    page = dsl.page
    page.goto(f"{school.ready['address']}/programme/1/measures/")
    assert page.get_by_text("2 handling approaches").count() == 1
    for name in ("Lead sees all", "Pastoral team first"):
        assert page.get_by_text(name, exact=True).count() > 10
    assert page.locator(".figure-svg").count() > 8
    page.goto(f"{school.ready['address']}/programme/1/parallel-run/")
    assert page.get_by_text("OldWatch alone").count() == 1
