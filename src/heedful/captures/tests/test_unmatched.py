"""The unmatched tray: accounts that no roll knows, whose they are, and the captures that go with them."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from heedful.audit.queries import entries_about
from heedful.audit.rules import Action
from heedful.captures.actions.adopt import adopt_captures, adopt_waiting
from heedful.captures.actions.store import Incoming, store_captures
from heedful.captures.models import Capture
from heedful.captures.sealing import Content
from heedful.people.actions import match_account, note_accounts_seen
from heedful.people.models import Account
from heedful.people.queries import count_unmatched
from tests.personas.people import Persona, Place

URGENT = "i want to kill myself tonight"
VAPES = "anyone selling vapes at lunch"
ADDRESS = "n.merrick2@larkfield.example"


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def stranger(larkfield: Place) -> Account:
    """An account that a device reports and nobody knows."""
    note_accounts_seen(school_id=larkfield.school.pk, addresses=[ADDRESS], now=timezone.now())
    return Account.objects.get(address=ADDRESS)


def stores(place: Place, account: Account, text: str = VAPES) -> int:
    """As the gateway does for an account that it doesn't know."""
    now, capture_id = timezone.now(), uuid4()
    incoming = Incoming(
        capture_id=capture_id, observed_at=now, source="typed", app="browser", host="docs.school.example",
        content=Content(text, "Document", "", account.address, ()), account=account, identity_confidence="uncertain", identity_how="profile",
        device_bundle_version="1",
    )  # fmt: skip
    store_captures(profile=place.device, incoming=[incoming], now=now, in_transaction=lambda: None)
    return place.number_of(capture_id)


def test_the_tray_shows_accounts_counts_and_times_and_no_text(dsl: Persona, larkfield: Place, stranger: Account) -> None:
    stores(larkfield, stranger, URGENT)
    stores(larkfield, stranger)
    page = text_of(dsl.opens("unmatched"))
    assert ADDRESS in page
    assert "<strong>2 captures</strong>" in page
    for secret in ("kill", "vapes", "Suicide", "docs.school.example"):
        assert secret not in page
    [entry] = entries_about(larkfield.school.pk, subject_kind="account", action=Action.UNMATCHED_LISTED)
    assert entry.subject_ids == [str(stranger.pk)]


def test_it_sees_the_number_and_not_the_tray(technician: Persona, larkfield: Place, stranger: Account) -> None:
    assert count_unmatched(larkfield.staff["technician"]) == 1
    assert technician.opens("unmatched").status_code == 404
    assert technician.opens("unmatched_account", stranger.pk).status_code == 404


def test_a_capture_of_it_says_that_it_is_not_on_the_roll(dsl: Persona, larkfield: Place, stranger: Account) -> None:
    number = stores(larkfield, stranger)
    assert "Not known: this account is not on the school&#x27;s roll." in text_of(dsl.opens("capture", number))


def test_matching_to_a_pupil_moves_what_it_sent_and_is_recorded(dsl: Persona, larkfield: Place, stranger: Account) -> None:
    numbers = [stores(larkfield, stranger) for _ in range(3)]
    maryam = larkfield.pupils[2]
    found = text_of(dsl.posts("unmatched_account", stranger.pk, search="yes", words="gill"))
    assert f'value="pupil-{maryam.pk}"' in found
    response = dsl.posts("unmatched_account", stranger.pk, whose=f"pupil-{maryam.pk}")
    assert response.status_code == 302
    rows = Capture.objects.filter(pk__in=numbers)
    assert {(row.pupil_id, row.age_band, row.identity_confidence) for row in rows} == {(maryam.pk, "ks2", "likely")}
    [entry] = entries_about(larkfield.school.pk, subject_kind="capture", action=Action.CAPTURES_MATCHED)
    assert sorted(entry.subject_ids) == sorted(str(number) for number in numbers)
    assert entry.details == {"account": stranger.pk, "to": maryam.pk}
    page = text_of(dsl.opens("unmatched"))
    assert "3 captures that came from it" in page
    assert ADDRESS not in page


def test_what_somebody_put_down_to_nobody_or_to_another_stays_there(dsl: Persona, larkfield: Place, stranger: Account) -> None:
    to_nobody, to_finn = stores(larkfield, stranger), stores(larkfield, stranger)
    finn = larkfield.pupils[1]
    dsl.posts("capture_move", to_finn, to=finn.pk, reason="somebody_else", revision=Capture.objects.get(pk=to_finn).revision)
    dsl.posts("capture_move", to_nobody, to=finn.pk, reason="somebody_else", revision=Capture.objects.get(pk=to_nobody).revision)
    dsl.posts("capture_move", to_nobody, to="nobody", reason="wrong_move", revision=Capture.objects.get(pk=to_nobody).revision)
    dsl.posts("unmatched_account", stranger.pk, whose=f"pupil-{larkfield.pupils[2].pk}")
    assert Capture.objects.get(pk=to_nobody).pupil is None
    assert Capture.objects.get(pk=to_finn).pupil_id == finn.pk


@pytest.mark.parametrize("whose", ["staff", "shared"])
def test_matched_to_staff_or_shared_nothing_becomes_a_pupils(whose: str, dsl: Persona, larkfield: Place, stranger: Account) -> None:
    number = stores(larkfield, stranger)
    dsl.posts("unmatched_account", stranger.pk, whose=whose if whose == "shared" else f"staff-{larkfield.staff['staff_member'].pk}")
    adopt_waiting(now=timezone.now())
    assert Capture.objects.get(pk=number).pupil is None
    page = text_of(dsl.opens("capture", number))
    assert ("A member of staff&#x27;s account" if whose == "staff" else "several people use this account") in page


def test_so_many_move_at_once_and_the_sweep_moves_the_rest(larkfield: Place, stranger: Account) -> None:
    for _ in range(5):
        stores(larkfield, stranger)
    viewer, now = larkfield.staff["dsl"], timezone.now()
    match_account(account_id=stranger.pk, pupil_id=larkfield.pupils[2].pk, viewer=viewer, now=now)
    assert adopt_captures(account_id=stranger.pk, by=viewer, now=now, most=2) == 2
    assert (adopt_waiting(now=now), adopt_waiting(now=now)) == (3, 0)
    assert not Capture.objects.filter(pupil=None).exists()


def test_what_the_roll_settles_stays_uncertain(dsl: Persona, larkfield: Place, stranger: Account) -> None:
    number = stores(larkfield, stranger)
    Account.objects.filter(pk=stranger.pk).update(pupil=larkfield.pupils[2], from_roll=True)
    assert adopt_waiting(now=timezone.now()) == 1
    assert "Not certain: this account was signed in to the browser." in text_of(dsl.opens("capture", number))


def test_captures_of_an_account_that_was_shared_are_not_given_to_whoever_has_it_next(larkfield: Place) -> None:
    number = larkfield.stores(URGENT, shared=True)
    Account.objects.filter(pk=larkfield.shared.pk).update(shared=False, pupil=larkfield.pupils[0])
    assert adopt_waiting(now=timezone.now()) == 0
    assert Capture.objects.get(pk=number).pupil is None


def test_without_an_answer_nothing_is_matched(dsl: Persona, stranger: Account) -> None:
    response = dsl.posts("unmatched_account", stranger.pk, whose="")
    assert response.status_code == 422
    assert "Choose whose it is." in text_of(response)
    assert dsl.posts("unmatched_account", stranger.pk, whose="pupil-999999").status_code == 404


def test_the_lead_of_another_school_has_another_tray(dsl_of_another_school: Persona, larkfield: Place, stranger: Account) -> None:
    assert ADDRESS not in text_of(dsl_of_another_school.opens("unmatched"))
    assert dsl_of_another_school.opens("unmatched_account", stranger.pk).status_code == 404
