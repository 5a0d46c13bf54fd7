"""What a technician does to devices: revoke a profile, retire a device, say that two rows are one machine."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from heedful.audit.actions import append
from heedful.audit.rules import SYSTEM, Action, Actor, Fact
from heedful.devices.actions.placing import merge_devices
from heedful.devices.models import Device, Profile
from heedful.people.models import User


class MergeRefused(Exception):
    """These two can't be one device; the text says why, for the page."""


def revoke_profile(*, profile_id: UUID, by: User | None, now: datetime) -> bool:
    """Answer this profile with 401 from now on. False where it was revoked before."""
    with transaction.atomic():
        if not Profile.objects.filter(pk=profile_id, revoked_at=None).update(revoked_at=now):
            return False
        school_id = Profile.objects.values_list("school_id", flat=True).get(pk=profile_id)
        append(school_id=school_id, actor=_actor(by), fact=Fact(Action.DEVICE_REVOKED, "device", (str(profile_id),)), now=now)
    return True


def retire_device(*, device: Device, by: User | None, now: datetime) -> bool:
    """Take a device out of use: it counts no more, and its profiles are revoked. One that enrols again is back in use."""
    with transaction.atomic():
        if not Device.objects.filter(pk=device.pk, retired_at=None).update(retired_at=now):
            return False
        profiles = Profile.objects.filter(device=device, revoked_at=None)
        ids = [str(pk) for pk in profiles.values_list("pk", flat=True)]
        profiles.update(revoked_at=now)
        fact = Fact(Action.DEVICE_RETIRED, "physical_device", (str(device.pk),), {"revoked": ids})
        append(school_id=device.school_id, actor=_actor(by), fact=fact, now=now)
    return True


def return_device(*, device: Device, by: User | None, now: datetime) -> bool:
    """Undo retiring. The profiles stay revoked: they enrol anew."""
    with transaction.atomic():
        if not Device.objects.filter(pk=device.pk, retired_at__isnull=False).update(retired_at=None):
            return False
        fact = Fact(Action.DEVICE_RETURNED, "physical_device", (str(device.pk),))
        append(school_id=device.school_id, actor=_actor(by), fact=fact, now=now)
    return True


def merge_by_hand(*, device: Device, into: Device, by: User | None, now: datetime) -> Device:
    """Say that a device outside the inventory is this other one: its profiles move there and it goes. Raises MergeRefused."""
    with transaction.atomic():
        held = {row.pk: row for row in Device.objects.select_for_update().filter(pk__in=(device.pk, into.pk)).order_by("pk")}
        if len(held) < 2 or held[device.pk].school_id != held[into.pk].school_id:
            raise MergeRefused("choose another device of this school")
        loser, winner = held[device.pk], held[into.pk]
        if loser.is_listed:
            raise MergeRefused("this device is in the inventory; open the one that is not, and merge that one into it")
        profiles = [str(pk) for pk in Profile.objects.filter(device=loser).values_list("pk", flat=True)]
        merge_devices(loser=loser, winner=winner)
        fact = Fact(Action.DEVICE_MERGED, "physical_device", (str(winner.pk),), {"merged": device.pk, "profiles": profiles})
        append(school_id=winner.school_id, actor=_actor(by), fact=fact, now=now)
    return winner


def _actor(by: User | None) -> Actor:
    return Actor.person(by.pk) if by else SYSTEM
