"""One device with its profiles, and what it may be merged with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from heedful.devices.coverage.queries.facts import calendar_of
from heedful.devices.models import Device, Profile
from heedful.devices.queries.standing import PROFILE_FIELDS, policy_hashes_of
from heedful.devices.rules import TokenKind
from heedful.devices.standing import DeviceFacts, ProfileFacts, Standing, Trouble, Yardstick, standing_of_device, troubles_of
from heedful.people.models import User
from heedful.people.queries import schools_with
from heedful.people.rules import NotFound, Right

MOST_PROFILES, MOST_CANDIDATES = 50, 20


@dataclass(frozen=True)
class ProfileRow:
    """A profile with its troubles; `is_in_use` is neither revoked nor superseded."""

    facts: ProfileFacts
    troubles: tuple[Trouble, ...]
    has_current_policy: bool | None

    @property
    def is_in_use(self) -> bool:
        return self.facts.revoked_at is None and self.facts.superseded_at is None


@dataclass(frozen=True)
class OpenedDevice:
    """All that the page of one device places."""

    device: Device
    standing: Standing
    profiles: tuple[ProfileRow, ...]
    older: int
    candidates: tuple[Device, ...]


def device_of(viewer: User, device_id: int) -> Device:
    """The device, where the viewer looks after its school's. Raises NotFound."""
    found = (
        Device.objects.filter(pk=device_id, school_id__in=schools_with(viewer, Right.SEE_DEVICES)).select_related("school", "group").first()
    )
    if found is None:
        raise NotFound
    return found


def profile_of(viewer: User, device: Device, profile_id: UUID) -> Profile:
    """One of the device's profiles. Raises NotFound."""
    found = Profile.objects.filter(pk=profile_id, device=device, school_id__in=schools_with(viewer, Right.SEE_DEVICES)).first()
    if found is None:
        raise NotFound
    return found


def open_device(viewer: User, device_id: int, *, words: str, now: datetime) -> OpenedDevice:
    """The device and its profiles, those in use first, the latest heard first. `words` look for what it may be merged into."""
    device = device_of(viewer, device_id)
    by = Yardstick(calendar_of(device.school), now, policy_hashes_of(device.school_id, now=now))
    fields = (*PROFILE_FIELDS, "fault_since", "revoked_at", "superseded_at", "token__label")
    of_device = Profile.objects.filter(device=device).exclude(token__kind=TokenKind.SELF_TEST).order_by("-last_seen_at", "-enrolled_at")
    everything = [ProfileFacts(*row) for row in of_device.values_list(*fields)]
    in_use = [p for p in everything if p.revoked_at is None and p.superseded_at is None]
    facts = DeviceFacts(
        device.pk, device.label, device.serial, device.kind, device.model, device.site, device.group.name if device.group else "", device.listed_from,
        device.is_listed, device.retired_at is not None, device.assigned_account_id is not None,
    )  # fmt: skip
    standing = standing_of_device(facts, in_use, by)
    shown = (in_use + [p for p in everything if p not in in_use])[:MOST_PROFILES]
    rows = tuple(
        ProfileRow(
            p,
            tuple(troubles_of(p, by)) if p in in_use else (),
            p.policy_hash in by.policy_hashes if p.policy_hash and by.policy_hashes else None,
        )
        for p in shown
    )
    return OpenedDevice(device, standing, rows, len(everything) - len(shown), tuple(_candidates(device, words)))


def _candidates(device: Device, words: str) -> list[Device]:
    """Devices of the inventory that this one may be: by the words that were typed, else those without a profile of its kind."""
    if device.is_listed:
        return []
    others = Device.objects.filter(school_id=device.school_id, listed_at__isnull=False, unlisted_at=None, retired_at=None).exclude(
        pk=device.pk
    )
    if words:
        others = others.filter(Q(label__icontains=words) | Q(serial__icontains=words))
    else:
        others = others.filter(kind=device.kind, profiles=None)
    return list(others.order_by("label", "pk")[:MOST_CANDIDATES])
