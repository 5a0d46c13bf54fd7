"""Sorting a batch: what is taken, what is refused, what the school does not want."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from heedful.captures.actions.store import Incoming
from heedful.captures.rules import Source
from heedful.devices.models import Profile
from heedful.devices.rules import within_hours
from heedful.gateway.accounts import accounts_seen
from heedful.gateway.intake import Refused, read_item
from heedful.gateway.policy import scope_for, zone_of
from heedful.people.rules import Stage


@dataclass(frozen=True)
class Sifted:
    """`refused` and `out_of_scope` by place in the batch; `incoming` by id, each once."""

    incoming: dict[UUID, Incoming]
    refused: dict[int, Refused]
    out_of_scope: frozenset[int]


def sift(profile: Profile, items: list[Any], now: datetime) -> Sifted:
    """Judge each item by itself: the contract, then the school's stage, groups and hours."""
    accounts = accounts_seen(profile, map(_account_name, items), now)
    incoming: dict[UUID, Incoming] = {}
    refused: dict[int, Refused] = {}
    outside: set[int] = set()
    for place, item in enumerate(items):
        read = read_item(item, accounts)
        if isinstance(read, Refused):
            refused[place] = read
        elif is_in_scope(profile, read, now):
            incoming.setdefault(read.capture_id, read)
        else:
            outside.add(place)
    return Sifted(incoming, refused, frozenset(outside))


def is_in_scope(profile: Profile, item: Incoming, now: datetime) -> bool:
    """Whether the school wants this capture. A child who tells us something is heard at any hour, once monitoring has begun."""
    school = profile.school
    if item.source == Source.REPORT:
        return school.stage != Stage.SET_UP
    # The device's clock may be wrong; what it said of it in its last heartbeat is taken off.
    observed_at = min(item.observed_at - timedelta(seconds=profile.clock_skew_s), now)
    return scope_for(school, item.account).monitor and within_hours(school.hours, observed_at, zone_of(school))


def _account_name(item: Any) -> str:
    account = item.get("account") if isinstance(item, dict) else None
    name = account.get("name") if isinstance(account, dict) else None
    # Not judged yet: what no database would take as a text (NUL, half a surrogate pair) is on no roll.
    return name if isinstance(name, str) and name.isprintable() else ""
