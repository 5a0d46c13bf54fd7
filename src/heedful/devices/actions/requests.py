"""What every signed request does: its number is taken once, an hour's room is reserved, a test phrase leaves its proof."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import F

from heedful.devices.coverage.actions.phrase import prove_sighting
from heedful.devices.models import Profile, ProfileHour, TestSighting
from heedful.devices.rules import STORED_PER_HOUR
from heedful.people.models import Account


class SequenceUsed(Exception):
    """The request's number was used before; `last_sequence` is the last one seen."""

    def __init__(self, last_sequence: int) -> None:
        super().__init__("sequence number used before")
        self.last_sequence = last_sequence


def use_sequence(*, profile: Profile, sequence: int, now: datetime) -> None:
    """Take the request's number, once. Call it in the transaction of what the request does. Raises SequenceUsed.

    A profile that is heard is not superseded, whatever was thought.
    """
    taken = Profile.objects.filter(pk=profile.pk, last_sequence__lt=sequence)
    if not taken.update(last_sequence=sequence, last_seen_at=now, superseded_at=None):
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


def record_test_sighting(*, sighting_id: UUID, profile: Profile, account: Account | None, observed_at: datetime, now: datetime) -> bool:
    """Keep the proof that a test phrase came through, once. It feeds coverage alone. False when it was known.

    Call it after the heartbeat is recorded: what the device's clock is off comes with it.
    """
    sighting, made = TestSighting.objects.get_or_create(
        id=sighting_id, defaults={"profile": profile, "account": account, "observed_at": observed_at, "arrived_at": now}
    )
    if made:
        prove_sighting(sighting)
    return made
