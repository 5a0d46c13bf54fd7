"""A school whose pupils, accounts, devices, pages and words are the payloads."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from heedful.captures.actions.store import Incoming, store_captures
from heedful.captures.models import Capture
from heedful.captures.sealing import Content
from heedful.devices.models import Device, Profile
from heedful.people.actions import NewAccount, NewPupil, add_accounts, add_pupils
from tests.breaches.payloads import PAYLOADS
from tests.personas.people import Place


def fill(place: Place, text: str = "i want to kill myself tonight") -> list[int]:
    """Store a capture for each payload, which is in everything that a pupil or a device can name. Their numbers, in order."""
    now = timezone.now()
    names = [payload.replace("\r", " ").replace("\t", " ")[:80] for payload in PAYLOADS]
    pupils = add_pupils(place.school, [NewPupil(name, name[::-1], 8, name[:20]) for name in names], now=now)
    addresses = ["".join(filter(str.isprintable, f"{number}{payload.lower()}"))[:200] for number, payload in enumerate(PAYLOADS)]
    accounts = add_accounts(
        place.school, [NewAccount(address, pupil=pupil) for address, pupil in zip(addresses, pupils, strict=True)], now=now
    )
    incoming = [
        Incoming(
            capture_id=uuid4(), observed_at=now - timedelta(minutes=2 * number), source="typed", app=payload[:20], host="chat.example", account=account,
            content=Content(f"{text} {payload}", payload, f"https://chat.example/{payload}", account.address, ((9, payload),)),
            identity_confidence="certain", identity_how="profile", device_bundle_version=payload[:40],
        )
        for number, (payload, account) in enumerate(zip(PAYLOADS, accounts, strict=True))
    ]  # fmt: skip
    for start in range(0, len(incoming), 50):
        store_captures(profile=place.device, incoming=incoming[start : start + 50], now=now, in_transaction=lambda: None)
    for payload in PAYLOADS:
        Device.objects.create(school=place.school, label=payload[:60], model=payload[:60], site=payload[:60], listed_at=now, added_at=now)
    Profile.objects.filter(pk=place.device.pk).update(os=PAYLOADS[0][:40], browser=PAYLOADS[1][:40], agent_version=PAYLOADS[2][:20])
    rows = dict(Capture.objects.filter(capture_id__in=[item.capture_id for item in incoming]).values_list("capture_id", "pk"))
    return [rows[item.capture_id] for item in incoming]
