"""Which physical device a profile lies on: found by what the agent says of its machine, or made, never twice.

A device that enrolled before an inventory named it, and a listed one that nobody had heard of, become one as soon as an id says so.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models.functions import Upper

from heedful.devices.machines import Claim
from heedful.devices.models import Device, Profile
from heedful.devices.rules import DeviceKind

_TRIES = 4


def device_for(claim: Claim, *, school_id: int, now: datetime, current: Device | None = None) -> Device:
    """The device that the claim is about, locked until the transaction ends; made where there is none.

    `current` is where the profile lies by now; it stays there unless an id says otherwise.
    """
    for _ in range(_TRIES):
        found = _found(claim, school_id) or (current if current and _fits(current, claim) else None) or _made(claim, school_id, now)
        held = found and Device.objects.select_for_update().filter(pk=found.pk).first()
        learnt = held and _learnt(held, claim)
        if learnt:  # else another process took the id first, or merged the device away: look again
            return learnt
    raise RuntimeError("devices of this school are made and merged faster than one can be found")


def place_profile(profile: Profile, claim: Claim, *, now: datetime) -> None:
    """Lay a profile on the device that it now says it is on. One that it leaves empty, and no inventory lists, goes."""
    left = profile.device
    device = device_for(claim, school_id=profile.school_id, now=now, current=left)
    Profile.objects.filter(pk=profile.pk).update(device=device)
    profile.device = device
    if left and left.pk != device.pk:
        Device.objects.filter(pk=left.pk, listed_at=None, retired_at=None, profiles=None).delete()


def merge_devices(*, loser: Device, winner: Device) -> None:
    """Lay the loser's profiles on the winner, fill what it lacks, and take the loser away. Call it with both locked."""
    Profile.objects.filter(device=loser).update(device=winner)
    Device.objects.filter(pk=loser.pk).delete()
    for name in ("directory_device_id", "machine_id", "serial", "label", "model", "site", "group_id", "assigned_account_id"):
        if not getattr(winner, name):
            setattr(winner, name, getattr(loser, name))
    winner.kind = loser.kind if winner.kind == DeviceKind.OTHER else winner.kind
    winner.added_at = min(winner.added_at, loser.added_at)
    winner.save()


def _found(claim: Claim, school_id: int) -> Device | None:
    of_school = Device.objects.filter(school_id=school_id)
    by_directory = of_school.filter(directory_device_id=claim.directory_device_id).first() if claim.directory_device_id else None
    by_machine = (of_school.filter(machine_id=claim.machine_id).first() or of_school.filter(serial=claim.machine_id).first()) if claim.machine_id else None
    if by_directory and by_machine and by_directory != by_machine:
        return _one_of(by_directory, by_machine)
    return by_directory or by_machine or _by_label(claim, school_id)


def _one_of(by_directory: Device, by_machine: Device) -> Device | None:
    """Two rows are one machine. Two rows of the inventory are its own affair: Google's id wins. None: look again."""
    held = {d.pk: d for d in Device.objects.select_for_update().filter(pk__in=(by_directory.pk, by_machine.pk)).order_by("pk")}
    if len(held) < 2:
        return None
    by_directory, by_machine = held[by_directory.pk], held[by_machine.pk]
    if by_machine.listed_at and by_directory.listed_at:
        return by_directory
    loser, winner = (by_directory, by_machine) if by_machine.listed_at else (by_machine, by_directory)
    merge_devices(loser=loser, winner=winner)
    return winner


def _by_label(claim: Claim, school_id: int) -> Device | None:
    """The one listed device whose label the agent gives as its id or label, unless their ids differ."""
    names = {name.upper() for name in (claim.machine_id, claim.label) if name}
    if not names:
        return None
    listed = Device.objects.filter(school_id=school_id, listed_at__isnull=False).annotate(name=Upper("label"))
    found = list(listed.filter(name__in=names)[:2])
    if len(found) != 1:
        return None
    is_named_by_tag = found[0].label.upper() == claim.machine_id
    return found[0] if is_named_by_tag or _fits(found[0], claim) else None


def _fits(device: Device, claim: Claim) -> bool:
    """Whether the device has no id that the claim contradicts."""
    pairs = ((device.directory_device_id, claim.directory_device_id), (device.machine_id, claim.machine_id))
    return all(not known or not said or known == said for known, said in pairs)


def _made(claim: Claim, school_id: int, now: datetime) -> Device | None:
    try:
        with transaction.atomic():
            return Device.objects.create(
                school_id=school_id, kind=claim.kind, label=claim.label, directory_device_id=claim.directory_device_id,
                machine_id=claim.machine_id, added_at=now,
            )  # fmt: skip
    except IntegrityError:
        return None


def _learnt(device: Device, claim: Claim) -> Device | None:
    """Fill in ids that were not known, where no other device has them; a device outside the inventory takes its name from its agent.

    None where another process took such an id in the same moment: look again.
    """
    learnt: dict[str, str] = {}
    others = Device.objects.filter(school_id=device.school_id).exclude(pk=device.pk)
    for name, said in (("directory_device_id", claim.directory_device_id), ("machine_id", claim.machine_id)):
        if said and not getattr(device, name) and not others.filter(**{name: said}).exists():
            learnt[name] = said
    if not device.listed_at:
        learnt |= {
            name: said for name, said in (("label", claim.label), ("kind", str(claim.kind))) if said and said != getattr(device, name)
        }
    if learnt:
        try:
            with transaction.atomic():
                Device.objects.filter(pk=device.pk).update(**learnt)
        except IntegrityError:
            return None
        for name, said in learnt.items():
            setattr(device, name, said)
    return device
