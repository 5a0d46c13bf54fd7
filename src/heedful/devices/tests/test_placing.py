"""Several profiles on one machine are one device, whatever order things are learnt in; no two machines are ever made one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from heedful.audit.models import Entry, Head
from heedful.devices.actions import (
    EnrolmentRefused,
    Heartbeat,
    Platform,
    enrol_profile,
    enrolment,
    make_token,
    record_heartbeat,
    use_sequence,
)
from heedful.devices.actions.looking_after import retire_device
from heedful.devices.machines import directory_id_of, kind_of, machine_id_of
from heedful.devices.models import AccountDay, Device, EnrolmentToken, Profile
from heedful.devices.rules import DeviceKind, TokenKind
from heedful.people.models import Account, Group, Pupil, School, Trust, User
from tests.harness.contention import Contention
from tests.harness.westbrook import NOW, Westbrook, build_school

needs_db = pytest.mark.django_db
BEAT = Heartbeat("0.2.0", "b1", "p1", 0, 0, 0, 0, 0)
TABLES = [Trust, School, User, Group, Pupil, Account, Device, EnrolmentToken, Profile, Head, Entry]


def enrol(
    token: str, *, directory: str = "", machine: str = "", label: str = "", os: str = "windows", minutes: int = 0, key: bytes = b""
) -> Profile:
    return enrol_profile(
        token=token, public_key=key or uuid4().bytes * 2, platform=Platform(os, "Microsoft Edge 156", "0.2.0"), directory_device_id=directory,
        machine_id=machine, device_label=label, now=NOW + timedelta(minutes=minutes),
    )  # fmt: skip


def beats(profile: Profile, *, minutes: int, account: Account | None = None, **said: object) -> None:
    profile.refresh_from_db()
    now = NOW + timedelta(minutes=minutes)
    use_sequence(profile=profile, sequence=profile.last_sequence + 1, now=now)
    record_heartbeat(profile=profile, beat=Heartbeat(**(vars(BEAT) | said)), account=account, now=now)  # type: ignore[arg-type]
    profile.refresh_from_db()


def listed(westbrook: Westbrook, **fields: object) -> Device:
    return Device.objects.create(school=westbrook.school, listed_from="csv", listed_at=NOW, added_at=NOW, **fields)


@needs_db
def test_a_chromebook_of_the_inventory_takes_its_profiles_by_the_directorys_id(westbrook: Westbrook) -> None:
    row, token = (
        listed(westbrook, directory_device_id="ab-1", kind=DeviceKind.CHROMEBOOK),
        westbrook.token(kind=TokenKind.CHROMEOS, uses=1, now=NOW),
    )
    profiles = [enrol(token, directory=name, os="chromeos", minutes=n) for n, name in enumerate(("AB-1", "ab-1"))]
    assert {profile.device_id for profile in profiles} == {row.pk}
    assert Device.objects.count() == 1


@needs_db
def test_a_windows_computer_is_known_by_its_serial_number_whatever_its_case(westbrook: Westbrook) -> None:
    row, token = listed(westbrook, machine_id="5CD0123XYZ", label="IT2-PC07"), westbrook.token(now=NOW)
    assert enrol(token, machine="5cd0123xyz").device == row
    assert enrol(token, machine="it2-pc07").device == row  # the school gave the asset tag as the machine's id
    assert enrol(token, label="IT2-PC07").device == row
    assert enrol(token, machine="5CD999", label="IT2-PC07").device != row  # a label on another serial number is another machine


@needs_db
def test_a_label_that_two_devices_bear_names_none(westbrook: Westbrook) -> None:
    token = westbrook.token(now=NOW)
    rows = [listed(westbrook, machine_id=serial, label="Trolley 3") for serial in ("S1", "S2")]
    assert enrol(token, label="Trolley 3").device not in rows


@needs_db
def test_without_an_id_each_profile_is_a_device_outside_the_inventory(westbrook: Westbrook) -> None:
    token = westbrook.token(now=NOW)
    made = [enrol(token).device for _ in range(2)]
    assert made[0] != made[1]
    assert [device.is_listed for device in made if device] == [False, False]
    assert made[0] is not None
    assert made[0].kind == DeviceKind.WINDOWS


@needs_db
def test_an_id_that_comes_later_lays_the_profile_on_its_device_and_leaves_nothing_behind(westbrook: Westbrook) -> None:
    row, token = listed(westbrook, machine_id="S1"), westbrook.token(now=NOW)
    profile = enrol(token)
    assert profile.device != row
    beats(profile, minutes=1, machine_id="s1")
    assert profile.device == row
    assert Device.objects.get() == row


@needs_db
def test_two_rows_become_one_when_a_profile_has_both_their_ids(westbrook: Westbrook) -> None:
    row, token = listed(westbrook, machine_id="S1"), westbrook.token(kind=TokenKind.CHROMEOS, now=NOW)
    early = enrol(token, directory="dir-1", os="chromeos")  # the inventory has no directory ids, the first agent no serial number
    assert early.device != row
    enrol(token, directory="dir-1", machine="S1", os="chromeos", minutes=1)
    early.refresh_from_db()
    assert early.device == row
    row.refresh_from_db()
    assert (row.directory_device_id, Device.objects.count()) == ("dir-1", 1)


@needs_db
def test_a_computer_that_is_cloned_is_another_as_soon_as_it_says_so(westbrook: Westbrook) -> None:
    profile = enrol(westbrook.token(now=NOW), machine="S1")
    first = profile.device
    beats(profile, minutes=1, machine_id="S2")
    assert profile.device != first


@needs_db
def test_schools_never_share_a_device(westbrook: Westbrook) -> None:
    other = build_school("Marsh End School", "marshend.example")
    assert enrol(westbrook.token(now=NOW), machine="S1").device != enrol(other.token(now=NOW), machine="S1").device


@needs_db
def test_sign_ins_that_leave_nothing_behind_use_the_token_once_and_count_once(westbrook: Westbrook) -> None:
    token = westbrook.token(kind=TokenKind.CHROMEOS, uses=1, now=NOW)
    for day in range(5):
        profile = enrol(token, directory="dir-1", os="chromeos", minutes=1440 * day)
        beats(profile, minutes=1440 * day + 5, account=westbrook.account)
    assert Device.objects.count() == 1
    assert Profile.objects.filter(superseded_at=None).get() == profile
    row = EnrolmentToken.objects.get()
    assert (row.uses_left, row.used, row.last_used_at) == (0, 1, NOW)
    with pytest.raises(EnrolmentRefused):
        enrol(token, directory="dir-2", os="chromeos")


@needs_db
def test_what_a_machine_says_of_itself_saves_uses_within_bounds(westbrook: Westbrook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrolment, "FREE_ENROLMENTS_A_DAY", 4)
    token = westbrook.token(uses=3, now=NOW)
    for _ in range(4):
        enrol(token, machine="S1")
    assert EnrolmentToken.objects.get().uses_left == 2
    for _ in range(2):
        enrol(token, machine="S1")
    with pytest.raises(EnrolmentRefused):
        enrol(token, machine="S1")
    enrol(token, machine="S1", minutes=1441)


@needs_db
def test_a_browser_that_enrols_anew_with_its_key_costs_no_use_and_replaces_itself(westbrook: Westbrook) -> None:
    token, key = westbrook.token(uses=1, now=NOW), bytes(range(32))
    first, second = enrol(token, key=key), enrol(token, key=key, minutes=1)
    first.refresh_from_db()
    assert (first.superseded_at is not None, second.superseded_at, EnrolmentToken.objects.get().used) == (True, None, 1)


@needs_db
def test_a_profile_that_was_thought_dead_is_alive_when_it_is_heard(westbrook: Westbrook) -> None:
    token = westbrook.token(now=NOW)
    old = enrol(token, machine="S1")
    beats(old, minutes=1, account=westbrook.account)
    new = enrol(token, machine="S1", minutes=10)
    beats(new, minutes=11, account=westbrook.account)
    old.refresh_from_db()
    assert old.superseded_at is not None
    beats(old, minutes=12, account=westbrook.account)
    beats(new, minutes=13, account=westbrook.account)
    old.refresh_from_db()
    assert (old.superseded_at, new.superseded_at) == (None, None)


@needs_db
def test_two_browsers_and_two_accounts_on_one_machine_do_not_replace_each_other(westbrook: Westbrook) -> None:
    token = westbrook.token(now=NOW)
    edge = enrol(token, machine="S1")
    beats(edge, minutes=1, account=westbrook.account)
    chrome = enrol(token, machine="S1", minutes=10)
    Profile.objects.filter(pk=chrome.pk).update(browser="Google Chrome 156")
    beats(chrome, minutes=11, account=westbrook.account)
    guest = enrol(token, machine="S1", minutes=20)
    beats(guest, minutes=21)
    assert Profile.objects.filter(superseded_at=None).count() == 3


@needs_db
def test_a_retired_device_that_enrols_again_is_back_in_use(westbrook: Westbrook) -> None:
    token = westbrook.token(now=NOW)
    profile = enrol(token, machine="S1")
    device = profile.device
    assert device is not None
    assert retire_device(device=device, by=None, now=NOW)
    profile.refresh_from_db()
    device.refresh_from_db()
    assert profile.revoked_at == NOW
    assert device.retired_at == NOW
    assert enrol(token, machine="S1", minutes=5).device == device
    device.refresh_from_db()
    assert device.retired_at is None


@needs_db
def test_a_day_is_kept_once_for_each_profile_and_account_with_what_was_read(westbrook: Westbrook) -> None:
    profile = enrol(westbrook.token(now=NOW), machine="S1")
    for minutes, lines in ((0, 5), (1, 0), (2, 7)):
        beats(profile, minutes=minutes, account=westbrook.account, lines_read=lines)
    beats(profile, minutes=3)
    beats(profile, minutes=4)
    assert list(AccountDay.objects.order_by("pk").values_list("account", "lines_read")) == [(westbrook.account.pk, 12), (None, 0)]
    assert profile.lines_told_at == NOW + timedelta(minutes=2)


@needs_db
def test_which_device_a_member_of_staff_used_is_not_kept_where_staff_are_not_monitored(westbrook: Westbrook) -> None:
    profile = enrol(westbrook.token(now=NOW), machine="S1")
    staff = Account.objects.create(school=westbrook.school, address="head@westbrook.example", staff=westbrook.dsl)
    beats(profile, minutes=1, account=staff)
    assert AccountDay.objects.get().account is None


@needs_db
def test_a_fault_is_known_since_when_and_goes_when_it_is_over(westbrook: Westbrook) -> None:
    profile = enrol(westbrook.token(now=NOW), machine="S1")
    seen = []
    for minutes, fault in ((1, "library_missing"), (2, "library_missing"), (3, "storage_full"), (4, "")):
        beats(profile, minutes=minutes, fault=fault, lines_read=int(minutes == 4))
        seen.append((profile.fault, profile.fault_since and (profile.fault_since - NOW).seconds // 60, profile.lines_read_at is not None))
    assert seen == [("library_missing", 1, False), ("library_missing", 1, False), ("storage_full", 3, False), ("", None, True)]


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("5cd 0123xyz ", "5CD 0123XYZ"), ("To be filled by O.E.M.", ""), ("System Serial Number", ""), ("Default string", ""), ("0000000", ""), ("...", ""),
        ("None", ""), ("None-1", "NONE-1"), ("", ""), ("x" * 150, ""), ("1234567", "1234567"),
    ],
)  # fmt: skip
def test_what_makers_write_for_no_serial_number_names_no_machine(text: str, known: str) -> None:
    assert machine_id_of(text) == known


@pytest.mark.parametrize(
    ("system", "model", "kind"),
    [
        ("chromeos", "", "chromebook"), ("Chrome OS", "", "chromebook"), ("Windows", "HP 250 G8", "windows"), ("macOS", "MacBook Air", "mac"),
        ("macos", "", "mac"), ("Mac OS X", "", "mac"), ("iOS", "iPad (9th generation)", "ipad"), ("iPadOS", "", "ipad"), ("iOS", "iPhone 12", "other"),
        ("Linux", "", "linux"), ("Android", "", "other"), ("", "", "other"),
    ],
)  # fmt: skip
def test_kinds_are_told_by_the_names_of_systems(system: str, model: str, kind: str) -> None:
    assert kind_of(system, model) == kind


IDS = st.text(alphabet="abcXYZ0189-. \u00e9\ud800", max_size=30)


@given(IDS)
def test_an_id_that_was_made_comparable_stays_as_it_is(text: str) -> None:
    assert machine_id_of(machine_id_of(text)) == machine_id_of(text)
    assert directory_id_of(directory_id_of(text)) == directory_id_of(text)


MACHINES = 4
STEP = st.tuples(st.integers(0, MACHINES - 1), st.booleans(), st.booleans(), st.booleans(), st.booleans())


class TestAnyOrder(TestCase):
    """Each step: a machine, whether its agent says its directory id and its serial number, enrols or beats, and whether it is listed first."""

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
    @given(st.lists(STEP, max_size=14), st.lists(st.integers(0, MACHINES - 1), max_size=MACHINES, unique=True))
    def test_profiles_of_one_machine_end_on_one_device_once_it_has_said_both_its_ids(
        self, steps: list[tuple[int, bool, bool, bool, bool]], inventory: list[int]
    ) -> None:
        school = School.objects.create(name="Westbrook School")
        tokens = {
            kind: make_token(school_id=school.pk, kind=kind, label="", uses=500, valid_for_days=9, made_by=None, now=NOW)[1]
            for kind in (TokenKind.DEVICE, TokenKind.CHROMEOS)
        }
        for machine in inventory:
            Device.objects.create(
                school=school, machine_id=f"S{machine}", directory_device_id=f"dir-{machine}", listed_at=NOW, added_at=NOW
            )
        last: dict[int, Profile] = {}
        for step, (machine, says_directory, says_serial, anew, _) in enumerate(steps):
            serial = f"s{machine}" if says_serial else ""
            if anew or machine not in last:
                kind = TokenKind.CHROMEOS if says_directory else TokenKind.DEVICE
                last[machine] = enrol(
                    tokens[kind], directory=f"DIR-{machine}" if says_directory else "", machine=serial, os="chromeos", minutes=step
                )
            else:
                beats(last[machine], minutes=step, machine_id=serial)
        for machine in last:  # in the end every machine has an agent that says all
            enrol(tokens[TokenKind.CHROMEOS], directory=f"dir-{machine}", machine=f"S{machine}", os="chromeos", minutes=99)
        machines_of, devices_of = machines_and_devices()
        assert {device: len(machines) for device, machines in machines_of.items()} == dict.fromkeys(machines_of, 1)
        assert {machine: len(devices) for machine, devices in devices_of.items()} == dict.fromkeys(devices_of, 1)
        empty = Device.objects.filter(listed_at=None, profiles=None)
        assert not empty.exists()


def machines_and_devices() -> tuple[dict[int, set[str]], dict[str, set[int]]]:
    """What the profiles of each device say which machine it is, and the devices of each machine."""
    named: dict[int, set[str]] = {}
    places: dict[str, set[int]] = {}
    for device_id, directory, serial in Profile.objects.values_list("device_id", "directory_device_id", "machine_id"):
        for said in filter(None, (directory.lower()[-1:], serial[-1:])):
            named.setdefault(device_id, set()).add(said)
            places.setdefault(said, set()).add(device_id)
    return named, places


@pytest.mark.django_db(transaction=True)
def test_profiles_of_one_machine_that_enrol_together_make_one_device_and_use_one_use(tmp_path: Path) -> None:
    contended = Contention(tmp_path, TABLES)
    token = contended.run(lambda: _token(uses=1))
    contended.together(lambda _: enrol(token, machine="S1").pk, threads=4)
    assert contended.run(lambda: (Device.objects.count(), Profile.objects.count(), EnrolmentToken.objects.get().used)) == (1, 4, 1)


@pytest.mark.django_db(transaction=True)
def test_profiles_that_enrol_together_with_one_id_each_end_on_one_device(tmp_path: Path) -> None:
    contended = Contention(tmp_path, TABLES)
    token = contended.run(lambda: _token(uses=9, kind=TokenKind.CHROMEOS))
    said = [{"directory": "dir-1"}, {"directory": "dir-1", "machine": "S1"}] * 2
    contended.together(lambda number: enrol(token, os="chromeos", **said[number]).pk, threads=4)
    assert contended.run(Device.objects.count) == 1


def _token(*, uses: int, kind: TokenKind = TokenKind.DEVICE) -> str:
    school = School.objects.create(name="Westbrook School")
    return make_token(school_id=school.pk, kind=kind, label="", uses=uses, valid_for_days=9, made_by=None, now=NOW)[1]
