"""Accounts that devices report: seen, nobody's until a person says whose, and shared ones that name nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from heedful.audit.queries import entries_about, first_break
from heedful.people import actions
from heedful.people.actions import NewAccount, add_accounts, bar_from_pupil, mark_shared, match_account, note_accounts_seen
from heedful.people.models import Account
from heedful.people.queries import count_unmatched, unmatched_for
from heedful.people.rules import NotFound, address_of
from tests.personas.people import Persona, Place

NOW = timezone.now()


def seen(place: Place, *addresses: str, days: int = 0) -> int:
    return note_accounts_seen(school_id=place.school.pk, addresses=addresses, now=NOW + timedelta(days=days))


def test_a_new_account_waits_for_the_lead_and_is_a_number_to_the_technician(larkfield: Place, dsl: Persona, technician: Persona) -> None:
    assert seen(larkfield, "Guest7@Larkfield.example", "", "guest7@larkfield.example") == 1
    (row,) = unmatched_for(dsl.user)
    assert (row.address, row.first_seen_at, row.last_seen_at) == ("guest7@larkfield.example", NOW, NOW)
    assert unmatched_for(technician.user) == []
    assert count_unmatched(technician.user) == 1


def test_another_schools_lead_sees_none_of_it(larkfield: Place, dsl_of_another_school: Persona) -> None:
    seen(larkfield, "guest7@larkfield.example")
    assert unmatched_for(dsl_of_another_school.user) == []
    assert count_unmatched(dsl_of_another_school.user) == 0


def test_an_account_is_written_once_a_day(larkfield: Place, django_assert_num_queries: object) -> None:
    address = larkfield.accounts[0].address
    seen(larkfield, address)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert seen(larkfield, address) == 0
    seen(larkfield, address, days=2)
    account = Account.objects.get(pk=larkfield.accounts[0].pk)
    assert (account.first_seen_at, account.last_seen_at) == (NOW, NOW + timedelta(days=2))


def test_a_device_that_makes_up_names_does_not_fill_the_database(larkfield: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_UNMATCHED", 3)
    assert seen(larkfield, *(f"made-up-{number}" for number in range(10))) == 3
    assert seen(larkfield, "one-more") == 0


@pytest.mark.parametrize("text", ["", "   ", "a" * 255, "a\x00b", "a\nb", "a\u202eb"])
def test_what_can_be_no_address_is_not_kept(text: str) -> None:
    assert address_of(text) == ""


def test_the_lead_says_whose_it_is_and_the_record_holds_ids_alone(larkfield: Place, dsl: Persona) -> None:
    seen(larkfield, "guest7@larkfield.example")
    (row,) = unmatched_for(dsl.user)
    account = match_account(account_id=row.id, pupil_id=larkfield.pupils[0].pk, viewer=dsl.user, now=NOW)
    assert account.pupil == larkfield.pupils[0]
    assert unmatched_for(dsl.user) == []
    entry = entries_about(larkfield.school.pk, subject_kind="account")[-1]
    assert (entry.action, entry.subject_ids) == ("account.matched", [str(row.id)])
    assert entry.details["to"] == {"pupil": larkfield.pupils[0].pk, "staff": None, "shared": False}
    assert first_break(larkfield.school.pk) is None


def test_an_account_becomes_a_member_of_staffs(larkfield: Place, dsl: Persona) -> None:
    seen(larkfield, "head@mail.example")
    (row,) = unmatched_for(dsl.user)
    assert match_account(account_id=row.id, staff_id=larkfield.staff["head"].pk, viewer=dsl.user, now=NOW).staff == larkfield.staff["head"]


def test_a_technician_marks_an_account_as_shared_and_matches_none(larkfield: Place, technician: Persona) -> None:
    account = larkfield.accounts[0]
    with pytest.raises(NotFound):
        match_account(account_id=account.pk, pupil_id=larkfield.pupils[1].pk, viewer=technician.user, now=NOW)
    mark_shared(account_id=account.pk, viewer=technician.user, now=NOW)
    account.refresh_from_db()
    assert (account.shared, account.pupil) == (True, None)


def test_nobody_matches_to_or_from_another_school(larkfield: Place, marsh_end: Place, dsl: Persona, dsl_of_another_school: Persona) -> None:
    account = larkfield.accounts[0]
    with pytest.raises(NotFound):
        match_account(account_id=account.pk, shared=True, viewer=dsl_of_another_school.user, now=NOW)
    with pytest.raises(NotFound):
        mark_shared(account_id=account.pk, viewer=dsl_of_another_school.user, now=NOW)
    with pytest.raises(NotFound):
        match_account(account_id=account.pk, pupil_id=marsh_end.pupils[0].pk, viewer=dsl.user, now=NOW)
    with pytest.raises(NotFound):
        match_account(account_id=account.pk, staff_id=marsh_end.staff["head"].pk, viewer=dsl.user, now=NOW)


def test_a_barred_lead_changes_nothing_of_this_pupil(larkfield: Place, dsl: Persona) -> None:
    seen(larkfield, "guest7@larkfield.example")
    bar_from_pupil(user=dsl.user, pupil=larkfield.pupils[0], now=NOW)
    (row,) = unmatched_for(dsl.user)
    with pytest.raises(NotFound):
        match_account(account_id=row.id, pupil_id=larkfield.pupils[0].pk, viewer=dsl.user, now=NOW)
    with pytest.raises(NotFound):
        match_account(account_id=larkfield.accounts[0].pk, shared=True, viewer=dsl.user, now=NOW)


def test_one_of_the_three_is_said(larkfield: Place, dsl: Persona) -> None:
    with pytest.raises(ValueError, match="say one of the three"):
        match_account(account_id=larkfield.accounts[0].pk, viewer=dsl.user, now=NOW)
    with pytest.raises(ValueError, match="say one of the three"):
        match_account(account_id=larkfield.accounts[0].pk, pupil_id=larkfield.pupils[0].pk, shared=True, viewer=dsl.user, now=NOW)


def test_an_account_seen_before_it_is_on_the_roll_becomes_its_owners(larkfield: Place, dsl: Persona) -> None:
    seen(larkfield, "early@larkfield.example")
    (account,) = add_accounts(larkfield.school, [NewAccount("Early@Larkfield.example", pupil=larkfield.pupils[2])], now=NOW)
    assert unmatched_for(dsl.user) == []
    assert Account.objects.get(address="early@larkfield.example") == account
    assert account.first_seen_at == NOW
