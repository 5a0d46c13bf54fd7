"""What one account on one device may expect: resolved here from the school's stage, the account's groups, hours and age band."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from heedful.captures.approaches import handling_of
from heedful.captures.assessing import device_layers
from heedful.captures.locked_lists import for_devices
from heedful.devices.models import Profile
from heedful.devices.rules import Scope, scope_of
from heedful.gateway.bundle_file import bundle_file
from heedful.people.models import Account, School
from heedful.people.notice import (
    NOT,
    NOTICE_VERSION,
    PASTORAL_VERSION,
    STAFF_NOTICE_VERSION,
    WHAT,
    WHAT_OF_STAFF,
    WHO_SEES,
    WHO_SEES_PASTORAL,
    WHO_SEES_STAFF,
)
from heedful.people.rules import AgeBand
from heedful.thresholds.approaches.rules import LooksFirst, Running

HEARTBEAT_S = 1800


def scope_for(school: School, account: Account | None) -> Scope:
    """Whether this account is monitored in this school."""
    pupil = account.pupil if account else None
    groups = list(pupil.groups.all()) if pupil is not None else []
    is_staff = account is not None and account.staff_id is not None
    return scope_of(
        stage=school.stage, in_pilot_group=any(group.in_pilot for group in groups), is_staff=is_staff, monitors_staff=school.monitors_staff,
        live_by_group=school.live_by_group, in_live_group=any(group.is_live for group in groups),
    )  # fmt: skip


def zone_of(school: School) -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def policy_document(profile: Profile, account: Account | None, address: str) -> bytes:
    """The policy as bytes to sign and send. Its `version` is a hash of everything else, so that it changes when anything does."""
    school = profile.school
    scope = scope_for(school, account)
    pupil = account.pupil if account else None
    bundle, now = bundle_file(), timezone.now()
    approach = handling_of(school.pk).approach_of(account, now) if scope.monitor else None
    document: dict[str, Any] = {
        "device_id": str(profile.pk),
        "school": {"id": str(school.pk), "name": school.name},
        "account": address,
        "monitor": scope.monitor,
        "reason": str(scope.reason),
        "age_band": pupil.age_band if pupil else str(AgeBand.UNKNOWN),
        "capture_from": school.capture_from,
        "layers": device_layers(),
        "hours": {"time_zone": settings.TIME_ZONE, "windows": school.hours},
        "test_phrase": school.test_phrase,
        "private_hosts": school.private_hosts,
        "pictures": school.pictures and (approach is None or approach.settings.pictures),
        "help": school.help_lines,
        "notice": _notice(school, approach, of_staff=scope.monitor and account is not None and account.staff_id is not None),
        "locked_lists": for_devices(),
        "bundle": {"version": bundle.version, "sha256": bundle.sha256},
        "heartbeat_s": HEARTBEAT_S,
    }
    version = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:16]
    return json.dumps({"version": version} | document, ensure_ascii=False).encode()


def _notice(school: School, approach: Running | None, *, of_staff: bool) -> dict[str, Any]:
    """What the account's owner is told about the monitoring."""
    is_pastoral = approach is not None and approach.settings.first_look == LooksFirst.PASTORAL_FIRST
    return {
        "version": STAFF_NOTICE_VERSION if of_staff else NOTICE_VERSION + (PASTORAL_VERSION if is_pastoral else ""),
        "who_sees": WHO_SEES_STAFF if of_staff else WHO_SEES_PASTORAL if is_pastoral else WHO_SEES,
        "what": WHAT_OF_STAFF if of_staff else WHAT,
        "not": NOT,
        "next_read": school.next_read,
    }


def version_of(policy: bytes) -> str:
    return str(json.loads(policy)["version"])
