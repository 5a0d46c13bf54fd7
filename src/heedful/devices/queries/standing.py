"""The technician's devices: how each stands, one by one and counted. No content and nobody's name."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from heedful.devices.coverage.days import Calendar
from heedful.devices.coverage.queries.facts import calendar_of
from heedful.devices.coverage.rules import State
from heedful.devices.models import Device, EnrolmentToken, Profile
from heedful.devices.rules import OLDEST_AGENT, TokenKind, policy_hash
from heedful.devices.standing import FILTERS, DeviceFacts, ProfileFacts, Standing, Yardstick, is_older, standing_of_device, version_key
from heedful.people.models import School, User
from heedful.people.queries import has_right, my_schools
from heedful.people.rules import NotFound, Right

MOST_TOKENS_HASHED = 40
SORTS = {
    "name": lambda row: natural(row.name),
    "seen": lambda row: (
        row.state == State.NO_AGENT,
        row.last_seen_at is not None,
        row.last_seen_at.timestamp() if row.last_seen_at else 0.0,
    ),
    "kind": lambda row: (row.kind_label, natural(row.name)),
    "site": lambda row: (row.site.lower(), natural(row.name)),
    "version": lambda row: version_key(row.newest.agent_version) if row.newest else (),
    "waiting": lambda row: row.waiting,
}
PROFILE_FIELDS = (
    "id", "os", "browser", "agent_version", "bundle_version", "enrolled_at", "last_seen_at", "lines_told_at", "lines_read_at", "fault", "forced",
    "incognito_allowed", "policy_hash", "spool_captures", "set_aside", "lost_captures", "lost_pictures", "clock_skew_s",
)  # fmt: skip


def natural(text: str) -> list[tuple[int, int, str]]:
    """For sorting as people count: PC-2 before PC-10."""
    return [(0, int(part), "") if part[0] in "0123456789" else (1, 0, part) for part in re.findall(r"[0-9]+|[^0-9]+", text.lower())]


@dataclass(frozen=True)
class Asked:
    """What the page is asked for; unknown words fall back to the usual."""

    state: str = "all"
    words: str = ""
    kind: str = ""
    site: str = ""
    sort: str = "seen"
    is_down: bool = False
    page: int = 1
    per_page: int = 50

    @staticmethod
    def of(given: dict[str, str]) -> Asked:
        sort = given.get("sort", "seen")
        number = given.get("page", "1")
        return Asked(
            given.get("state", "all") if given.get("state") in FILTERS else "all", " ".join(given.get("q", "").split())[:100], given.get("kind", ""),
            given.get("site", ""), sort.removeprefix("-") if sort.removeprefix("-") in SORTS else "seen", sort.startswith("-"),
            min(int(number), 10_000) if number.isascii() and number.isdigit() and len(number) < 6 else 1,
        )  # fmt: skip


@dataclass(frozen=True)
class Version:
    """One version of the agent in use, and how many devices have it."""

    version: str
    devices: int
    percent: int
    is_old: bool


@dataclass(frozen=True)
class DevicesPage:
    """All that the list of devices places."""

    school: School
    asked: Asked
    rows: tuple[Standing, ...]
    found: int
    pages: int
    counts: dict[str, int]
    listed: int
    in_use: int
    in_use_today: int
    versions: tuple[Version, ...]
    oldest_supported: str
    kinds: tuple[str, ...]
    sites: tuple[str, ...]
    waiting: int
    lost: int


def schools_of_technician(viewer: User) -> list[School]:
    """The schools whose devices the viewer looks after, by name."""
    return [school for school in my_schools(viewer) if has_right(viewer, school.pk, Right.SEE_DEVICES)]


def devices_page(viewer: User, *, school: School, asked: Asked, now: datetime) -> DevicesPage:
    """One page of a school's devices with the counts over all of them. Three questions to the database, whatever their number."""
    if not has_right(viewer, school.pk, Right.SEE_DEVICES):
        raise NotFound
    everything = standing_of(school, now=now)
    counts = Counter(name for row in everything for name in row.filters)
    in_use = [row for row in everything if not row.is_retired]
    found = found_in(everything, asked)
    pages = max(1, math.ceil(len(found) / asked.per_page))
    start = (min(asked.page, pages) - 1) * asked.per_page
    return DevicesPage(
        school, asked, tuple(found[start : start + asked.per_page]), len(found), pages, {name: counts[name] for name in FILTERS},
        sum(row.is_listed for row in in_use), sum(row.is_in_use for row in in_use), sum(row.is_in_use and "today" in row.filters for row in in_use),
        _versions(in_use), OLDEST_AGENT, tuple(sorted({row.kind for row in everything})),
        tuple(sorted({row.site for row in everything if row.site}, key=natural)), sum(row.waiting for row in in_use), sum(row.lost for row in in_use),
    )  # fmt: skip


def found_in(rows: Sequence[Standing], asked: Asked) -> list[Standing]:
    """Those that are asked for, in the order asked for; the longest silent first where nothing else is said."""
    words = asked.words.lower()
    found = [
        row
        for row in rows
        if asked.state in row.filters
        and (not asked.kind or row.kind == asked.kind)
        and (not asked.site or row.site == asked.site)
        and (not words or words in row.label.lower() or words in row.serial.lower() or words == str(row.id))
    ]
    found.sort(key=lambda row: natural(row.name))
    found.sort(key=SORTS[asked.sort], reverse=asked.is_down)
    return found


def standing_of(school: School, *, now: datetime) -> list[Standing]:
    """Every device of the school, retired ones too. For the command and for queries that have checked the right."""
    by = Yardstick(_Remembering(calendar_of(school)), now, policy_hashes_of(school.pk, now=now))
    profiles: dict[int, list[ProfileFacts]] = defaultdict(list)
    rows = profiles_in_use(Profile.objects.filter(school_id=school.pk, device__isnull=False)).values_list("device_id", *PROFILE_FIELDS)
    for device_id, *fields in rows.iterator(chunk_size=2000):
        profiles[device_id].append(ProfileFacts(*fields))
    devices = Device.objects.filter(school_id=school.pk).values_list(
        "id",
        "label",
        "serial",
        "kind",
        "model",
        "site",
        "group__name",
        "listed_from",
        "listed_at",
        "unlisted_at",
        "retired_at",
        "assigned_account_id",
    )
    return [
        standing_of_device(
            DeviceFacts(
                pk, label, serial, kind, model, site, group or "", source, listed is not None and unlisted is None, retired is not None, account is not None
            ),
            profiles.get(pk, ()), by,
        )
        for pk, label, serial, kind, model, site, group, source, listed, unlisted, retired, account in devices
    ]  # fmt: skip


def profiles_in_use(rows: QuerySet[Profile]) -> QuerySet[Profile]:
    """Neither revoked nor superseded, nor the self-test's."""
    return rows.filter(revoked_at=None, superseded_at=None).exclude(token__kind=TokenKind.SELF_TEST)


def policy_hashes_of(school_id: int, *, now: datetime) -> frozenset[str]:
    """The hashes that devices tell when they have a policy of this page with a token that works: one of a kind, or both."""
    hashes: dict[str, list[str]] = {TokenKind.DEVICE: [], TokenKind.CHROMEOS: []}
    working = EnrolmentToken.objects.filter(school_id=school_id, revoked_at=None, expires_at__gt=now, kind__in=list(hashes))
    for kind, held in working.order_by("-made_at").values_list("kind", "hash")[:MOST_TOKENS_HASHED]:
        hashes[kind].append(held)
    address = settings.DEVICE_URL
    return frozenset(
        policy_hash(server_url=address, device_token_hash=device, chromeos_token_hash=chromeos)
        for device in [*hashes[TokenKind.DEVICE], ""]
        for chromeos in [*hashes[TokenKind.CHROMEOS], ""]
        if device or chromeos
    )


def _versions(rows: Sequence[Standing]) -> tuple[Version, ...]:
    """Versions of the agents that were heard within 30 days, the newest first."""
    numbers = Counter(row.newest.agent_version or "not told" for row in rows if row.newest)
    total = sum(numbers.values())
    order = sorted(numbers, key=version_key, reverse=True)
    return tuple(Version(name, numbers[name], round(100 * numbers[name] / total), is_older(name, OLDEST_AGENT)) for name in order)


@dataclass(frozen=True)
class PoliciesTold:
    """How many of a school's devices have a policy as it is given out now, another, or have not said."""

    school_id: int
    school: str
    current: int
    other: int
    untold: int


def policies_told(viewer: User, *, now: datetime) -> list[PoliciesTold]:
    """For each school whose devices the viewer looks after. A device is judged by the profile that was heard last."""
    told = []
    for school in schools_of_technician(viewer):
        current = policy_hashes_of(school.pk, now=now)
        rows = profiles_in_use(Profile.objects.filter(school_id=school.pk, device__isnull=False, device__retired_at=None))
        newest = dict(rows.order_by("last_seen_at").values_list("device_id", "policy_hash"))
        known = [held for held in newest.values() if held]
        good = sum(held in current for held in known)
        told.append(PoliciesTold(school.pk, school.name, good, len(known) - good, len(newest) - len(known)))
    return told


class _Remembering(Calendar):
    """A calendar that works out each of its answers once: five thousand devices ask it the same."""

    def __init__(self, of: Calendar) -> None:
        super().__init__(of.windows, of.zone)
        object.__setattr__(self, "_known", {})

    def seen_since(self, now: datetime, *, school_days: int) -> datetime:
        known: dict[Any, datetime] = getattr(self, "_known")  # noqa: B009 - a frozen dataclass
        key = (now, school_days)
        if key not in known:
            known[key] = super().seen_since(now, school_days=school_days)
        return known[key]
