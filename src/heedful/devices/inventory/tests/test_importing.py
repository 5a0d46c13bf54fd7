"""A list changes the inventory once, as it was shown; what enrolled becomes what is listed; what is gone is kept."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heedful.audit.models import Entry, Head
from heedful.audit.queries import entries_about, first_break
from heedful.devices.actions import enrol_profile, make_token
from heedful.devices.actions.enrolment import Platform
from heedful.devices.actions.looking_after import retire_device
from heedful.devices.inventory.actions import apply_list, read_list, refuse_list
from heedful.devices.inventory.difference import difference_of, is_braked
from heedful.devices.inventory.models import InventoryImport
from heedful.devices.inventory.tests.samples import GOOGLE, INTUNE
from heedful.devices.inventory.values import Difference, ImportRefused, Known, Wanted
from heedful.devices.models import Device, EnrolmentToken, Profile
from heedful.devices.rules import InventorySource, TokenKind
from heedful.people.models import Account, Group, Pupil, School, Trust, User
from tests.harness.contention import Contention
from tests.harness.westbrook import NOW, Westbrook

pytestmark = pytest.mark.django_db


def take_in(westbrook: Westbrook, text: str, *, minutes: int = 0, anyway: bool = False) -> Difference:
    now = NOW + timedelta(minutes=minutes)
    waiting, found = read_list(school=westbrook.school, file="devices.csv", content=text.encode(), by=westbrook.dsl, door="page", now=now)
    return found if found.is_empty else apply_list(waiting=waiting, anyway=anyway, by=westbrook.dsl, now=now)


def plain(*rows: str) -> str:
    return "\n".join(("Serial,Label,Kind,Site", *rows))


def enrols(westbrook: Westbrook, **ids: str) -> Profile:
    kind = TokenKind.CHROMEOS if ids.get("directory_device_id") else TokenKind.DEVICE
    token = westbrook.token(kind=kind, now=NOW)
    return enrol_profile(
        token=token, public_key=bytes(range(32)), platform=Platform("windows", "Chrome 156", "0.2.0"), now=NOW,
        **({"directory_device_id": ""} | ids),
    )  # fmt: skip


def test_the_same_list_again_changes_nothing(westbrook: Westbrook) -> None:
    assert take_in(westbrook, GOOGLE).counts["added"] == 2
    found = take_in(westbrook, GOOGLE.replace("2026-11-20T08", "2026-11-24T09"), minutes=1)
    assert (found.is_empty, found.counts["same"]) == (True, 2)
    device = Device.objects.get(label="CB-002")
    assert (device.assigned_account, device.site, device.active_in_inventory_at and device.active_in_inventory_at.day) == (
        westbrook.account,
        "Annexe",
        24,
    )


def test_a_device_that_enrolled_first_becomes_the_listed_one_with_its_profile(westbrook: Westbrook) -> None:
    profile = enrols(westbrook, machine_id="5cd0001")
    found = take_in(westbrook, INTUNE)
    assert (found.counts["found"], found.counts["added"]) == (1, 3)
    profile.refresh_from_db()
    assert profile.device is not None
    assert (profile.device.label, profile.device.is_listed, profile.device.listed_from) == ("IT2-PC01", True, "intune")


def test_one_that_enrolled_under_its_tag_is_found_by_it_and_again_by_its_serial_number(westbrook: Westbrook) -> None:
    profile = enrols(westbrook, machine_id="IT2-PC01")
    take_in(westbrook, INTUNE)
    again = enrols(westbrook, machine_id="5CD0001")
    profile.refresh_from_db()
    assert profile.device == again.device == Device.objects.get(serial="5CD0001")


def test_two_that_enrolled_apart_and_are_one_row_become_one(westbrook: Westbrook) -> None:
    one, other = enrols(westbrook, machine_id="NX1001"), enrols(westbrook, directory_device_id="AAAA-0001")
    assert one.device != other.device
    assert take_in(westbrook, GOOGLE).counts["merged"] == 1
    one.refresh_from_db()
    other.refresh_from_db()
    assert one.device == other.device == Device.objects.get(label="CB-001")


def test_what_is_listed_no_longer_is_kept_and_says_since_when(westbrook: Westbrook) -> None:
    take_in(westbrook, plain(*(f"S{n},PC-{n},windows,Main" for n in range(10))))
    take_in(westbrook, plain(*(f"S{n},PC-{n},windows,Main" for n in range(9))), minutes=5)
    gone = Device.objects.get(label="PC-9")
    assert (gone.is_listed, gone.unlisted_at) == (False, NOW + timedelta(minutes=5))
    take_in(westbrook, plain(*(f"S{n},PC-{n},windows,Main" for n in range(10))), minutes=9)
    gone.refresh_from_db()
    assert gone.is_listed


def test_each_source_speaks_for_its_own_devices(westbrook: Westbrook) -> None:
    take_in(westbrook, GOOGLE)
    assert take_in(westbrook, INTUNE, minutes=1).unlisted == ()
    assert Device.objects.filter(unlisted_at=None, listed_at__isnull=False).count() == 6


def test_a_line_that_could_not_be_told_takes_nothing_for_gone(westbrook: Westbrook) -> None:
    take_in(westbrook, plain("S1,PC-1,windows,Main", "S2,PC-2,windows,Main"))
    assert take_in(westbrook, plain("S1,PC-1,windows,Main", ",,windows,Main", "S3,PC-3,windows,Main"), minutes=1).unlisted == ()


def test_more_than_a_fifth_waits_for_a_person_to_say_so(westbrook: Westbrook) -> None:
    take_in(westbrook, plain(*(f"S{n},PC-{n},windows,Main" for n in range(10))))
    shorter = plain(*(f"S{n},PC-{n},windows,Main" for n in range(7)))
    with pytest.raises(ImportRefused, match="fifth"):
        take_in(westbrook, shorter, minutes=1)
    assert Device.objects.filter(unlisted_at=None).count() == 10
    assert len(take_in(westbrook, shorter, minutes=2, anyway=True).unlisted) == 3


def test_a_list_is_taken_in_once_and_within_the_hour_and_only_as_it_was_shown(westbrook: Westbrook) -> None:
    def read(text: str) -> InventoryImport:
        return read_list(school=westbrook.school, file="d.csv", content=text.encode(), by=None, door="command", now=NOW)[0]

    waiting = read(GOOGLE)
    with pytest.raises(ImportRefused, match="more than an hour"):
        apply_list(waiting=waiting, anyway=False, by=None, now=NOW + timedelta(hours=1))
    enrols(westbrook, machine_id="NX1001")
    with pytest.raises(ImportRefused, match="changed since"):
        apply_list(waiting=waiting, anyway=False, by=None, now=NOW)
    waiting = read(GOOGLE)
    apply_list(waiting=waiting, anyway=False, by=None, now=NOW)
    with pytest.raises(ImportRefused, match="decided before"):
        apply_list(waiting=waiting, anyway=False, by=None, now=NOW)
    let_go = read(INTUNE)
    assert refuse_list(waiting=let_go, now=NOW)
    assert not refuse_list(waiting=let_go, now=NOW)
    assert set(map(tuple, InventoryImport.objects.values_list("rows", flat=True))) == {()}


def test_the_record_has_numbers_and_ids_and_no_address(westbrook: Westbrook) -> None:
    take_in(westbrook, GOOGLE)
    [entry] = entries_about(westbrook.school.pk, subject_kind="physical_device")
    assert (entry.action, entry.details["counts"]["added"], entry.details["source"]) == ("inventory.imported", 2, "google")
    assert "amara" not in repr(entry.details) + repr(list(InventoryImport.objects.values()))
    assert first_break(westbrook.school.pk) is None


def test_what_a_person_retired_stays_so_though_the_list_still_has_it(westbrook: Westbrook) -> None:
    take_in(westbrook, GOOGLE)
    retire_device(device=Device.objects.get(label="CB-001"), by=westbrook.dsl, now=NOW)
    take_in(westbrook, GOOGLE.replace("Annexe", "Main site"), minutes=1, anyway=True)
    assert Device.objects.get(label="CB-001").retired_at == NOW


def test_a_five_thousand_row_list_takes_few_questions(westbrook: Westbrook, django_assert_max_num_queries: object, tmp_path: Path) -> None:
    rows = plain(*(f"S{n:05},PC-{n:05},windows,Site {n % 7}" for n in range(1000)))
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        take_in(westbrook, rows)
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        assert take_in(westbrook, rows.replace("Site 3", "Site 4"), minutes=1).counts["changed"] == 143


TABLES = [Trust, School, User, Group, Pupil, Account, Device, EnrolmentToken, Profile, InventoryImport, Head, Entry]


def _school_with_a_list() -> tuple[InventoryImport, str]:
    school = School.objects.create(name="Westbrook School")
    waiting, _ = read_list(
        school=school, file="d.csv", content=plain("S1,PC-1,windows,Main", "S2,PC-2,windows,Main").encode(), by=None, door="page", now=NOW
    )
    _, token = make_token(school_id=school.pk, kind=TokenKind.DEVICE, label="", uses=9, valid_for_days=9, made_by=None, now=NOW)
    return waiting, token


@pytest.mark.django_db(transaction=True)
def test_a_list_that_is_taken_in_twice_at_once_is_taken_in_once(tmp_path: Path) -> None:
    contended = Contention(tmp_path, TABLES)
    waiting, _ = contended.run(_school_with_a_list)

    def take(_: int) -> bool:
        try:
            apply_list(waiting=waiting, anyway=False, by=None, now=NOW)
        except ImportRefused:
            return False
        return True

    assert sorted(contended.together(take, threads=3)) == [False, False, True]
    assert contended.run(lambda: (Device.objects.count(), Entry.objects.filter(action="inventory.imported").count())) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_a_device_that_enrols_while_its_list_is_taken_in_is_one_device(tmp_path: Path) -> None:
    contended = Contention(tmp_path, TABLES)
    waiting, token = contended.run(_school_with_a_list)

    def work(number: int) -> bool:
        if number:
            platform = Platform("windows", "Chrome 156", "0.2.0")
            enrol_profile(token=token, public_key=bytes([number] * 32), platform=platform, directory_device_id="", machine_id="s1", now=NOW)
            return True
        try:
            apply_list(waiting=waiting, anyway=False, by=None, now=NOW)
        except ImportRefused:  # the device was there first: the list is read again
            return False
        return True

    is_taken_in = contended.together(work, threads=3)[0]
    assert contended.run(Device.objects.count) == (2 if is_taken_in else 1)
    assert contended.run(lambda: len(set(Profile.objects.values_list("device", flat=True)))) == 1


# ---- the difference by itself ----
NAMES = st.sampled_from(["", "A", "B", "C"])


@st.composite
def wanted(draw: st.DrawFn) -> list[Wanted]:
    serials = draw(st.lists(st.sampled_from(["", "S1", "S2", "S3", "S4"]), max_size=5))
    rows, seen = [], set()
    for line, serial in enumerate(serials, 2):
        label, directory = draw(NAMES), draw(st.sampled_from(["", f"d{line}"]))
        if (serial and serial in seen) or not (serial or directory or label):
            continue
        seen.add(serial)
        rows.append(Wanted(line, "windows", label, serial, serial, directory, "", draw(NAMES), None, None, ""))
    return rows


@st.composite
def known(draw: st.DrawFn) -> list[Known]:
    ids = draw(st.lists(st.sampled_from(["S1", "S2", "S3", "A", "B"]), unique=True, max_size=5))
    made = []
    for number, machine in enumerate(ids, 1):
        is_listed = draw(st.booleans())
        machine_id = draw(st.sampled_from([machine, ""]))
        serial = machine if is_listed and machine.startswith("S") else ""
        source = draw(st.sampled_from(["google", "csv"])) if is_listed else ""
        directory = draw(st.sampled_from(["", f"d{number + 1}"]))
        made.append(
            Known(number, "windows", draw(NAMES), serial, machine_id, directory, "", "", None, None, source, is_listed, is_listed, False)
        )
    return made


@settings(max_examples=300, deadline=None)
@given(wanted(), known())
def test_every_row_is_one_device_every_device_one_row_and_no_id_is_given_twice(rows: list[Wanted], devices: list[Known]) -> None:
    found = difference_of(rows, devices, source=InventorySource.CSV)
    changed, gone = [change.id for change in found.changed], [loser for loser, _ in found.merged]
    assert len(set(changed)) == len(changed)
    assert len(found.added) + len(changed) + len(found.problems) == len(rows)
    assert not set(found.unlisted) & (set(changed) | set(gone))
    assert {d.id for d in devices if d.is_listed and d.listed_from == "csv"} == set(found.unlisted) | {
        d.id for d in devices if d.is_listed and d.listed_from == "csv" and d.id in changed
    }
    for name in ("machine_id", "directory_device_id"):
        after = {device.id: getattr(device, name) for device in devices if device.id not in gone}
        after |= {change.id: change.values[name] for change in found.changed if name in change.values}
        values = [value for value in [*after.values(), *(getattr(row, name) for row in found.added)] if value]
        assert len(values) == len(set(values))


@given(st.integers(0, 50), st.integers(0, 50))
def test_the_brake_takes_hold_above_a_fifth(listed: int, gone: int) -> None:
    difference = Difference(unlisted=tuple(range(gone)), listed_before=listed)
    assert is_braked(difference) == (5 * gone > listed)
