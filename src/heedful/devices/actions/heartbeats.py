"""What a heartbeat says of a profile, its machine and who uses it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from heedful.devices.actions.placing import place_profile
from heedful.devices.machines import Claim
from heedful.devices.models import AccountDay, Profile
from heedful.people.models import Account


@dataclass(frozen=True)
class Heartbeat:
    """What a profile says of itself and its device. What an older agent doesn't say is None, or empty."""

    agent_version: str
    bundle_version: str
    policy_version: str
    clock_skew_s: int
    spool_captures: int
    set_aside: int
    lost_captures: int
    lost_pictures: int
    machine_id: str = ""
    device_label: str = ""
    fault: str = ""
    lines_read: int | None = None
    forced: bool | None = None
    incognito_allowed: bool | None = None
    policy_hash: str = ""


def record_heartbeat(*, profile: Profile, beat: Heartbeat, account: Account | None = None, now: datetime | None = None) -> None:
    """Keep what the heartbeat says. Call it in the transaction that takes its sequence number."""
    now = now or timezone.now()
    _note_machine(profile, beat, now)
    is_first_of_account = profile.heartbeat_at is None or profile.last_account_id != (account.pk if account else None)
    said = {
        "agent_version": beat.agent_version, "bundle_version": beat.bundle_version, "policy_version": beat.policy_version,
        "clock_skew_s": beat.clock_skew_s, "spool_captures": beat.spool_captures, "set_aside": beat.set_aside,
        "lost_captures": beat.lost_captures, "lost_pictures": beat.lost_pictures, "fault": beat.fault, "forced": beat.forced,
        "incognito_allowed": beat.incognito_allowed, "policy_hash": beat.policy_hash, "heartbeat_at": now, "last_account": account,
    }  # fmt: skip
    if beat.fault != profile.fault:
        said["fault_since"] = now if beat.fault else None
    if beat.lines_read is not None:
        said["lines_told_at"] = now
        if beat.lines_read:
            said["lines_read_at"] = now
    Profile.objects.filter(pk=profile.pk).update(**said)
    note_account_day(profile=profile, account=account, lines_read=beat.lines_read or 0, now=now)
    if is_first_of_account:
        _supersede(profile, account, now)


def note_account_day(*, profile: Profile, account: Account | None, now: datetime, lines_read: int = 0) -> None:
    """That this account used this profile today. Of a member of staff whom the school does not monitor, only that somebody did."""
    if profile.device_id is None:  # the self-test's
        return
    if account and account.staff_id and not profile.school.monitors_staff:
        account = None
    day = timezone.localdate(now)
    if lines_read:
        if _days(profile, account, day).update(lines_read=F("lines_read") + lines_read):
            return
    elif _days(profile, account, day).exists():
        return
    try:
        with transaction.atomic():
            AccountDay.objects.create(school_id=profile.school_id, profile=profile, account=account, day=day, lines_read=lines_read)
    except IntegrityError:  # another process had the same thought
        _days(profile, account, day).update(lines_read=F("lines_read") + lines_read)


def _days(profile: Profile, account: Account | None, day: date):  # type: ignore[no-untyped-def]
    return AccountDay.objects.filter(profile=profile, account=account, day=day)


def _note_machine(profile: Profile, beat: Heartbeat, now: datetime) -> None:
    """A machine id or label that the school set, or changed, after enrolling."""
    machine_id, label = beat.machine_id or profile.machine_id, beat.device_label or profile.device_label
    if (machine_id, label) == (profile.machine_id, profile.device_label):
        return
    Profile.objects.filter(pk=profile.pk).update(machine_id=machine_id, device_label=label)
    claim = Claim.of(system=profile.os, directory_device_id=profile.directory_device_id, machine_id=machine_id, label=label)
    if profile.device_id:
        place_profile(profile, claim, now=now)


def _supersede(profile: Profile, account: Account | None, now: datetime) -> None:
    """Profiles of the same device, account and browser that nobody heard of since this one enrolled are dead: it took their place.

    Where it was wrong, the next request from them undoes it (`use_sequence`).
    """
    if profile.device_id is None:
        return
    older = Profile.objects.filter(
        device_id=profile.device_id, last_account=account, superseded_at=None, last_seen_at__lt=profile.enrolled_at
    )
    browser = _without_version(profile.browser)
    dead = [row.pk for row in older.exclude(pk=profile.pk).only("pk", "browser") if _without_version(row.browser) == browser]
    Profile.objects.filter(pk__in=dead).update(superseded_at=now)


def _without_version(browser: str) -> str:
    return browser.rstrip("0123456789. ").lower()
