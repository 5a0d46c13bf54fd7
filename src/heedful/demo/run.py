"""Bringing the demo up: seed, enrol, replay, and say where it is. Called by `heedful demo` once the server answers."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from heedful.assurance.actions import run_night
from heedful.captures.assessing import bundle_in_use
from heedful.demo.actions.afterwards import look_back, send_what_was_due
from heedful.demo.actions.pilot import LEAD_SEES_ALL, DemoPilot, seed_pilot
from heedful.demo.actions.policies import seed_policies
from heedful.demo.actions.programme import seed_before, seed_during
from heedful.demo.actions.weeks import SHORT_DAY, Weeks, profiles_of
from heedful.demo.device import SimulatedDevice
from heedful.demo.inventory import Tokens, chromebook_id, is_quiet, seed_devices
from heedful.demo.replay import Counted, Replay, older_lines, plan_day, read_lines
from heedful.demo.school import PERSONAS, DemoSchool, seed_school
from heedful.devices.actions import make_token
from heedful.devices.rules import TokenKind, policy_hash, token_hash
from heedful.gateway.extension_policy import policy_for
from heedful.gateway.shipped_extension import package

DEVICES = 120
# The school was made before its pilot began.
MADE_AGO = timedelta(days=28)
LINKS_FILE = "links.json"
REPLAY_FILE = "replay.json"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Seeded:
    """The school as made before the server starts, with what devices need to enrol."""

    school: DemoSchool
    pilot: DemoPilot
    fleet_token: str
    browser_token: str
    links: dict[str, str]  # persona → token


def seed(folder: Path, *, lines: int, now: datetime, say: Say) -> Seeded:
    """Make school, staff, tokens and sign-in links. The links lie in a file of mode 0600 until the demo stops."""
    school = seed_school(now=now - MADE_AGO)
    _, fleet = make_token(
        school_id=school.school.pk, kind=TokenKind.CHROMEOS, label="Chromebooks", uses=500, valid_for_days=365,
        made_by=school.staff["technician"], now=now,
    )  # fmt: skip
    _, computers = make_token(
        school_id=school.school.pk, kind=TokenKind.DEVICE, label="Computers", uses=150, valid_for_days=365,
        made_by=school.staff["technician"], now=now,
    )  # fmt: skip
    _, browser = make_token(
        school_id=school.school.pk, kind=TokenKind.DEVICE, label="Browser on this machine", uses=50, valid_for_days=1, made_by=None, now=now
    )
    seed_devices(school, tokens=Tokens(fleet, computers), over_the_wire=DEVICES, now=now)
    seed_before(school, now=now - MADE_AGO + timedelta(days=2))
    seed_policies(school, now=now - MADE_AGO + timedelta(days=3))
    pilot = seed_pilot(school, now=now)
    left_over = older_lines(read_lines(), count=lines)
    Weeks(school, pilot, bundle_in_use(), profiles_of(school), left_over, now, is_short=lines < SHORT_DAY).run(say=say)
    look_back(school, pilot, now=now)
    seed_during(school, pilot, now=now)
    run_night(now=now - timedelta(hours=9))
    send_what_was_due(now=now)
    links = {persona.key: secrets.token_urlsafe(24) for persona in PERSONAS}
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_private(folder / LINKS_FILE, json.dumps({links[persona.key]: persona.email for persona in PERSONAS}))
    return Seeded(school, pilot, fleet, browser, links)


def replay(seeded: Seeded, folder: Path, *, server_url: str, lines: int, now: datetime, say: Say) -> Counted:
    """Enrol the fleet over the wire, replay the day, keep what was counted for the console."""
    devices = [SimulatedDevice(server_url) for _ in range(DEVICES)]
    told = {"lines_read": 40, "forced": True, "incognito_allowed": False, "fault": "none"}
    told["policy_hash"] = policy_hash(server_url=settings.DEVICE_URL, chromeos_token_hash=token_hash(seeded.fleet_token))
    present = [address for address, pupil in zip(seeded.school.addresses, seeded.school.pupils, strict=True) if not is_quiet(pupil)]
    for index, device in enumerate(devices):
        device.enrol(seeded.fleet_token, directory_device_id=chromebook_id(index))
        device.heartbeat(device_time=now.isoformat(timespec="milliseconds"), bundle_version=bundle_in_use().version, account=present[index], said=told)
    say(f"{DEVICES} simulated Chromebooks enrolled")
    run = Replay(seeded.school, bundle_in_use(), devices, now, watched=seeded.pilot.everybody)
    day = plan_day(read_lines(), count=lines)
    counted = run.run(day, progress=lambda done: say(f"{done} of {len(day)} lines typed") if done and done % 1500 == 0 else None)
    for device in devices:
        device.close()
    _write_private(folder / REPLAY_FILE, json.dumps(counted.as_json()))
    return counted


def managed_policy(seeded: Seeded, *, server_url: str) -> dict[str, Any]:
    """The Chromium policy that force-installs the extension and enrols it here."""
    update_url = f"{server_url}/extension/updates.xml"
    policy = policy_for(
        "linux", extension_id=package().extension_id, server_url=server_url, update_url=update_url, device_token=seeded.browser_token,
        pupil=seeded.school.addresses[seeded.pilot.pupils[LEAD_SEES_ALL][0]],
    )
    return policy.document


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, "utf-8")
