"""The queue: what stands in it, for whom, in which order, and what arrives while it is open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from heedful.audit.queries import entries_about
from heedful.audit.rules import Action
from heedful.captures.models import Capture
from heedful.captures.queries import queue
from heedful.people.actions import NewAccount, add_accounts, bar_from_pupil
from tests.personas.people import Persona, Place

URGENT = "i want to kill myself tonight"
VAPES = "anyone selling vapes at lunch"
CUTTING = "ive been cutting myself again and nobody knows"
HARMLESS = "we walked to the library and read about volcanoes"  # the server finds nothing in it: record only


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def numbers_in(response: object) -> list[int]:
    return [int(part.split('"')[0]) for part in text_of(response).split('data-number="')[1:]]


def test_the_most_serious_stands_first_then_the_oldest(dsl: Persona, larkfield: Place) -> None:
    now = timezone.now()
    later = larkfield.stores(URGENT, pupil=3, now=now)
    mild = larkfield.stores(VAPES, now=now - timedelta(hours=1))
    earlier = larkfield.stores(URGENT, now=now - timedelta(minutes=5))
    assert numbers_in(dsl.opens("queue")) == [earlier, later, mild]


def test_a_row_says_severity_theme_pupil_source_and_the_matched_words(dsl: Persona, larkfield: Place) -> None:
    larkfield.stores(URGENT, source="searched", host="www.google.com")
    page = text_of(dsl.opens("queue"))
    for words in ("<b>5</b> Urgent", "Suicide", "Nia Merrick", "Year 8", "Searched for", "www.google.com", "<mark>kill myself</mark>"):
        assert words in page


def test_a_shared_account_is_never_named_for_certain(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT, shared=True)
    assert "Not known" in text_of(dsl.opens("queue"))
    assert "Not known: several people use this account." in text_of(dsl.opens("capture", number))


def test_captured_text_is_escaped(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores("<script>alert(1)</script> i want to kill myself tonight", title="<img src=x onerror=alert(1)>")
    for page in (text_of(dsl.opens("queue")), text_of(dsl.opens("capture", number))):
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_the_behaviour_lead_sees_behaviour_and_nothing_of_safeguarding(behaviour_lead: Persona, larkfield: Place) -> None:
    larkfield.stores(URGENT)
    mild = larkfield.stores(VAPES, pupil=1)
    response = behaviour_lead.opens("queue")
    assert numbers_in(response) == [mild]
    assert "Nia Merrick" not in text_of(response)
    assert 'name="route"' not in text_of(response)


def test_a_pupil_one_is_barred_from_is_not_there(deputy: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    assert deputy.user is not None
    bar_from_pupil(user=deputy.user, pupil=larkfield.pupils[0], now=timezone.now())
    assert numbers_in(deputy.opens("queue")) == []
    assert deputy.opens("capture", number).status_code == 404
    assert deputy.posts("capture_grade", number, grade="1", revision="1").status_code == 404


def test_an_empty_queue_says_that_devices_report(dsl: Persona) -> None:
    page = text_of(dsl.opens("queue"))
    assert "0 to review" in page
    assert (
        "1 of 1 enrolled device reported today, and no inventory says how many there are; apps outside the browser are not covered" in page
    )
    assert "an empty queue is no proof that all is well" in page


def test_filters_narrow_and_nonsense_does_not(dsl: Persona, larkfield: Place) -> None:
    urgent, mild = larkfield.stores(URGENT), larkfield.stores(VAPES)
    assert numbers_in(dsl.opens("queue", theme="drugs")) == [mild]
    assert numbers_in(dsl.opens("queue", severity="5")) == [urgent]
    assert numbers_in(dsl.opens("queue", route="behaviour")) == [mild]
    assert numbers_in(dsl.opens("queue", theme="nonsense", severity="99", school="7", page="x", tab="nowhere")) == [urgent, mild]


def test_one_page_is_one_audit_entry_with_the_numbers_it_showed(dsl: Persona, larkfield: Place) -> None:
    numbers = [larkfield.stores(URGENT), larkfield.stores(URGENT, pupil=1)]
    dsl.opens("queue")
    entries = entries_about(larkfield.school.pk, subject_kind="capture", action=Action.CAPTURES_LISTED)
    assert [entry.subject_ids for entry in entries] == [[str(number) for number in numbers]]
    assert entries[0].actor_id == str(dsl.user.pk)  # type: ignore[union-attr]


def cursor_of(response: object) -> str:
    return text_of(response).split('data-cursor="')[1].split('"')[0]


def test_a_poll_without_news_is_304_and_no_audit_entry(dsl: Persona, larkfield: Place) -> None:
    larkfield.stores(URGENT)
    cursor = cursor_of(dsl.opens("queue"))
    before = len(entries_about(larkfield.school.pk, subject_kind="capture"))
    response = dsl.polls("queue_news", cursor=cursor)
    assert response.status_code == 304
    assert response.content == b""
    assert len(entries_about(larkfield.school.pk, subject_kind="capture")) == before


def test_a_poll_brings_what_is_new_and_what_has_left(dsl: Persona, deputy: Persona, larkfield: Place) -> None:
    first = larkfield.stores(URGENT)
    cursor = cursor_of(dsl.opens("queue"))
    second = larkfield.stores(VAPES)
    deputy.posts("capture_grade", first, grade="4", revision="1")
    response = dsl.polls("queue_news", cursor=cursor)
    assert response.status_code == 200
    assert numbers_in(response) == [second]
    assert f'data-gone="{first}"' in text_of(response)
    assert dsl.polls("queue_news", cursor=cursor_of(response)).status_code == 304


def test_a_poll_does_not_number_what_never_was_in_sight(behaviour_lead: Persona, deputy: Persona, larkfield: Place) -> None:
    cursor = cursor_of(behaviour_lead.opens("queue"))
    unseen = larkfield.stores(URGENT)
    deputy.posts("capture_acknowledge", unseen)
    response = behaviour_lead.polls("queue_news", cursor=cursor)
    assert (numbers_in(response), 'data-gone=""' in text_of(response)) == ([], True)
    seen, cursor = larkfield.stores(VAPES, pupil=1), cursor_of(response)
    deputy.posts("capture_route", seen, route="safeguarding", revision="1")
    assert f'data-gone="{seen}"' in text_of(behaviour_lead.polls("queue_news", cursor=cursor))


def test_more_news_than_a_page_holds_has_not_left(dsl: Persona, larkfield: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAGE_ROWS", 1)
    cursor = cursor_of(dsl.opens("queue"))
    for pupil in range(3):
        larkfield.stores(URGENT, pupil=pupil)
    response = dsl.polls("queue_news", cursor=cursor)
    assert (len(numbers_in(response)), 'data-gone=""' in text_of(response)) == (1, True)


def test_a_poll_brings_what_a_burst_looks_like_now(dsl: Persona, deputy: Persona, larkfield: Place) -> None:
    """One that is folded changes the row above it; deciding on that row brings the next one up."""
    first = larkfield.stores(VAPES, pupil=1)
    cursor = cursor_of(dsl.opens("queue"))
    second = larkfield.stores(VAPES, pupil=1)
    response = dsl.polls("queue_news", cursor=cursor)
    assert (numbers_in(response), f'data-gone="{second}"' in text_of(response)) == ([first], True)
    assert "2 captures" in text_of(response)
    deputy.posts("capture_grade", first, grade="2", revision="1")
    response = dsl.polls("queue_news", cursor=cursor_of(response))
    assert (numbers_in(response), f'data-gone="{first}"' in text_of(response)) == ([second], True)


def test_all_of_a_view_can_be_selected_but_what_is_serious(dsl: Persona, larkfield: Place) -> None:
    larkfield.stores(URGENT)
    mild = larkfield.stores(VAPES, pupil=1)
    page = text_of(dsl.opens("queue", all="yes"))
    assert page.count(" checked") == 2  # this row, and the switch of the shortcuts
    assert f'value="{mild}:1" checked' in page


def test_a_poll_without_a_session_is_refused_not_redirected(anonymous: Persona) -> None:
    assert anonymous.polls("queue_news").status_code == 403


def test_pages_are_kept_by_nobody(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    for response in (dsl.opens("queue"), dsl.opens("capture", number), dsl.polls("queue_news", cursor="")):
        assert response["Cache-Control"] == "no-store"


def test_a_page_asks_the_database_as_often_for_many_rows_as_for_one(dsl: Persona, larkfield: Place) -> None:
    larkfield.stores(URGENT)
    dsl.opens("queue")
    with CaptureQueriesContext(connection) as one:
        dsl.opens("queue")
    for pupil in range(3):
        for theme in (URGENT, VAPES, CUTTING):
            larkfield.stores(theme, pupil=pupil + 1)
    with CaptureQueriesContext(connection) as many:
        assert len(numbers_in(dsl.opens("queue"))) == 10
    assert len(many) == len(one)


def test_an_idle_poll_is_cheap(dsl: Persona, larkfield: Place, django_assert_max_num_queries: Any) -> None:
    cursor = cursor_of(dsl.opens("queue"))
    with django_assert_max_num_queries(6):
        assert dsl.polls("queue_news", cursor=cursor).status_code == 304


def test_each_tab_has_its_own_captures_and_its_own_order(dsl: Persona, larkfield: Place) -> None:
    now = timezone.now()
    waiting, graded, first_closed, then_closed = (larkfield.stores(VAPES, now=now) for _ in range(4))
    recorded = [larkfield.stores(HARMLESS, pupil=None, now=now) for _ in range(2)]
    dsl.posts("capture_grade", graded, grade="2", revision="1")
    for number in (first_closed, then_closed):
        dsl.posts("capture_dismiss", number, reason="game", revision="1")
    assert numbers_in(dsl.opens("queue")) == [waiting]
    assert numbers_in(dsl.opens("queue", tab="graded")) == [graded]
    assert numbers_in(dsl.opens("queue", tab="closed")) == [then_closed, first_closed]
    assert numbers_in(dsl.opens("queue", tab="record_only")) == recorded[::-1]


def test_the_behaviour_lead_has_no_record_only(behaviour_lead: Persona, larkfield: Place) -> None:
    larkfield.stores(HARMLESS)
    waiting = larkfield.stores(VAPES)
    response = behaviour_lead.opens("queue", tab="record_only")
    assert numbers_in(response) == [waiting]
    assert "Record only" not in text_of(response)


def test_what_a_member_of_staff_wrote_is_the_safeguarding_teams_alone(dsl: Persona, behaviour_lead: Persona, larkfield: Place) -> None:
    number, school = larkfield.stores(VAPES), larkfield.school
    [account] = add_accounts(school, [NewAccount("teacher@larkfield.example", staff=larkfield.staff["staff_member"])], now=timezone.now())
    assert numbers_in(behaviour_lead.opens("queue")) == [number]
    Capture.objects.filter(pk=number).update(account=account, pupil=None)
    assert numbers_in(dsl.opens("queue")) == [number]
    assert numbers_in(behaviour_lead.opens("queue")) == []
    assert behaviour_lead.opens("capture", number).status_code == 404
    assert dsl.posts("capture_pass", number, to=larkfield.staff["behaviour_lead"].pk).status_code == 422
