"""The roll's pages: files in, the difference, the decision; the list, a pupil, an account. Reading names is recorded."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.utils import timezone

from heedful.audit.queries import entries_about
from heedful.people.actions import bar_from_pupil, note_accounts_seen
from heedful.people.models import Account, Pupil, RollImport
from heedful.people.roll.rules import ImportState
from heedful.people.roll.tests.samples import export, pupil_1_1, zipped
from tests.personas.people import Persona, Place

NOW = timezone.now()
PUPILS = "source_id,given_name,family_name,year_group,tutor_group,account\n1,Owen,Pryce,7,7A,owen@larkfield.example\n2,,Holloway,7,7A,\n"


@pytest.fixture(autouse=True)
def _folder(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]


def uploads(person: Persona, place: Place, *files: tuple[str, bytes], **more: str) -> HttpResponse:
    chosen = [SimpleUploadedFile(name, content) for name, content in files]
    return person.posts("roll", school=str(place.school.pk), chosen=chosen, **more)


def text(response: HttpResponse) -> str:
    return response.content.decode()


def test_a_technician_imports_a_roll(larkfield: Place, technician: Persona) -> None:
    answer = uploads(technician, larkfield, ("pupils.csv", PUPILS.encode()))
    found = RollImport.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/people/roll/{found.pk}/")
    page = text(technician.opens("roll_import", found.pk))
    assert "What would change" in page
    assert "got nothing; fill it in" in page
    assert "Holloway" not in page
    assert Pupil.objects.filter(family_name="Pryce").count() == 0
    answer = technician.posts("roll_apply", found.pk, difference=found.difference_hash)
    assert answer.status_code == 302
    assert "The roll is as the files say." in text(technician.opens("roll_import", found.pk))
    assert Pupil.objects.get(family_name="Pryce").school == larkfield.school
    assert "Waits for a person" not in text(technician.opens("roll"))


def test_several_files_or_a_zip_of_them_will_do(larkfield: Place, dsl: Persona) -> None:
    uploads(dsl, larkfield, ("pupils.csv", PUPILS.encode()), ("staff.csv", b"name,email\nRuth Lang,r.lang@larkfield.example\n"))
    uploads(dsl, larkfield, ("export.zip", zipped(export(users=[pupil_1_1(1)]))))
    assert list(RollImport.objects.order_by("id").values_list("kind", "state")) == [("plain", "waiting"), ("oneroster_1_1", "waiting")]


def test_what_is_no_roll_is_shown_with_the_way_out(larkfield: Place, technician: Persona) -> None:
    uploads(technician, larkfield, ("photo.png", b"\x89PNG"))
    page = text(technician.opens("roll_import", RollImport.objects.get().pk))
    assert "got 1 file of other names" in page
    assert "Could not be read" in page
    for answer in (uploads(technician, larkfield), uploads(technician, larkfield, ("pupils.csv", b""))):
        assert answer.status_code == 422
    assert RollImport.objects.count() == 1


def test_another_schools_roll_is_not_changed_by_its_number(larkfield: Place, marsh_end: Place, technician: Persona) -> None:
    assert uploads(technician, marsh_end, ("pupils.csv", PUPILS.encode())).status_code == 422
    assert RollImport.objects.count() == 0


def braked(larkfield: Place, person: Persona) -> RollImport:
    rows = [
        f"N{n},Changed,{p.family_name},{p.year_group},{p.tutor_group},{a.address}"
        for n, (p, a) in enumerate(zip(larkfield.pupils, larkfield.accounts, strict=True))
    ]
    uploads(person, larkfield, ("pupils.csv", (PUPILS.splitlines()[0] + "\n" + "\n".join(rows)).encode()))
    return RollImport.objects.get()


def test_the_brake_asks_for_a_tick(larkfield: Place, technician: Persona) -> None:
    found = braked(larkfield, technician)
    page = text(technician.opens("roll_import", found.pk))
    assert "100 % of the pupils on the roll would change or close." in page
    answer = technician.posts("roll_apply", found.pk, difference=found.difference_hash)
    assert answer.status_code == 422
    assert "More than a fifth would change" in text(answer)
    assert technician.posts("roll_apply", found.pk, difference=found.difference_hash, confirm="yes").status_code == 302
    assert Pupil.objects.filter(given_name="Changed").count() == 4


def test_names_that_a_page_of_changes_shows_are_recorded(larkfield: Place, technician: Persona) -> None:
    found = braked(larkfield, technician)
    assert "Nia Merrick" in text(technician.opens("roll_import", found.pk))
    entry = entries_about(larkfield.school.pk, subject_kind="pupil")[-1]
    assert (entry.action, entry.actor_id) == ("roll.listed", str(technician.user.pk))
    assert set(entry.subject_ids) == {str(pupil.pk) for pupil in larkfield.pupils}


def test_an_import_is_turned_down(larkfield: Place, technician: Persona) -> None:
    found = braked(larkfield, technician)
    assert technician.posts("roll_refuse", found.pk).status_code == 302
    found.refresh_from_db()
    assert (found.state, found.upload) == (ImportState.REFUSED, "")
    assert technician.posts("roll_refuse", found.pk).status_code == 422


def test_deciding_asks_again_who_it_is(larkfield: Place, technician: Persona) -> None:
    found = braked(larkfield, technician)
    session = technician.browser.session
    session["heedful_started_at"] = (NOW - timedelta(minutes=20)).isoformat()
    session.save()
    answer = technician.posts("roll_apply", found.pk, difference=found.difference_hash, confirm="yes")
    assert "reauthenticate" in answer["Location"]
    found.refresh_from_db()
    assert found.state == ImportState.WAITING


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["Finn Ashdown", "Maryam Gill", "Nia Merrick", "Jakub Nowak"]),
        ({"q": "nia mer"}, ["Nia Merrick"]),
        ({"q": "10b"}, ["Finn Ashdown"]),
        ({"q": "jakub.nowak@"}, ["Jakub Nowak"]),
        ({"year": "8"}, ["Nia Merrick"]),
        ({"year": "99", "page": "minus one", "group": "x"}, ["Finn Ashdown", "Maryam Gill", "Nia Merrick", "Jakub Nowak"]),
        ({"q": "nobody"}, []),
        ({"leavers": "on"}, []),
    ],
)
def test_pupils_are_found(larkfield: Place, technician: Persona, query: dict[str, str], names: list[str]) -> None:
    page = text(technician.opens("pupils", **query))
    found = [name for name in ("Finn Ashdown", "Maryam Gill", "Nia Merrick", "Jakub Nowak") if f">{name}</a>" in page]
    assert found == names


def test_leavers_are_shown_on_demand(larkfield: Place, technician: Persona) -> None:
    Pupil.objects.filter(pk=larkfield.pupils[0].pk).update(left_on=NOW.date())
    assert "Nia Merrick" not in text(technician.opens("pupils"))
    assert "Nia Merrick" in text(technician.opens("pupils", leavers="on"))
    assert "Left the roll on" in text(technician.opens("pupil", larkfield.pupils[0].pk))


def test_reading_the_list_or_a_pupil_is_recorded_by_ids(larkfield: Place, technician: Persona) -> None:
    technician.opens("pupils", q="nia")
    technician.opens("pupil", larkfield.pupils[0].pk)
    listed, read = entries_about(larkfield.school.pk, subject_kind="pupil")[-2:]
    assert [listed.action, read.action] == ["roll.listed", "roll.read"]
    assert listed.subject_ids == read.subject_ids == [str(larkfield.pupils[0].pk)]


def test_a_pupils_page_has_facts_of_the_roll_and_no_capture(larkfield: Place, technician: Persona) -> None:
    larkfield.stores("i want to kill myself tonight")
    page = text(technician.opens("pupil", larkfield.pupils[0].pk))
    assert "nia.merrick@larkfield.example" in page
    assert "kill" not in page
    assert "/captures/" not in page


def test_a_barred_lead_finds_nothing_of_the_pupil(larkfield: Place, dsl: Persona) -> None:
    bar_from_pupil(user=dsl.user, pupil=larkfield.pupils[0], now=NOW)
    assert "Merrick" not in text(dsl.opens("pupils"))
    assert dsl.opens("pupil", larkfield.pupils[0].pk).status_code == 404
    assert "merrick" not in text(dsl.opens("accounts", q="larkfield"))
    assert dsl.opens("account", larkfield.accounts[0].pk).status_code == 404


def test_accounts_to_look_after_come_first_and_unmatched_ones_only_to_leads(larkfield: Place, dsl: Persona, technician: Persona) -> None:
    note_accounts_seen(school_id=larkfield.school.pk, addresses=["guest7@larkfield.example"], now=NOW)
    Account.objects.filter(pk=larkfield.accounts[1].pk).update(closed_on=NOW.date() - timedelta(days=3), last_seen_at=NOW)
    for person, sees in ((dsl, True), (technician, False)):
        page = text(person.opens("accounts"))
        assert "library@larkfield.example" in page
        assert "finn.ashdown@larkfield.example" in page
        assert "nia.merrick@larkfield.example" not in page
        assert ("guest7" in page) is sees
        assert "Devices report 1 account that is not on the roll." in page
        assert ("guest7" in text(person.opens("accounts", q="guest"))) is sees


def test_a_lead_gives_an_account_to_a_pupil(larkfield: Place, dsl: Persona) -> None:
    note_accounts_seen(school_id=larkfield.school.pk, addresses=["guest7@larkfield.example"], now=NOW)
    account = Account.objects.get(address="guest7@larkfield.example")
    page = text(dsl.opens("account", account.pk, q="nia mer"))
    assert f'value="pupil-{larkfield.pupils[0].pk}"' in page
    assert dsl.posts("account_match", account.pk, whose=f"pupil-{larkfield.pupils[0].pk}").status_code == 302
    account.refresh_from_db()
    assert account.pupil == larkfield.pupils[0]
    assert dsl.posts("account_match", account.pk, whose="somebody").status_code == 422
    assert dsl.posts("account_match", account.pk, whose=f"pupil-{10**17}").status_code == 404


def test_marking_as_shared_leads_back_to_where_one_was_and_nowhere_else(larkfield: Place, technician: Persona) -> None:
    account = larkfield.accounts[0]
    assert technician.posts("account_shared", account.pk, back=f"/people/pupils/{larkfield.pupils[0].pk}/")["Location"].startswith(
        "/people/pupils/"
    )
    for bad in ("https://else.example/", "//else.example/", "javascript:x"):
        assert technician.posts("account_shared", account.pk, back=bad)["Location"] == "/people/accounts/"


def test_a_formula_in_a_name_is_shown_as_text(larkfield: Place, technician: Persona) -> None:
    Pupil.objects.filter(pk=larkfield.pupils[0].pk).update(given_name="=<b>1+1</b>")
    page = text(technician.opens("pupils"))
    assert "=&lt;b&gt;1+1&lt;/b&gt; Merrick" in page
