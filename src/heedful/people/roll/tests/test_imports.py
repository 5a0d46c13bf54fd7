"""An import's life on a real roll: applied once as it was shown, braked, overtaken, sealed, and gone."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from time import process_time

import pytest
from django.conf import settings
from django.utils import timezone

from heedful.audit.queries import entries_about, first_break
from heedful.people.actions import add_staff, bar_from_pupil, create_group, create_school, mark_shared, note_accounts_seen
from heedful.people.models import Account, Group, Pupil, Role, RollImport, School, StaffRecord, User
from heedful.people.queries import my_schools, role_names
from heedful.people.roll.actions.imports import apply_import, expire_imports, plan_import, read_import, refuse_import, release_files
from heedful.people.roll.queries.imports import expired_imports, import_for, imports_for, imports_to_tell
from heedful.people.roll.rules import Door, ImportRefused, ImportState
from heedful.people.roll.tests.samples import big_export, export, pupil_1_1, teacher_1_1, zipped
from heedful.people.rules import AgeBand, NotFound, RoleName
from heedful.vault.envelope import VaultError
from tests.personas.people import Persona, Place

pytestmark = pytest.mark.django_db
NOW = timezone.now()
HEADER = "source_id,given_name,family_name,year_group,tutor_group,account\n"
STAFF = "source_id,name,email\n"


@pytest.fixture
def school() -> School:
    return create_school(name="Larkfield Academy", now=NOW)


@pytest.fixture(autouse=True)
def _folder(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]


def pupils(*rows: str) -> list[tuple[str, bytes]]:
    return [("pupils.csv", (HEADER + "\n".join(rows)).encode())]


def staff(*rows: str) -> list[tuple[str, bytes]]:
    return [("staff.csv", (STAFF + "\n".join(rows)).encode())]


def ten(start: int = 0) -> list[str]:
    return [f"{n},Nia,Merrick,8,8K,p{n}@larkfield.example" for n in range(start, 10)]


def imported(
    school: School, uploads: list[tuple[str, bytes]], *, door: Door = Door.COMMAND, confirm: bool = True, minutes: int = 0
) -> RollImport:
    now = NOW + timedelta(minutes=minutes)
    found = read_import(school_id=school.pk, uploads=uploads, door=door, now=now)
    if found.state != ImportState.WAITING:
        return found
    return apply_import(import_id=found.pk, difference_hash=found.difference_hash, now=now, is_brake_confirmed=confirm)


def blobs() -> list[Path]:
    return list(Path(settings.DATA_DIR).glob("blobs/*/*.sealed"))


def test_a_roll_comes_whole_with_bands_groups_accounts_and_one_entry(school: School) -> None:
    found = imported(
        school, pupils("1,Nia,Merrick,8,8K,nia@larkfield.example", "2,Finn,Ashdown,,,") + staff("7,Ruth Calder,ruth@larkfield.example")
    )
    assert found.state == ImportState.APPLIED
    nia, finn = Pupil.objects.order_by("source_id")
    assert (str(nia), nia.year_group, nia.age_band, nia.tutor_group, nia.from_roll) == ("Nia Merrick", 8, AgeBand.KS3, "8K", True)
    assert (finn.year_group, finn.age_band) == (None, AgeBand.UNKNOWN)
    assert sorted(nia.groups.values_list("name", flat=True)) == ["8K", "Year 8"]
    assert Account.objects.get(address="nia@larkfield.example").pupil == nia
    ruth = User.objects.get(email="ruth@larkfield.example")
    assert Account.objects.get(address="ruth@larkfield.example").staff == ruth
    assert role_names(ruth) == {RoleName.STAFF}
    assert not ruth.has_usable_password()
    (entry,) = entries_about(school.pk, subject_kind="roll_import")
    assert entry.action == "roll.imported"
    assert entry.details["counts"]["pupils"]["added"] == 2
    assert set(entry.details["files"]) == {"pupils.csv", "staff.csv"}
    told = json.dumps([entry.details, list(RollImport.objects.values("counts", "row_ids", "problems", "files", "kind"))])
    assert not any(word in told for word in ("Nia", "Merrick", "Finn", "Ruth", "larkfield.example"))
    assert first_break(school.pk) is None
    assert blobs() == []


def test_a_second_time_changes_nothing(school: School) -> None:
    imported(school, pupils(*ten()))
    assert imported(school, pupils(*ten())).state == ImportState.NOTHING
    assert len(entries_about(school.pk, subject_kind="roll_import")) == 1
    assert Pupil.objects.count() == 10


def test_a_dry_run_writes_nothing(school: School) -> None:
    plan = plan_import(school_id=school.pk, uploads=pupils(*ten()), now=NOW)
    assert plan.difference.counts["pupils"]["added"] == 10
    assert (Pupil.objects.count(), RollImport.objects.count()) == (0, 0)
    assert (
        plan.difference.fingerprint() == read_import(school_id=school.pk, uploads=pupils(*ten()), door=Door.PAGE, now=NOW).difference_hash
    )


def test_a_renamed_pupil_keeps_the_row_and_a_leaver_is_closed_not_deleted(school: School) -> None:
    imported(school, pupils(*ten()))
    first, last = Pupil.objects.get(source_id="0"), Pupil.objects.get(source_id="9")
    rows = ["0,Antonia,Lang,9,9K,a.lang@larkfield.example", *ten(1)[:-1]]
    found = imported(school, pupils(*rows))
    first.refresh_from_db()
    last.refresh_from_db()
    assert (str(first), first.year_group, first.age_band) == ("Antonia Lang", 9, AgeBand.KS3)
    assert sorted(first.groups.values_list("name", flat=True)) == ["9K", "Year 9"]
    assert last.left_on == timezone.localdate(NOW)
    assert Account.objects.get(address="p9@larkfield.example").closed_on == last.left_on
    assert Account.objects.get(address="p9@larkfield.example").pupil == last
    assert Account.objects.get(address="p0@larkfield.example").closed_on is not None
    assert found.row_ids["pupils"]["closed"] == [last.pk]
    assert found.counts["pupils"]["fields"] == {"given_name": 1, "family_name": 1, "year_group": 1, "tutor_group": 1, "groups": 1}


def test_a_returning_pupil_is_reopened(school: School) -> None:
    imported(school, pupils(*ten()))
    imported(school, pupils(*ten(1)))
    imported(school, pupils(*ten()))
    assert Pupil.objects.get(source_id="0").left_on is None
    assert Account.objects.get(address="p0@larkfield.example").closed_on is None
    assert Pupil.objects.count() == 10


def test_the_brake_holds_until_a_person_confirms_this_very_difference(school: School) -> None:
    imported(school, pupils(*ten()))
    found = read_import(school_id=school.pk, uploads=pupils(*ten(5)), door=Door.PAGE, now=NOW)
    assert found.braked == ["pupils", "accounts"]
    with pytest.raises(ImportRefused, match="More than a fifth"):
        apply_import(import_id=found.pk, difference_hash=found.difference_hash, now=NOW)
    with pytest.raises(ImportRefused, match="not the difference that was shown"):
        apply_import(import_id=found.pk, difference_hash="0" * 64, now=NOW, is_brake_confirmed=True)
    assert Pupil.objects.filter(left_on=None).count() == 10
    apply_import(import_id=found.pk, difference_hash=found.difference_hash, now=NOW, is_brake_confirmed=True)
    assert Pupil.objects.filter(left_on=None).count() == 5


def test_an_import_is_applied_once(school: School) -> None:
    found = read_import(school_id=school.pk, uploads=pupils(*ten()), door=Door.PAGE, now=NOW)
    apply_import(import_id=found.pk, difference_hash=found.difference_hash, now=NOW)
    with pytest.raises(ImportRefused, match="decided before"):
        apply_import(import_id=found.pk, difference_hash=found.difference_hash, now=NOW)


def test_a_roll_that_changed_meanwhile_is_shown_anew(school: School) -> None:
    imported(school, pupils(*ten()))
    found = read_import(school_id=school.pk, uploads=pupils("0,Antonia,Lang,8,8K,p0@larkfield.example", *ten(1)), door=Door.PAGE, now=NOW)
    Pupil.objects.filter(source_id="0").update(given_name="Antonia")  # by hand, in between
    with pytest.raises(ImportRefused, match="has changed since"):
        apply_import(import_id=found.pk, difference_hash=found.difference_hash, now=NOW)
    assert Pupil.objects.get(source_id="0").family_name == "Merrick"
    found.refresh_from_db()
    assert (found.state, found.counts["pupils"]["fields"]) == (ImportState.WAITING, {"family_name": 1})
    apply_import(import_id=found.pk, difference_hash=found.difference_hash, now=NOW)
    assert str(Pupil.objects.get(source_id="0")) == "Antonia Lang"


def test_another_import_overtakes_those_that_wait(school: School) -> None:
    waiting = read_import(school_id=school.pk, uploads=pupils(*ten()), door=Door.PAGE, now=NOW)
    imported(school, pupils(*ten()))
    waiting.refresh_from_db()
    assert (waiting.state, waiting.upload, blobs()) == (ImportState.EXPIRED, "", [])
    with pytest.raises(ImportRefused):
        apply_import(import_id=waiting.pk, difference_hash=waiting.difference_hash, now=NOW)


def test_the_files_are_held_sealed_and_for_an_hour(school: School) -> None:
    found = read_import(school_id=school.pk, uploads=pupils(*ten()), door=Door.PAGE, now=NOW)
    (blob,) = blobs()
    assert b"Merrick" not in blob.read_bytes()
    assert b"pupils.csv" not in blob.read_bytes()
    assert expired_imports(now=NOW + timedelta(minutes=59)) == []
    with pytest.raises(ImportRefused, match="Its time is over"):
        apply_import(import_id=found.pk, difference_hash=found.difference_hash, now=NOW + timedelta(hours=1))
    assert blobs() == []
    found.refresh_from_db()
    assert found.state == ImportState.EXPIRED


def test_what_came_by_night_waits_for_days_and_is_swept(school: School) -> None:
    found = read_import(school_id=school.pk, uploads=pupils(*ten()), door=Door.FOLDER, now=NOW)
    assert expired_imports(now=NOW + timedelta(days=2)) == []
    assert [each.id for each in imports_to_tell(since=NOW)] == [found.pk]
    expire_imports(import_ids=expired_imports(now=NOW + timedelta(days=3)))
    assert (blobs(), imports_to_tell(since=NOW)) == ([], [])


def test_files_under_a_key_that_is_gone_are_asked_for_again(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    found = read_import(school_id=school.pk, uploads=pupils(*ten()), door=Door.PAGE, now=NOW)

    def gone(**_: object) -> bytes:
        raise VaultError("gone")

    monkeypatch.setattr("heedful.people.roll.actions.imports.read_blob", gone)
    with pytest.raises(ImportRefused, match="Give them again"):
        apply_import(import_id=found.pk, difference_hash=found.difference_hash, now=NOW)


def test_a_waiting_import_keeps_its_file(school: School) -> None:
    found = read_import(school_id=school.pk, uploads=pupils(*ten()), door=Door.PAGE, now=NOW)
    release_files(import_ids=[found.pk])
    assert len(blobs()) == 1


def test_what_can_not_be_read_is_kept_with_the_reason(school: School) -> None:
    found = read_import(school_id=school.pk, uploads=[("roll.xlsx", b"PK")], door=Door.FOLDER, now=NOW)
    assert found.state == ImportState.FAILED
    assert found.problems == [["upload", 0, "", "got a workbook; save each sheet as CSV (UTF-8) and give those"]]
    assert [each.id for each in imports_to_tell(since=NOW)] == [found.pk]


def test_bad_rows_are_kept_by_line_and_the_rest_is_applied(school: School) -> None:
    found = imported(school, pupils("1,,Merrick,8,8K,", "2,Finn,Ashdown,9,9B,"))
    assert (found.state, found.problem_count) == (ImportState.APPLIED, 1)
    assert found.problems == [["pupils.csv", 2, "given_name", "got nothing; fill it in"]]
    assert Pupil.objects.get().given_name == "Finn"


def test_staff_of_a_csv_get_no_duties_and_lose_none(school: School) -> None:
    lead = add_staff(school=school, email="amara@larkfield.example", name="Amara Lockhart", roles=[RoleName.DSL], now=NOW)
    imported(school, staff("1,Amara Other,amara@larkfield.example", "2,Jo Pemberton,jo@larkfield.example"))
    lead.refresh_from_db()
    assert (lead.name, role_names(lead)) == ("Amara Lockhart", {RoleName.DSL})
    found = imported(school, [("staff.csv", (STAFF + "3,New Person,new@larkfield.example").encode())])
    lead.refresh_from_db()
    jo = User.objects.get(email="jo@larkfield.example")
    assert (lead.is_active, role_names(lead)) == (True, {RoleName.DSL})
    assert (jo.is_active, role_names(jo)) == (False, frozenset())
    assert StaffRecord.objects.filter(left_on__isnull=False).count() == 2
    assert found.row_ids["staff"]["leavers_with_duties"] == [lead.pk]
    imported(school, staff("2,Jo Pemberton,jo@larkfield.example", "3,New Person,new@larkfield.example"))
    jo.refresh_from_db()
    assert (jo.is_active, role_names(jo)) == (True, {RoleName.STAFF})


def test_an_id_of_the_roll_never_moves_the_sign_in_of_somebody_with_duties(school: School) -> None:
    imported(school, staff("1,Amara Lockhart,amara@larkfield.example"))
    amara = User.objects.get(email="amara@larkfield.example")
    add_staff(school=school, email=amara.email, name=amara.name, roles=[RoleName.DSL], now=NOW)
    found = read_import(school_id=school.pk, uploads=staff("1,Amara Lockhart,somebody@else.example"), door=Door.FOLDER, now=NOW)
    assert found.row_ids["staff"]["changed_by_hand"] == [amara.pk]
    apply_import(import_id=found.pk, difference_hash=found.difference_hash, now=NOW, is_brake_confirmed=True)
    amara.refresh_from_db()
    assert amara.email == "amara@larkfield.example"


def test_somebody_who_works_at_two_schools_stays_signed_in_at_the_other(school: School) -> None:
    other = create_school(name="Marsh End School", now=NOW)
    add_staff(school=other, email="jo@trust.example", name="Jo Pemberton", roles=[RoleName.STAFF], now=NOW)
    imported(school, staff("1,Jo Pemberton,jo@trust.example"))
    jo = User.objects.get(email="jo@trust.example")
    assert {place.name for place in my_schools(jo)} == {"Larkfield Academy", "Marsh End School"}
    imported(school, staff("2,New Person,new@trust.example"))
    jo = User.objects.get(pk=jo.pk)
    assert (jo.is_active, [place.name for place in my_schools(jo)]) == (True, ["Marsh End School"])


def test_pilot_groups_and_shared_accounts_are_peoples_own(larkfield: Place, technician: Persona) -> None:
    account = larkfield.accounts[0]
    mark_shared(account_id=account.pk, viewer=technician.user, now=NOW)
    rows = [
        f"{n},{p.given_name},{p.family_name},{p.year_group},{p.tutor_group},{a.address}"
        for n, (p, a) in enumerate(zip(larkfield.pupils, larkfield.accounts, strict=True))
    ]
    found = imported(larkfield.school, pupils(*rows))
    account.refresh_from_db()
    assert (account.shared, account.pupil) == (True, None)
    assert found.problem_count == 1
    create_group(school=larkfield.school, name="Pilot", in_pilot=True, now=NOW)
    nia = Pupil.objects.get(pk=larkfield.pupils[1].pk)
    nia.groups.add(Group.objects.get(name="Pilot"))
    imported(larkfield.school, pupils(*rows))
    assert "Pilot" in nia.groups.values_list("name", flat=True)


def test_pupils_who_were_there_before_are_known_by_their_accounts(larkfield: Place) -> None:
    rows = [
        f"N{n},{p.given_name},{p.family_name},{p.year_group},{p.tutor_group},{a.address}"
        for n, (p, a) in enumerate(zip(larkfield.pupils, larkfield.accounts, strict=True))
    ]
    imported(larkfield.school, pupils(*rows))
    assert Pupil.objects.filter(school=larkfield.school).count() == len(larkfield.pupils)
    assert Pupil.objects.get(pk=larkfield.pupils[0].pk).source_id == "N0"


def test_an_account_seen_before_is_matched(school: School) -> None:
    note_accounts_seen(school_id=school.pk, addresses=["p1@larkfield.example"], now=NOW)
    imported(school, pupils(*ten()))
    account = Account.objects.get(address="p1@larkfield.example")
    assert (account.pupil.source_id, account.first_seen_at) == ("1", NOW)


def test_ids_and_names_that_go_round_find_their_places(school: School) -> None:
    classes = [{"sourcedId": "C1", "title": "Red", "schoolSourcedId": "S1"}, {"sourcedId": "C2", "title": "Blue", "schoolSourcedId": "S1"}]
    users = [pupil_1_1(1), pupil_1_1(2), teacher_1_1(1), teacher_1_1(2)]
    imported(school, list(export(users=users, classes=classes).items()))
    for each, title in zip(classes, ("Blue", "Red"), strict=True):
        each["title"] = title
    users[2]["sourcedId"], users[3]["sourcedId"] = "T2", "T1"
    imported(school, list(export(users=users, classes=classes).items()))
    assert dict(Group.objects.filter(source_id__startswith="C").values_list("source_id", "name")) == {"C1": "Blue", "C2": "Red"}


def test_the_school_of_a_trusts_export_is_remembered(school: School) -> None:
    schools = ({"sourcedId": "S1", "name": "A", "type": "school"}, {"sourcedId": "S2", "name": "B", "type": "school"})
    uploads = [("roll.zip", zipped(export(users=[pupil_1_1(1)], schools=schools)))]
    assert read_import(school_id=school.pk, uploads=uploads, door=Door.PAGE, now=NOW).state == ImportState.FAILED
    found = read_import(school_id=school.pk, uploads=uploads, door=Door.PAGE, now=NOW, org="S1")
    apply_import(import_id=found.pk, difference_hash=found.difference_hash, now=NOW)
    assert imported(school, uploads).state == ImportState.NOTHING


def test_only_those_who_may_change_this_roll_see_or_decide(
    larkfield: Place, marsh_end: Place, technician: Persona, dsl_of_another_school: Persona, head: Persona
) -> None:
    found = read_import(school_id=larkfield.school.pk, uploads=pupils(*ten()), door=Door.PAGE, now=NOW, by=technician.user)
    for person in (dsl_of_another_school.user, head.user):
        assert imports_for(person) == []
        with pytest.raises(NotFound):
            import_for(person, found.pk)
        with pytest.raises(NotFound):
            apply_import(import_id=found.pk, difference_hash=found.difference_hash, now=NOW, viewer=person)
        with pytest.raises(NotFound):
            refuse_import(import_id=found.pk, viewer=person, now=NOW)
        with pytest.raises(NotFound):
            read_import(school_id=larkfield.school.pk, uploads=pupils(*ten()), door=Door.PAGE, now=NOW, by=person)
    assert [row.id for row in imports_for(technician.user)] == [found.pk]
    refuse_import(import_id=found.pk, viewer=technician.user, now=NOW)
    assert (import_for(technician.user, found.pk).row.state, blobs()) == (ImportState.REFUSED, [])
    assert entries_about(larkfield.school.pk, subject_kind="roll_import")[-1].action == "roll.import_refused"


def test_a_page_names_who_changes_but_no_pupil_whom_the_viewer_is_barred_from(larkfield: Place, dsl: Persona) -> None:
    rows = [
        f"N{n},{p.given_name},Changed,{p.year_group},{p.tutor_group},{a.address}"
        for n, (p, a) in enumerate(zip(larkfield.pupils, larkfield.accounts, strict=True))
    ]
    found = read_import(school_id=larkfield.school.pk, uploads=pupils(*rows), door=Door.PAGE, now=NOW)
    bar_from_pupil(user=dsl.user, pupil=larkfield.pupils[0], now=NOW)
    page = import_for(dsl.user, found.pk)
    renamed = next(named for named in page.named if named.title == "Family name changes")
    assert renamed.count == 4
    assert [pk for pk, _ in renamed.shown] == [pupil.pk for pupil in larkfield.pupils[1:]]


def test_a_large_school_is_imported_while_one_waits(school: School) -> None:
    uploads = list(big_export(1_500).items())
    started = process_time()
    found = imported(school, uploads)
    took = process_time() - started
    assert (found.state, Pupil.objects.count(), Role.objects.filter(name=RoleName.STAFF).count()) == (ImportState.APPLIED, 1_500, 150)
    assert imported(school, uploads).state == ImportState.NOTHING
    print(f"1,500 pupils in {took:.1f} s")
    assert took < 20
