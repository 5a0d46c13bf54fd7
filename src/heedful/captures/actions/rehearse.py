"""Storing a capture and taking it back before it is there for anybody: proof that storing works, without a fake in the queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from heedful.audit.queries import count_entries
from heedful.captures.actions.store import Incoming, store_captures
from heedful.captures.models import Capture
from heedful.captures.sealing import Content, open_column
from heedful.devices.models import Profile
from heedful.vault.queries import SchoolVault


class _TakenBack(Exception):
    """Undoes the transaction of a rehearsal."""


@dataclass(frozen=True)
class Rehearsal:
    """What became of the rehearsed capture, up to the last moment before it would have been committed."""

    severity: int
    reads_back: bool
    is_audited: bool


def rehearse_storing(*, profile: Profile, text: str, now: datetime) -> Rehearsal:
    """Assess, seal, route, audit and write one capture as a device's, read it back, and undo the transaction.

    No other process sees it at any time, no notice goes out, and nothing of it stays. Raises what storing raises.
    """
    item = Incoming(
        capture_id=uuid4(), observed_at=now, source="typed", app="browser", host="self-test.invalid", account=None,
        content=Content(text, "", "", "", ()), identity_confidence="unknown", identity_how="none", device_bundle_version="self-test",
    )  # fmt: skip
    found: list[Rehearsal] = []
    entries = count_entries(profile.school_id)

    def look_and_take_back() -> None:
        row = Capture.objects.get(capture_id=item.capture_id)
        vault = SchoolVault(profile.school_id)
        reads_back = open_column(vault, item.capture_id, "text", row.text_sealed) == text
        found.append(Rehearsal(row.severity, reads_back, count_entries(profile.school_id) > entries))
        raise _TakenBack

    try:
        store_captures(profile=profile, incoming=[item], now=now, in_transaction=lambda: None, last_of_all=look_and_take_back)
    except _TakenBack:
        return found[0]
    raise AssertionError  # last_of_all always takes it back
