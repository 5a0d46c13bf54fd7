"""The pages of coverage as each person sees them."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from heedful.audit.models import Entry
from heedful.audit.rules import Action
from heedful.devices import models as devices
from heedful.devices.actions.heartbeats import note_account_day
from heedful.devices.coverage.actions.phrase import prove_sighting
from heedful.devices.coverage.models import PhraseTest, SchoolTerm, SelfTest
from heedful.people.actions import bar_from_pupil, note_accounts_seen
from tests.personas.people import Persona, Place


def text_of(response: Any) -> str:
    """What a reader sees: tags away, spaces as one."""
    found = re.sub(r"<(script|style)[\s\S]*?</\1>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", found)))


def listed(place: Place, number: int = 1, *, silent: bool = False) -> devices.Profile:
    now = timezone.now()
    at = now - timedelta(days=6) if silent else now
    device = devices.Device.objects.create(school=place.school, kind="chromebook", label=f"LARK-{number}", listed_at=now, added_at=now)
    return devices.Profile.objects.create(
        school=place.school,
        device=device,
        public_key=bytes(32),
        enrolled_at=at,
        last_seen_at=at,
        bundle_version="1",
        lines_told_at=at,
        lines_read_at=at,
    )


def answers(place: Place, profile: devices.Profile, pupil: int = 0) -> None:
    now = timezone.now()
    prove_sighting(
        devices.TestSighting.objects.create(id=uuid4(), profile=profile, account=place.accounts[pupil], observed_at=now, arrived_at=now)
    )


def test_without_an_inventory_the_page_gives_no_share_and_the_way_to_one(dsl: Persona) -> None:
    page = text_of(dsl.opens("coverage"))
    assert "No share can be given" in page
    assert "import the inventory" in page


def test_the_page_says_what_is_covered_and_what_is_not(technician: Persona, larkfield: Place) -> None:
    answers(larkfield, listed(larkfield, 1))
    for number in range(2, 21):
        listed(larkfield, number)
    SelfTest.objects.create(
        school=larkfield.school, started_at=timezone.now(), finished_at=timezone.now(), passed=False,
        steps=[{"name": "Policy", "passed": False, "found": "the door answered 502, not 200"}],
    )  # fmt: skip
    page = text_of(technician.opens("coverage"))
    for words in (
        "20 of 20 devices in use reported today", "Covered", "Apps outside the browser", "The self-test failed", "the door answered 502, not 200",
        "Year 8", "no calendar of holidays",
    ):  # fmt: skip
        assert words in page, words


def test_governor_and_head_see_counts_and_no_small_ones_of_pupils(governor: Persona, head: Persona, larkfield: Place) -> None:
    listed(larkfield)
    for person in (governor, head):
        page = text_of(person.opens("coverage"))
        assert "fewer than 5" in page
        assert "Who they are" not in page
        for secret in ("Nia", "Merrick", "1 not seen in 14 days"):
            assert secret not in page


def test_a_silent_device_is_named_to_those_who_look_after_it(technician: Persona, larkfield: Place) -> None:
    listed(larkfield, 7, silent=True)
    page = text_of(technician.opens("coverage_devices"))
    assert "LARK-7" in page
    assert "Silent 1" in page
    assert "LARK-7" not in text_of(technician.opens("coverage_devices", state="never"))


def test_whose_names_were_shown_is_in_the_audit_chain_by_id(dsl: Persona, larkfield: Place) -> None:
    page = text_of(dsl.opens("coverage_people"))
    assert "Nia Merrick" in page
    entry = Entry.objects.filter(action=Action.ROLL_LISTED).get()
    assert set(entry.subject_ids) == {str(pupil.pk) for pupil in larkfield.pupils}
    assert "Merrick" not in str(entry.details)


def test_a_pupil_from_whom_one_is_barred_is_not_listed(dsl: Persona, larkfield: Place) -> None:
    assert dsl.user is not None
    bar_from_pupil(user=dsl.user, pupil=larkfield.pupils[0], now=timezone.now())
    page = text_of(dsl.opens("coverage_people"))
    assert "Merrick" not in page
    assert "Ashdown" in page


def test_an_account_that_no_roll_knows_is_the_leads_to_see_and_a_count_to_others(dsl: Persona, technician: Persona, larkfield: Place) -> None:
    note_accounts_seen(school_id=larkfield.school.pk, addresses=["stranger@larkfield.example"], now=timezone.now())
    stranger = larkfield.school.accounts.get(address="stranger@larkfield.example")
    note_account_day(profile=listed(larkfield), account=stranger, now=timezone.now())
    assert "stranger@larkfield.example" in text_of(dsl.opens("coverage_people"))
    page = text_of(technician.opens("coverage_people"))
    assert "Seen, and not on the roll: 1" in page
    assert "stranger" not in page


def test_a_test_is_started_and_seen_to_come_through(technician: Persona, larkfield: Place) -> None:
    profile = listed(larkfield)
    assert larkfield.school.test_phrase in text_of(technician.opens("phrase_tests"))
    technician.posts("phrase_test_start", group="Year 8", kind="chromebook")
    assert "Waiting for Year 8 on Chromebook" in text_of(technician.opens("phrase_tests"))
    assert technician.polls("phrase_tests_news", cursor="0").status_code == 304
    answers(larkfield, profile)
    news = technician.polls("phrase_tests_news", cursor="0")
    assert news.status_code == 200
    assert "Sam Whitlock" in news.content.decode()
    assert "Year 8 on Chromebook works." in text_of(technician.opens("phrase_tests"))
    page = text_of(technician.opens("coverage"))
    assert "Sam Whitlock" in page


@pytest.mark.parametrize("cursor", ["", "-1", "x", "9" * 30, "١"])
def test_a_cursor_that_is_none_begins_at_the_start(cursor: str, technician: Persona, larkfield: Place) -> None:
    answers(larkfield, listed(larkfield))
    assert technician.polls("phrase_tests_news", cursor=cursor).status_code == 200


@pytest.mark.parametrize("form", [{}, {"group": "Year 8"}, {"group": "Year 99", "kind": "chromebook"}, {"group": "Year 8", "kind": "ipad"}])
def test_a_test_of_no_group_or_of_a_device_without_an_agent_is_refused(form: dict[str, str], technician: Persona) -> None:
    assert technician.posts("phrase_test_start", **form).status_code == 422
    assert not PhraseTest.objects.exists()


TERMS = {
    "autumn_from": "2026-09-02", "autumn_to": "2026-12-18", "spring_from": "2027-01-04", "spring_to": "2027-03-26", "summer_from": "2027-04-12",
    "summer_to": "2027-07-21",
}  # fmt: skip


def test_terms_are_set_and_audited(dsl: Persona, larkfield: Place) -> None:
    assert dsl.posts("coverage_terms", **TERMS).status_code == 302
    assert [str(term.starts_on) for term in SchoolTerm.objects.order_by("starts_on")] == ["2026-09-02", "2027-01-04", "2027-04-12"]
    assert Entry.objects.get(action=Action.TERMS_SET).details["spring"] == ["2027-01-04", "2027-03-26"]


def test_terms_that_overlap_are_refused_with_the_reason(dsl: Persona) -> None:
    answer = dsl.posts("coverage_terms", **(TERMS | {"spring_from": "2026-12-01"}))
    assert answer.status_code == 422
    assert "it has to start after the autumn term has ended" in text_of(answer)
    assert not SchoolTerm.objects.exists()


def test_all_staff_read_the_limits_without_the_numbers_of_the_school(staff_member: Persona, governor: Persona, larkfield: Place) -> None:
    listed(larkfield)
    page = text_of(staff_member.opens("limits"))
    for words in ("Google Docs, Sheets and Slides", "iPads", "phrases in English"):
        assert words in page
    assert "what its devices really are" not in page
    assert "1 Chromebook" in text_of(governor.opens("limits"))


@pytest.mark.parametrize("url_name", ["coverage", "coverage_devices", "coverage_people", "phrase_tests", "coverage_terms"])
def test_another_schools_pages_are_not_there(url_name: str, dsl: Persona, marsh_end: Place) -> None:
    assert dsl.opens(url_name, school=str(marsh_end.school.pk)).status_code == 404
