"""Support for the reader: how much of the worst, when a break is due, and passing a capture on with a receipt (T15)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from heedful.audit.queries import entries_about
from heedful.audit.rules import Action
from heedful.captures.models import Capture
from heedful.captures.queries.reading import exposure
from heedful.escalation.models import Clock, News
from heedful.escalation.rules import NoticeKind
from heedful.people.actions import bar_from_pupil
from heedful.people.reading.actions import lock_reading
from tests.personas.people import Persona, Place

URGENT = "i want to kill myself tonight"
VAPES = "anyone selling vapes at lunch"
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
MIDNIGHT = NOON.replace(hour=0)


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def reads(*minutes_ago: int) -> list[tuple[datetime, int]]:
    """One capture each, so many minutes before noon."""
    return [(NOON - timedelta(minutes=each), number) for number, each in enumerate(sorted(minutes_ago, reverse=True))]


@pytest.mark.parametrize(
    ("minutes_ago", "is_due"),
    [
        ((), False),
        ((0,), False),
        ((44, 30, 20, 10, 1), False),
        ((46, 34, 22, 10, 1), True),
        ((90, 80, 20, 10, 1), False),  # a pause of an hour in between
        ((60, 50, 40, 30, 20), False),  # stopped reading twenty minutes ago
        (tuple(range(20)), True),
        (tuple(range(19)), False),
    ],
)
def test_a_break_is_due_after_so_long_or_so_many(minutes_ago: tuple[int, ...], is_due: bool) -> None:
    assert exposure(reads(*minutes_ago), today=MIDNIGHT, now=NOON).is_break_due is is_due


def test_each_capture_counts_once_a_day_and_once_a_week() -> None:
    yesterday = NOON - timedelta(days=1)
    found = exposure([(yesterday, 7), (yesterday, 8), (NOON - timedelta(minutes=3), 7), (NOON, 7)], today=MIDNIGHT, now=NOON)
    assert (found.today, found.week, found.in_a_row) == (1, 2, 1)


def test_the_page_says_how_many_serious_ones_this_person_opened_and_nobody_else(dsl: Persona, deputy: Persona, larkfield: Place) -> None:
    numbers = [larkfield.stores(URGENT, pupil=each) for each in range(3)]
    mild = larkfield.stores(VAPES, pupil=3)
    for number in (*numbers, numbers[0], mild):
        dsl.opens("capture", number)
    assert "You have opened 3 captures of severity 4 or 5 today, 3 this week. Only you see this." in text_of(dsl.opens("capture", mild))
    assert "You have opened" not in text_of(deputy.opens("capture", mild))
    assert "You have opened 1 capture of severity 4 or 5 today" in text_of(deputy.opens("capture", numbers[0]))


def test_many_in_a_row_bring_a_word_about_a_break_that_blocks_nothing(dsl: Persona, larkfield: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heedful.captures.queries.reading.BREAK_AFTER_CAPTURES", 2)
    numbers = [larkfield.stores(URGENT, pupil=each) for each in range(2)]
    assert "A break of ten minutes helps" not in text_of(dsl.opens("capture", numbers[0]))
    page = text_of(dsl.opens("capture", numbers[1]))
    assert "A break of ten minutes helps" in page
    assert dsl.posts("capture_grade", numbers[1], grade="4", revision="1").status_code == 302


def test_passing_tells_the_colleague_and_gives_a_receipt(dsl: Persona, deputy: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    assert dsl.posts("capture_pass", number, to=larkfield.staff["deputy"].pk).status_code == 302
    news = News.objects.get(kind=NoticeKind.CAPTURE_PASSED)
    assert list(news.notices.values_list("recipient_id", flat=True)) == [larkfield.staff["deputy"].pk]
    assert (news.number, news.severity, news.url_args) == (number, 5, [number])
    page = text_of(dsl.opens("capture", number))
    assert "Amara Lockhart passed it to <strong>Tom Hale</strong>" in page
    assert "Not opened yet." in page
    assert "Amara Lockhart passed it to you" in text_of(deputy.opens("capture", number))
    assert "Not opened yet." not in text_of(dsl.opens("capture", number))
    assert Capture.objects.get(pk=number).assigned_seen_at is not None
    [entry] = entries_about(larkfield.school.pk, subject_kind="capture", action=Action.CAPTURE_PASSED)
    assert entry.details == {"from": None, "to": larkfield.staff["deputy"].pk}
    assert "Tom Hale" in text_of(dsl.opens("queue"))


def test_the_clock_runs_on_until_somebody_acknowledges(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    dsl.posts("capture_pass", number, to=larkfield.staff["deputy"].pk)
    assert Clock.objects.get(subject_id=number).acknowledged_at is None
    assert Capture.objects.get(pk=number).acknowledged_at is None


@pytest.mark.parametrize("who", ["head", "governor", "technician", "staff_member", "behaviour_lead", "dsl"])
def test_it_goes_to_nobody_who_may_not_read_and_decide(who: str, dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    response = dsl.posts("capture_pass", number, to=larkfield.staff[who].pk)
    assert response.status_code == 422
    assert Capture.objects.get(pk=number).assigned_to is None


def test_a_behaviour_capture_may_go_to_the_behaviour_lead_and_not_to_who_is_barred(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(VAPES)
    bar_from_pupil(user=larkfield.staff["deputy"], pupil=larkfield.pupils[0], now=timezone.now())
    page = text_of(dsl.opens("capture", number))
    assert "Priya Vance, behaviour lead" in page
    assert "Tom Hale" not in page
    assert dsl.posts("capture_pass", number, to=larkfield.staff["deputy"].pk).status_code == 422
    assert dsl.posts("capture_pass", number, to=larkfield.staff["behaviour_lead"].pk).status_code == 302


def test_a_colleague_of_another_school_is_none(dsl: Persona, larkfield: Place, marsh_end: Place) -> None:
    number = larkfield.stores(URGENT)
    assert dsl.posts("capture_pass", number, to=marsh_end.staff["dsl"].pk).status_code == 422
    assert dsl.posts("capture_pass", number, to="").status_code == 422


def test_what_is_closed_is_not_passed_on(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(VAPES)
    dsl.posts("capture_dismiss", number, reason="game", revision="1")
    assert dsl.posts("capture_pass", number, to=larkfield.staff["deputy"].pk).status_code == 422


def test_a_capture_that_moves_out_of_the_colleagues_sight_is_theirs_no_more(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    dsl.posts("capture_pass", number, to=larkfield.staff["deputy"].pk)
    bar_from_pupil(user=larkfield.staff["deputy"], pupil=larkfield.pupils[1], now=timezone.now())
    dsl.posts("capture_move", number, to=larkfield.pupils[1].pk, reason="somebody_else", revision=1)
    assert Capture.objects.get(pk=number).assigned_to is None


def test_it_is_not_passed_to_somebody_whose_reading_is_locked(dsl: Persona, larkfield: Place) -> None:
    number, deputy = larkfield.stores(URGENT), larkfield.staff["deputy"]
    lock_reading(person=deputy, reads=200, now=timezone.now())
    assert dsl.posts("capture_pass", number, to=deputy.pk).status_code == 422
    assert Capture.objects.get(pk=number).assigned_to is None
