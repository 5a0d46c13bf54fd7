"""What the technician's pages show in their tests and pictures: a device with faults, one outside the inventory, tokens, a list that waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from heedful.devices.actions import Heartbeat, make_token, record_heartbeat
from heedful.devices.inventory.actions import apply_list, read_list
from heedful.devices.models import Device, Profile
from heedful.devices.rules import InventorySource, TokenKind
from tests.personas.people import Place

HEADER = b"Serial number,Asset ID,Kind,Site,Group\n"

ROOMS = InventorySource.INTUNE  # other devices of the scene are from a CSV, and stay


@dataclass(frozen=True)
class DevicesScene:
    """Ids that pages are opened on."""

    device: int
    outside: int
    device_list: int


def set_devices_scene(place: Place, *, now: datetime) -> DevicesScene:
    """A few devices of every sort beside the school's first, which has no inventory row."""
    technician, school = place.staff["technician"], place.school
    for kind, label, days in ((TokenKind.CHROMEOS, "Chromebooks 2026", 300), (TokenKind.DEVICE, "Room IT2", 9)):
        make_token(school_id=school.pk, kind=kind, label=label, uses=200, valid_for_days=days, made_by=technician, now=now)
    listed = [f"5CD{n:04},IT2-PC{n:02},windows,Main building,Pilot".encode() for n in range(12)]
    waiting, _ = read_list(school=school, file="rooms.csv", content=HEADER + b"\n".join(listed), by=technician, door="page", now=now - timedelta(days=3), source=ROOMS)
    apply_list(waiting=waiting, anyway=False, by=technician, now=now - timedelta(days=3))
    faulty = Device.objects.get(school=school, label="IT2-PC03")
    said = Heartbeat(
        "0.0.9", "", "", -2700, 3, 1, 2, 0, fault="library_unverified", lines_read=0, forced=False, incognito_allowed=False, policy_hash="0" * 64
    )
    for device in Device.objects.filter(school=school, label__startswith="IT2-PC0").exclude(label="IT2-PC09"):
        seen = now - timedelta(days=9) if device.label == "IT2-PC08" else now
        profile = Profile.objects.create(
            school=school, device=device, public_key=uuid4().bytes * 2, os="windows", browser="Microsoft Edge 156", agent_version="0.1.0", bundle_version="1",
            enrolled_at=now - timedelta(days=60), last_seen_at=seen, forced=True,
        )  # fmt: skip
        if device == faulty:
            record_heartbeat(profile=profile, beat=said, now=now)
    changed = [line.replace(b"Main building", b"Annexe") for line in listed[:8]] + [b",,windows,Annexe,", b"5CD9000,IT2-PC90,windows,Annexe,"]
    shown, _ = read_list(school=school, file="rooms.csv", content=HEADER + b"\n".join(changed), by=technician, door="page", now=now, source=ROOMS)
    assert place.device.device_id
    return DevicesScene(faulty.pk, place.device.device_id, shown.pk)
