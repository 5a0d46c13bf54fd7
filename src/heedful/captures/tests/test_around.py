"""What stands round a capture: the pupil's others without content, lines and captures near it when asked, what people said of the phrase."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from heedful.audit.queries import entries_about
from heedful.audit.rules import Action
from heedful.captures.actions.hold import hold_pupil
from heedful.captures.models import Capture
from heedful.captures.queries import around
from heedful.captures.retention import HoldReason
from heedful.people.actions import bar_from_pupil, grant_content
from tests.personas.people import Persona, Place

URGENT = "i want to kill myself tonight"
VAPES = "anyone selling vapes at lunch"
BEFORE = ((120, "nobody would miss me"), (40, "i said goodbye to the dog"))


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def contexts_opened(place: Place) -> list[Any]:
    return entries_about(place.school.pk, subject_kind="capture", action=Action.CAPTURE_CONTEXT_OPENED)


@pytest.fixture
def number(larkfield: Place) -> int:
    return larkfield.stores(URGENT, before=BEFORE)


def test_earlier_lines_are_not_in_the_page_until_somebody_asks(dsl: Persona, number: int, larkfield: Place) -> None:
    page = text_of(dsl.opens("capture", number))
    assert "Lines before it, and what came near it" in page
    for _, line in BEFORE:
        assert line not in page
    assert contexts_opened(larkfield) == []


def test_a_reason_opens_them_once_and_is_recorded(dsl: Persona, number: int, larkfield: Place) -> None:
    page = text_of(dsl.posts("capture_context", number, because="danger"))
    for words in ("2 min before", "nobody would miss me", "40 s before", "i said goodbye to the dog"):
        assert words in page, words
    [entry] = contexts_opened(larkfield)
    assert (entry.subject_ids, entry.details) == ([str(number)], {"reason": "danger", "lines": 2, "near": []})
    assert "nobody would miss me" not in text_of(dsl.opens("capture", number))


@pytest.mark.parametrize("because", ["", "curious"])
def test_without_a_reason_nothing_opens(because: str, dsl: Persona, number: int, larkfield: Place) -> None:
    response = dsl.posts("capture_context", number, because=because)
    assert response.status_code == 422
    assert "nobody would miss me" not in text_of(response)
    assert contexts_opened(larkfield) == []


def test_captures_of_the_same_account_and_device_within_a_quarter_of_an_hour_are_offered_by_link(dsl: Persona, larkfield: Place) -> None:
    moment = timezone.now() - timedelta(hours=1)
    middle = larkfield.stores(URGENT, observed_at=moment)
    later = larkfield.stores(VAPES, observed_at=moment + timedelta(minutes=14))
    earlier = larkfield.stores(VAPES, observed_at=moment - timedelta(minutes=14))
    larkfield.stores(VAPES, observed_at=moment + timedelta(minutes=16))
    larkfield.stores(VAPES, pupil=1, observed_at=moment + timedelta(minutes=1))
    dsl.posts("capture_context", middle, because="who")
    assert contexts_opened(larkfield)[0].details["near"] == [earlier, later]


def test_what_was_moved_to_somebody_else_is_not_near_the_first_pupils(dsl: Persona, larkfield: Place) -> None:
    moment = timezone.now() - timedelta(hours=1)
    first, second = larkfield.stores(URGENT, observed_at=moment), larkfield.stores(VAPES, observed_at=moment + timedelta(minutes=2))
    dsl.posts("capture_move", second, to=larkfield.pupils[1].pk, reason="somebody_else", revision=1)
    dsl.posts("capture_context", first, because="who")
    assert contexts_opened(larkfield)[0].details["near"] == []


def test_a_granted_reader_opens_no_lines(technician: Persona, number: int, larkfield: Place) -> None:
    lead, reader = larkfield.staff["dsl"], larkfield.staff["technician"]
    grant_content(school_id=larkfield.school.pk, user_id=reader.pk, reason="Check", hours=1, viewer=lead, now=timezone.now())
    assert "Lines before it" not in text_of(technician.opens("capture", number))
    assert technician.posts("capture_context", number, because="danger").status_code == 404


def test_the_page_lists_what_else_is_open_and_who_has_it_and_what_was_before(dsl: Persona, deputy: Persona, larkfield: Place, number: int) -> None:
    moment = timezone.now() - timedelta(days=2)
    open_one, closed = larkfield.stores(URGENT, observed_at=moment), larkfield.stores(VAPES, observed_at=moment - timedelta(days=1), host="old.example")
    deputy.posts("capture_acknowledge", open_one)
    deputy.posts("capture_dismiss", closed, reason="game", revision="1")
    page = text_of(dsl.opens("capture", number))
    for words in (
        "This pupil now", "Year 8, form 8K", "Groups: Pilot", "Open besides this one: 1", "Tom Hale has it", "Closed or record only: 1", "false positive",
        f'href="/captures/{open_one}/"', f'href="/captures/{closed}/"',
    ):  # fmt: skip
        assert words in page, words
    assert "old.example" not in page
    [entry] = entries_about(larkfield.school.pk, subject_kind="capture", action=Action.CAPTURE_READ)
    assert entry.details == {"beside": [open_one, closed]}


def test_a_behaviour_lead_sees_and_counts_only_what_they_may_read(behaviour_lead: Persona, larkfield: Place, number: int) -> None:
    mine = larkfield.stores(VAPES)
    page = text_of(behaviour_lead.opens("capture", mine))
    assert "Open besides this one: 0" in page
    assert f'href="/captures/{number}/"' not in page


def test_a_behaviour_lead_learns_that_a_pupil_is_held_and_not_why(behaviour_lead: Persona, dsl: Persona, larkfield: Place) -> None:
    mine, now = larkfield.stores(VAPES), timezone.now()
    assert dsl.user is not None
    review_on = timezone.localdate(now) + timedelta(days=30)
    hold_pupil(pupil_id=larkfield.pupils[0].pk, reason=HoldReason.POLICE, review_on=review_on, viewer=dsl.user, now=now)
    assert "the police or a court" in text_of(dsl.opens("capture", mine))
    page = text_of(behaviour_lead.opens("capture", mine))
    assert "Nothing of it is deleted." in page
    assert "the police or a court" not in page


def test_where_no_pupil_is_known_there_is_no_list(dsl: Persona, larkfield: Place) -> None:
    larkfield.stores(URGENT, pupil=None)
    second = larkfield.stores(URGENT, pupil=None)
    assert "This pupil now" not in text_of(dsl.opens("capture", second))


def test_the_reasons_say_how_often_people_found_the_phrase_to_be_nothing(dsl: Persona, larkfield: Place) -> None:
    numbers = [larkfield.stores(VAPES, pupil=each, observed_at=timezone.now() - timedelta(hours=each + 1)) for each in range(3)]
    for number in numbers[:2]:
        dsl.posts("capture_dismiss", number, reason="schoolwork", revision=Capture.objects.get(pk=number).revision)
    dsl.posts("capture_grade", numbers[2], grade="2", revision="1")
    dsl.posts("capture_close", numbers[2], action="", outcome="", revision=Capture.objects.get(pk=numbers[2]).revision)
    fourth = larkfield.stores(VAPES, pupil=3)
    assert "The same phrase was judged not a concern here 2 of 3 times." in text_of(dsl.opens("capture", fourth))
    assert "judged not a concern" not in text_of(dsl.opens("capture", larkfield.stores(URGENT)))


def test_what_people_found_is_asked_of_so_many_and_no_more(
    dsl: Persona, larkfield: Place, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(around, "JUDGED_ASKED", 1)
    for each in range(3):
        number = larkfield.stores(VAPES, pupil=each)
        dsl.posts("capture_dismiss", number, reason="schoolwork", revision="1")
    capture = Capture.objects.get(pk=larkfield.stores(VAPES, pupil=3))
    viewer = larkfield.staff["dsl"]
    with django_assert_max_num_queries(6):
        [judged] = around.judged_before(viewer, capture).values()
    assert (judged.not_a_concern, judged.times) == (1, 1)


def test_a_bar_hides_the_pupil_from_lists_and_from_what_is_near(dsl: Persona, deputy: Persona, larkfield: Place, number: int) -> None:
    second = larkfield.stores(VAPES)
    bar_from_pupil(user=larkfield.staff["deputy"], pupil=larkfield.pupils[0], now=timezone.now())
    assert deputy.opens("capture", second).status_code == 404
    assert deputy.posts("capture_context", second, because="who").status_code == 404
    assert deputy.posts("capture_pass", second, to=1).status_code == 404
