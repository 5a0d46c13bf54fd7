"""The demo school's devices: an inventory from three lists, most of it reporting, some of it not. Every device is invented."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_bytes

from django.conf import settings
from django.db import transaction

from heedful.captures.assessing import bundle_in_use
from heedful.demo.school import DemoSchool
from heedful.devices.actions import Heartbeat, Platform, enrol_profile, record_heartbeat
from heedful.devices.actions.heartbeats import note_account_day
from heedful.devices.inventory.actions import apply_list, read_list
from heedful.devices.models import Profile
from heedful.devices.rules import policy_hash, token_hash
from heedful.people.models import Account, Pupil
from heedful.people.queries import find_accounts
from heedful.web.spreadsheet import csv_of

CHROMEBOOKS, WINDOWS, MACS, LINUX, IPADS = 300, 90, 18, 10, 14
MAIN, ANNEXE, SIXTH_FORM = "Main building", "Annexe", "Sixth Form Centre"
AGENT, OLD_AGENT = "0.1.0", "0.0.9"
AWAY = timedelta(days=6)
QUIET_YEAR = 9
QUIET_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Machine:
    """One device of the inventory, and how it does. `enrols` is how many profiles lie on it: 0 for one that was never seen."""

    label: str
    serial: str
    system: str
    model: str
    site: str
    group: str = ""
    directory_id: str = ""
    user: str = ""
    enrols: int = 1
    is_silent: bool = False
    said: dict[str, object] = field(default_factory=dict)


def chromebook_id(number: int) -> str:
    """The directory's id of the demo's Chromebook of this number."""
    return f"chromebook-{number:03d}"


def machines(school: DemoSchool, *, over_the_wire: int) -> list[Machine]:
    """All of the inventory. The first `over_the_wire` Chromebooks enrol by themselves when the day is replayed."""
    return [*_chromebooks(school, over_the_wire), *_computers(), *_ipads()]


def _chromebooks(school: DemoSchool, over_the_wire: int) -> Iterator[Machine]:
    trouble: dict[int, dict[str, object]] = {
        200: {"agent_version": OLD_AGENT}, 210: {"fault": "library_unverified", "lines_read": 0, "bundle_version": ""}, 215: {"forced": False},
    }  # fmt: skip
    for number in range(CHROMEBOOKS):
        year = 7 + number // 20 % 5
        is_never, is_silent = number == CHROMEBOOKS - 1, CHROMEBOOKS - 4 <= number < CHROMEBOOKS - 1
        yield Machine(
            f"CB-{number + 1:03d}", f"NXDEMO{number:05d}", "chromeos", "Acer Chromebook 311", ANNEXE if number % 4 == 3 else MAIN, f"Year {year}",
            chromebook_id(number), school.addresses[number] if is_never else "", 0 if is_never or number < over_the_wire else 2 if number == 150 else 1,
            is_silent, trouble.get(number, {}),
        )  # fmt: skip


def _computers() -> Iterator[Machine]:
    trouble: dict[int, dict[str, object]] = {5: {"clock_skew_s": -2700}, 11: {"spool_captures": 14}, 40: {"policy_hash": "0" * 64}}
    for number in range(WINDOWS):
        room = f"IT{1 + number // 30}"
        site = SIXTH_FORM if room == "IT3" else MAIN
        yield Machine(
            f"{room}-PC{number % 30 + 1:02d}", f"5CDDEMO{number:04d}", "windows", "HP 250 G9", site,
            is_silent=number in {17, 18}, enrols=2 if number == 30 else 1, said=trouble.get(number, {}),
        )  # fmt: skip
    for number in range(MACS):
        yield Machine(f"MEDIA-{number + 1:02d}", f"C02DEMO{number:04d}", "macos", "iMac", MAIN)
    for number in range(LINUX):
        yield Machine(f"LAB-{number + 1:02d}", f"LINDEMO{number:04d}", "linux", "ThinkCentre", SIXTH_FORM)


def _ipads() -> Iterator[Machine]:
    for number in range(IPADS):
        yield Machine(f"IPAD-{number + 1:02d}", f"DMPDEMO{number:04d}", "ipad", "iPad (9th generation)", ANNEXE, "Year 3", enrols=0)


@dataclass(frozen=True)
class Tokens:
    """The two tokens by which the demo's devices enrol."""

    chromeos: str
    device: str

    def told(self, machine: Machine) -> str:
        """The policy hash that the machine tells."""
        named = (
            {"chromeos_token_hash": token_hash(self.chromeos)} if machine.directory_id else {"device_token_hash": token_hash(self.device)}
        )
        return policy_hash(server_url=settings.DEVICE_URL, **named)


def seed_devices(school: DemoSchool, *, tokens: Tokens, over_the_wire: int, now: datetime) -> None:
    """Take in the lists, then let the devices enrol that do not do it over the wire, each a few hours or days ago."""
    inventory = machines(school, over_the_wire=over_the_wire)
    for name, text in lists_of(inventory):
        waiting, _ = read_list(school=school.school, file=name, content=text, by=school.staff["technician"], door="page", now=now)
        apply_list(waiting=waiting, anyway=False, by=school.staff["technician"], now=now)
    accounts = find_accounts(school.school.pk, set(school.addresses))
    pupils = [accounts[address] for address in school.addresses]
    with transaction.atomic():
        present = [account for account in pupils if not is_quiet(account.pupil)]
        profiles = [profile for place, machine in enumerate(inventory) for profile in _enrolled(machine, place, present, tokens, now)]
        _use(profiles, pupils, now)


def is_quiet(pupil: Pupil | None) -> bool:
    """Whether the pupil is of the year that has been away, so that coverage has something to say."""
    return pupil is not None and pupil.year_group == QUIET_YEAR


def lists_of(inventory: Sequence[Machine]) -> Iterator[tuple[str, bytes]]:
    """The inventory as three systems export it."""
    google = ("deviceId", "serialNumber", "status", "annotatedUser", "annotatedLocation", "annotatedAssetId", "model", "orgUnitPath")
    rows = [
        (m.directory_id, m.serial, "ACTIVE", m.user, m.site, m.label, m.model, f"/Pupils/{m.group}")
        for m in inventory
        if m.system == "chromeos"
    ]
    yield "chromebooks.csv", csv_of(google, rows)
    intune = ("Device name", "Managed by", "Ownership", "OS", "Last check-in", "Model", "Serial number", "Category")
    systems = {"windows": "Windows", "macos": "macOS", "ipad": "iPadOS"}
    rows = [(m.label, "Intune", "Corporate", systems[m.system], "", m.model, m.serial, m.site) for m in inventory if m.system in systems]
    yield "intune.csv", csv_of(intune, rows)
    plain = ("Asset tag", "Serial", "Kind", "Model", "Site", "Group")
    yield "lab.csv", csv_of(plain, [(m.label, m.serial, "linux", m.model, m.site, m.group) for m in inventory if m.system == "linux"])


def _enrolled(machine: Machine, place: int, pupils: Sequence[Account], tokens: Tokens, now: datetime) -> Iterator[Profile]:
    moment = now - AWAY if machine.is_silent else now
    for number in range(machine.enrols):
        profile = enrol_profile(
            token=tokens.chromeos if machine.directory_id else tokens.device, public_key=token_bytes(32),
            platform=Platform(machine.system, "Google Chrome 156", AGENT), directory_device_id=machine.directory_id, machine_id=machine.serial,
            device_label=machine.label, now=moment,
        )  # fmt: skip
        said: dict[str, object] = {
            "agent_version": AGENT, "bundle_version": bundle_in_use().version, "policy_version": "", "clock_skew_s": 1, "spool_captures": 0, "set_aside": 0,
            "lost_captures": 0, "lost_pictures": 0, "lines_read": 120, "forced": True, "incognito_allowed": False, "policy_hash": tokens.told(machine),
        } | machine.said  # fmt: skip
        account = pupils[(place + 500 * number) % len(pupils)]
        record_heartbeat(profile=profile, beat=Heartbeat(**said), account=account, now=moment)  # type: ignore[arg-type]
        yield profile


def _use(profiles: Sequence[Profile], pupils: Sequence[Account], now: datetime) -> None:
    """Everybody was seen today, but for one year that was not for a week."""
    for place, account in enumerate(pupils):
        moment = now - QUIET_FOR if is_quiet(account.pupil) else now
        note_account_day(profile=profiles[place % len(profiles)], account=account, lines_read=30 + place % 50, now=moment)
