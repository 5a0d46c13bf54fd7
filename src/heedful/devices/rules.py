"""Tokens, sequence numbers and what a policy says: pure."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from django.db.models import TextChoices

from heedful.people.rules import Stage

MOST_SEQUENCE = 2**53 - 1
# Captures of severity 1-3 that one device may have stored in an hour; more are counted.
STORED_PER_HOUR = 60
# Enrolling again on a device that says who it is costs no use of the token: so many times a day, for it can say what it likes.
FREE_ENROLMENTS_A_DAY = 60
# Agents before this one are told to be updated. They still send, and what they send is taken.
OLDEST_AGENT = "0.1.0"
# A token that stops within this time is told of: sign-ins that leave nothing behind enrol each time, and would all go dark.
TOKEN_ENDS_SOON = timedelta(days=14)
MOST_TOKEN_USES, MOST_TOKEN_DAYS = 100_000, 800
# Which account used which device on which day: for coverage, a term's half and no longer.
ACCOUNT_DAYS_KEPT = timedelta(days=45)
# Profiles that another replaced: sign-ins that leave nothing behind make one each.
REPLACED_PROFILES_KEPT = timedelta(days=60)


class TokenKind(TextChoices):
    DEVICE = "device", "Windows, Mac and Linux (set for the device)"
    CHROMEOS = "chromeos", "Chromebooks (needs the directory's device id)"
    # Heedful's own weekly test of the devices' door. Nobody can make one by hand, and what enrols by it is no device.
    SELF_TEST = "self_test", "Heedful's own self-test"


class DeviceKind(TextChoices):
    """What a physical device is; `COVERED_KINDS` says where an agent can run at all."""

    CHROMEBOOK = "chromebook", "Chromebook"
    WINDOWS = "windows", "Windows"
    MAC = "mac", "Mac"
    LINUX = "linux", "Linux"
    IPAD = "ipad", "iPad"
    OTHER = "other", "Other"


COVERED_KINDS = frozenset({DeviceKind.CHROMEBOOK, DeviceKind.WINDOWS, DeviceKind.MAC, DeviceKind.LINUX})


class InventorySource(TextChoices):
    """Which list of the school's devices a row came from."""

    GOOGLE = "google", "Google Admin"
    INTUNE = "intune", "Microsoft Intune"
    CSV = "csv", "CSV"


class ImportState(TextChoices):
    """What has become of a list of devices that was read."""

    WAITING = "waiting", "Waits for a person"
    APPLIED = "applied", "Taken in"
    NOTHING = "nothing", "Nothing to change"
    REFUSED = "refused", "Let go"
    EXPIRED = "expired", "Not decided in time"


class Fault(TextChoices):
    """Why a profile sees nothing, or less than it should: the words of the contract. All well is the empty string."""

    POLICY_MISSING = "policy_missing"
    LIBRARY_MISSING = "library_missing"
    LIBRARY_UNVERIFIED = "library_unverified"
    LIBRARY_UNREADABLE = "library_unreadable"
    LIBRARY_TOO_NEW = "library_too_new"
    LIBRARY_TOO_OLD = "library_too_old"
    STORAGE_FULL = "storage_full"


class Reason(TextChoices):
    """Why a policy says to monitor, or not to."""

    LIVE = "live"
    PILOT = "pilot"
    SET_UP = "set_up"
    NOT_IN_SCOPE = "not_in_scope"
    STAFF = "staff"
    PAUSED = "paused"


def new_token() -> str:
    """An enrolment token: 160 random bits, shown once, kept as a hash."""
    return f"hee-{secrets.token_urlsafe(20)}"


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def policy_hash(*, server_url: str, device_token_hash: str = "", chromeos_token_hash: str = "") -> str:
    """What a heartbeat's `policy_hash` is where these managed values are in force (contracts/device-api.md); a token by its hash, empty for none."""
    lines = ("heedful-values-v1", server_url.rstrip("/"), device_token_hash, chromeos_token_hash, "")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True)
class Scope:
    """Whether an account is monitored now, and the reason."""

    monitor: bool
    reason: Reason


def scope_of(
    *, stage: str, in_pilot_group: bool, is_staff: bool, monitors_staff: bool, live_by_group: bool = False, in_live_group: bool = False
) -> Scope:
    """Decide from the school's stage and whose account it is. An unknown account counts as a pupil outside any group.

    A school that goes live by group has its live groups monitored and nobody else yet.
    """
    if stage == Stage.SET_UP:
        return Scope(False, Reason.SET_UP)
    if is_staff and not monitors_staff:
        return Scope(False, Reason.STAFF)
    if stage == Stage.PILOT:
        return Scope(in_pilot_group, Reason.PILOT if in_pilot_group else Reason.NOT_IN_SCOPE)
    if live_by_group and not in_live_group and not is_staff:
        return Scope(False, Reason.NOT_IN_SCOPE)
    return Scope(True, Reason.LIVE)


def within_hours(windows: Collection[dict[str, Any]], moment: datetime, zone: tzinfo) -> bool:
    """Whether a moment lies in the monitored hours. No windows = always; `to` is not included."""
    if not windows:
        return True
    local = moment.astimezone(zone)
    return any(
        local.isoweekday() in window["days"] and time.fromisoformat(window["from"]) <= local.time() < time.fromisoformat(window["to"])
        for window in windows
    )
