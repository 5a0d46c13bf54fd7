"""Everything that changes devices and profiles: tokens, enrolment, sequence numbers, heartbeats, revocation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F

from heedful.audit.actions import append
from heedful.audit.rules import SYSTEM, Action, Actor, Fact
from heedful.devices.models import EnrolmentToken, Profile, ProfileHour, TestSighting
from heedful.devices.rules import STORED_PER_HOUR, TokenKind, new_token, token_hash
from heedful.people.models import Account, User


class EnrolmentRefused(Exception):
    """The token is unknown, used up, expired, revoked or of the wrong kind. One text for all: a guesser learns nothing."""


class SequenceUsed(Exception):
    """The request's number was used before; `last_sequence` is the last one seen."""

    def __init__(self, last_sequence: int) -> None:
        super().__init__("sequence number used before")
        self.last_sequence = last_sequence


@dataclass(frozen=True)
class Platform:
    os: str
    browser: str
    agent_version: str


def make_token(
    *, school_id: int, kind: TokenKind, label: str, uses: int, valid_for_days: int, made_by: User | None, now: datetime
) -> tuple[EnrolmentToken, str]:
    """Make an enrolment token; the second value is the token itself, which can't be read again."""
    token = new_token()
    with transaction.atomic():
        row = EnrolmentToken.objects.create(
            school_id=school_id, kind=kind, label=label, hash=token_hash(token), uses_left=uses,
            expires_at=now + timedelta(days=valid_for_days), made_by=made_by, made_at=now,
        )  # fmt: skip
        fact = Fact(Action.TOKEN_MADE, "enrolment_token", (str(row.pk),), {"kind": str(kind), "uses": uses, "days": valid_for_days})
        append(school_id=school_id, actor=Actor.person(made_by.pk) if made_by else SYSTEM, fact=fact, now=now)
    return row, token


def enrol_profile(*, token: str, public_key: bytes, platform: Platform, directory_device_id: str, now: datetime) -> Profile:
    """Trade a token for a device with this key. Raises EnrolmentRefused."""
    with transaction.atomic():
        row = EnrolmentToken.objects.filter(hash=token_hash(token), revoked_at=None, expires_at__gt=now).first()
        if row is None or (row.kind == TokenKind.CHROMEOS) != bool(directory_device_id):
            raise EnrolmentRefused
        if not EnrolmentToken.objects.filter(pk=row.pk, uses_left__gt=0).update(uses_left=F("uses_left") - 1):
            raise EnrolmentRefused
        profile = Profile.objects.create(
            id=uuid4(), school_id=row.school_id, token=row, public_key=public_key, directory_device_id=directory_device_id,
            os=platform.os, browser=platform.browser, agent_version=platform.agent_version, enrolled_at=now, last_seen_at=now,
        )  # fmt: skip
        fact = Fact(Action.DEVICE_ENROLLED, "device", (str(profile.pk),), {"token": row.pk})
        append(school_id=row.school_id, actor=Actor.device(profile.pk), fact=fact, now=now)
    return profile


def revoke_profile(*, profile_id: UUID, by: User | None, now: datetime) -> bool:
    """Answer this device with 401 from now on. False where it was revoked before."""
    with transaction.atomic():
        if not Profile.objects.filter(pk=profile_id, revoked_at=None).update(revoked_at=now):
            return False
        school_id = Profile.objects.values_list("school_id", flat=True).get(pk=profile_id)
        actor = Actor.person(by.pk) if by else SYSTEM
        append(school_id=school_id, actor=actor, fact=Fact(Action.DEVICE_REVOKED, "device", (str(profile_id),)), now=now)
    return True


def use_sequence(*, profile: Profile, sequence: int, now: datetime) -> None:
    """Take the request's number, once. Call it in the transaction of what the request does. Raises SequenceUsed."""
    if not Profile.objects.filter(pk=profile.pk, last_sequence__lt=sequence).update(last_sequence=sequence, last_seen_at=now):
        raise SequenceUsed(Profile.objects.values_list("last_sequence", flat=True).get(pk=profile.pk))


def take_hourly_room(*, profile_id: UUID, wanted: Mapping[datetime, int]) -> dict[datetime, int]:
    """Reserve room for captures of severity 1-3, by the clock hour in which they were observed; the rest is counted.

    `wanted` is a number by hour (UTC, on the hour); the answer says how many of them may be stored. An hour of observation, not of
    arrival: a device that was away for a day loses nothing. Call it in the transaction that stores them.
    """
    granted: dict[datetime, int] = {}
    for hour in sorted(wanted):
        row, _ = ProfileHour.objects.get_or_create(profile_id=profile_id, hour=hour)
        room = max(0, min(wanted[hour], STORED_PER_HOUR - row.stored))
        ProfileHour.objects.filter(pk=row.pk).update(stored=F("stored") + room, counted=F("counted") + wanted[hour] - room)
        granted[hour] = room
    return granted


@dataclass(frozen=True)
class Heartbeat:
    """What a profile says of itself and its device."""

    agent_version: str
    bundle_version: str
    policy_version: str
    clock_skew_s: int
    spool_captures: int
    set_aside: int
    lost_captures: int
    lost_pictures: int


def record_heartbeat(*, profile: Profile, beat: Heartbeat) -> None:
    Profile.objects.filter(pk=profile.pk).update(
        agent_version=beat.agent_version, bundle_version=beat.bundle_version, policy_version=beat.policy_version,
        clock_skew_s=beat.clock_skew_s, spool_captures=beat.spool_captures, set_aside=beat.set_aside,
        lost_captures=beat.lost_captures, lost_pictures=beat.lost_pictures,
    )  # fmt: skip


def record_test_sighting(*, sighting_id: UUID, profile: Profile, account: Account | None, observed_at: datetime, now: datetime) -> bool:
    """Keep the proof that a test phrase came through, once. It feeds coverage alone. False when it was known."""
    _, made = TestSighting.objects.get_or_create(
        id=sighting_id, defaults={"profile": profile, "account": account, "observed_at": observed_at, "arrived_at": now}
    )
    return made
