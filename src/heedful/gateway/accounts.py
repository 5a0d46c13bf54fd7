"""The accounts that a request names: found, and noted as seen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from heedful.devices.models import Profile
from heedful.people.actions import note_accounts_seen
from heedful.people.models import Account
from heedful.people.queries import find_accounts
from heedful.people.rules import SEEN_AGAIN_AFTER, address_of


def accounts_seen(profile: Profile, names: Iterable[str], now: datetime) -> dict[str, Account]:
    """The accounts of these names by address, new ones made: whose they are a person says later. One read where all were seen today.

    A profile that lies on no device is the self-test's, and what it names is nobody's.
    """
    wanted = {address for address in map(address_of, names) if address}
    known = find_accounts(profile.school_id, wanted)
    fresh = [address for address in wanted if address not in known or _is_stale(known[address], now)]
    if not fresh or profile.device_id is None:
        return known
    note_accounts_seen(school_id=profile.school_id, addresses=fresh, now=now)
    return find_accounts(profile.school_id, wanted)


def _is_stale(account: Account, now: datetime) -> bool:
    return account.last_seen_at is None or account.last_seen_at < now - SEEN_AGAIN_AFTER
