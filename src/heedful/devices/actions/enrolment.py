"""Enrolling a profile: a token for a place in the school, on the physical device that it says it is on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from heedful.audit.actions import append
from heedful.audit.rules import Action, Actor, Fact
from heedful.devices.actions.placing import device_for
from heedful.devices.actions.tokens import take_use, usable_token
from heedful.devices.machines import Claim
from heedful.devices.models import Device, EnrolmentToken, Profile
from heedful.devices.rules import FREE_ENROLMENTS_A_DAY, TokenKind


class EnrolmentRefused(Exception):
    """The token is unknown, used up, expired, revoked or of the wrong kind. One text for all: a guesser learns nothing."""


@dataclass(frozen=True)
class Platform:
    os: str
    browser: str
    agent_version: str


def enrol_profile(
    *,
    token: str,
    public_key: bytes,
    platform: Platform,
    directory_device_id: str,
    now: datetime,
    machine_id: str = "",
    device_label: str = "",
) -> Profile:
    """Trade a token for a profile with this key. Raises EnrolmentRefused.

    A use of the token is a physical device: enrolling again on one that is known by an id, or with a key that is known, costs none.
    """
    claim = Claim.of(system=platform.os, directory_device_id=directory_device_id, machine_id=machine_id, label=device_label)
    with transaction.atomic():
        row = usable_token(token, now=now)
        if row is None or (row.kind == TokenKind.CHROMEOS) != bool(directory_device_id):
            raise EnrolmentRefused
        # The self-test's own device is none of the school's.
        device = None if row.kind == TokenKind.SELF_TEST else device_for(claim, school_id=row.school_id, now=now)
        if not _was_here(row, device, claim, public_key, now) and not take_use(row, now=now):
            raise EnrolmentRefused
        profile = Profile.objects.create(
            id=uuid4(), school_id=row.school_id, token=row, device=device, public_key=public_key, directory_device_id=directory_device_id,
            machine_id=machine_id, device_label=device_label, os=platform.os, browser=platform.browser, agent_version=platform.agent_version,
            enrolled_at=now, last_seen_at=now,
        )  # fmt: skip
        _give_up_key(profile, now)
        details = {"token": row.pk, "physical_device": device.pk if device else None}
        if device and device.retired_at:
            Device.objects.filter(pk=device.pk).update(retired_at=None)
            details["back_in_use"] = True
        append(
            school_id=row.school_id,
            actor=Actor.device(profile.pk),
            fact=Fact(Action.DEVICE_ENROLLED, "device", (str(profile.pk),), details),
            now=now,
        )
    return profile


def _was_here(row: EnrolmentToken, device: Device | None, claim: Claim, public_key: bytes, now: datetime) -> bool:
    """Whether this token has enrolled this machine before. An id is only said, so what it saves is bounded by the day."""
    by_token = Profile.objects.filter(token=row, school_id=row.school_id)
    if by_token.filter(public_key=public_key).exists():
        return True
    if device is None or not claim.names_a_machine:
        return False
    here = by_token.filter(device=device)
    return here.exists() and here.filter(enrolled_at__gt=now - timedelta(days=1)).count() < FREE_ENROLMENTS_A_DAY


def _give_up_key(profile: Profile, now: datetime) -> None:
    """A browser that enrols anew with the same key is the same browser: the profile that it was counts no more."""
    same: list[UUID] = list(
        Profile.objects.filter(school_id=profile.school_id, public_key=profile.public_key, superseded_at=None)
        .exclude(pk=profile.pk)
        .values_list("pk", flat=True)
    )
    Profile.objects.filter(pk__in=same).update(superseded_at=now)
