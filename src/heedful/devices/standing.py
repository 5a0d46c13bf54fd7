"""Where one device stands, for the technician: its state, what is wrong in words, and what to do about it. Pure; no content, nobody's name."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from heedful.devices.coverage.days import Calendar
from heedful.devices.coverage.rules import SILENT_SCHOOL_DAYS, Machine, Reading, Seat, State, reads, state_of
from heedful.devices.rules import OLDEST_AGENT, DeviceKind, Fault

SKEW_WORTH_SAYING_S = 120
STATE_TITLES = {
    State.READING: "Reporting",
    State.DARK: "Reports, reads nothing",
    State.SILENT: "Silent",
    State.AWAY: "Not seen for 30 days",
    State.NEVER: "Never seen",
    State.NO_AGENT: "Not covered",
}
# The filters of the page and of the command, in their order.
FILTERS = {
    "all": "All",
    "today": "Reporting today",
    "silent": "Silent",
    "never": "Never seen",
    "faulty": "To look at",
    "outside": "Not in the inventory",
    "away": "Not seen for 30 days",
    "not_covered": "Not covered",
    "retired": "Retired",
}
SYSTEMS = {"chromeos": "ChromeOS", "macos": "macOS", "windows": "Windows", "linux": "Linux"}
_OF_STATE = {State.SILENT: "silent", State.NEVER: "never", State.AWAY: "away", State.NO_AGENT: "not_covered"}


@dataclass(frozen=True)
class Trouble:
    """Something wrong with a profile: what, and what to do."""

    title: str
    way_out: str


FAULT_WORDS: dict[str, Trouble] = {
    Fault.POLICY_MISSING: Trouble("It has no policy from this server", "Check that the device reaches the server by its address, then restart the browser."),
    Fault.LIBRARY_MISSING: Trouble("It could not fetch the library", "Check that the filter or firewall lets it download from this server, then restart the browser."),
    Fault.LIBRARY_UNVERIFIED: Trouble(
        "What it fetched is not signed by this server",
        "Something between the device and the server changes it: take this server's address out of TLS inspection in the filter.",
    ),
    Fault.LIBRARY_UNREADABLE: Trouble("The library could not be unpacked", "Restart the browser; if it stays, check the device's memory and free space."),
    Fault.LIBRARY_TOO_NEW: Trouble("The extension is too old for the library", "Let the extension update: restart the browser, and check its update address."),
    Fault.LIBRARY_TOO_OLD: Trouble("The library is too old for the extension", "Update the server: its library is older than what this extension reads."),
    Fault.STORAGE_FULL: Trouble("The device's disk is full, and captures can't be kept", "Free space on the device; on a Chromebook, remove old users."),
}  # fmt: skip
NO_LIBRARY = Trouble(
    "It has no library, so it sees nothing",
    "It fetches one at its first heartbeat. If this stays, check that it may download from this server, and restart the browser.",
)
READS_NOTHING = Trouble(
    "It reports, but has read nothing for two school days",
    "Type the school's test phrase there. If nothing arrives, check that the account is monitored and restart the browser.",
)
REMOVABLE = Trouble(
    "Nothing keeps the extension in place",
    "It can be removed by hand. Check that ExtensionSettings names it as force_installed for this device.",
)
OLD_AGENT = Trouble(
    "The extension is older than is supported", "Restart the browser; if it stays, check the update address and override_update_url."
)
LOST = Trouble(
    "Captures were lost on the device",
    "Its spool was full before they could be sent. Find out why it could not reach the server for so long.",
)
SET_ASIDE = Trouble(
    "Captures were set aside", "The server refused them. 'heedful doctor' and the server's log say why; an update usually settles it."
)
OTHER_POLICY = Trouble(
    "Its policy differs from what this page gives out",
    "It names an old token or another address. Set the policy of the page Policy, and revoke the old token.",
)


@dataclass(frozen=True)
class ProfileFacts:
    """One installation of the agent, as it last said."""

    id: UUID
    os: str
    browser: str
    agent_version: str
    bundle_version: str
    enrolled_at: datetime
    last_seen_at: datetime | None
    lines_told_at: datetime | None
    lines_read_at: datetime | None
    fault: str
    forced: bool | None
    incognito_allowed: bool | None
    policy_hash: str
    spool_captures: int
    set_aside: int
    lost_captures: int
    lost_pictures: int
    clock_skew_s: int
    fault_since: datetime | None = None
    revoked_at: datetime | None = None
    superseded_at: datetime | None = None
    token_label: str | None = ""

    @property
    def system(self) -> str:
        """The operating system's own name."""
        return SYSTEMS.get(self.os.lower(), self.os)

    @property
    def seat(self) -> Seat:
        return Seat(self.enrolled_at, self.last_seen_at, self.lines_told_at, self.lines_read_at, self.fault, bool(self.bundle_version))


@dataclass(frozen=True)
class Standing:
    """One device with its state and troubles. `filters` are those under which the page shows it."""

    id: int
    label: str
    serial: str
    kind: str
    model: str
    site: str
    group: str
    listed_from: str
    is_listed: bool
    is_retired: bool
    is_in_use: bool
    state: State
    last_seen_at: datetime | None
    profiles: tuple[ProfileFacts, ...]
    troubles: tuple[str, ...]
    filters: frozenset[str]

    @property
    def name(self) -> str:
        """The school's own name for it, else its serial number, else its number here."""
        return self.label or self.serial or f"Device {self.id}"

    @property
    def kind_label(self) -> str:
        return DeviceKind(self.kind).label

    @property
    def state_title(self) -> str:
        return "Retired" if self.is_retired else STATE_TITLES[self.state]

    @property
    def newest(self) -> ProfileFacts | None:
        """The profile that was heard last: its versions stand for the device."""
        return max(self.profiles, key=lambda p: p.last_seen_at or p.enrolled_at, default=None)

    @property
    def waiting(self) -> int:
        return sum(profile.spool_captures for profile in self.profiles)

    @property
    def lost(self) -> int:
        return sum(profile.lost_captures for profile in self.profiles)

    def as_json(self) -> dict[str, object]:
        """For the command: no content, nobody's name."""
        newest = self.newest
        return {
            "id": self.id, "name": self.name, "serial": self.serial, "kind": self.kind, "model": self.model, "site": self.site, "group": self.group,
            "listed_from": self.listed_from, "in_inventory": self.is_listed, "retired": self.is_retired, "state": str(self.state),
            "last_seen_at": self.last_seen_at.isoformat() if self.last_seen_at else None, "profiles": len(self.profiles),
            "agent_version": newest.agent_version if newest else "", "waiting": self.waiting, "lost": self.lost, "troubles": list(self.troubles),
        }  # fmt: skip


@dataclass(frozen=True)
class DeviceFacts:
    """One physical device as it is kept."""

    id: int
    label: str
    serial: str
    kind: str
    model: str
    site: str
    group: str
    listed_from: str
    is_listed: bool
    is_retired: bool
    is_assigned: bool


@dataclass(frozen=True)
class Yardstick:
    """What devices are measured by at one moment: the school's days, and the hashes of the policies that its tokens make."""

    calendar: Calendar
    now: datetime
    policy_hashes: frozenset[str]


def standing_of_device(device: DeviceFacts, profiles: Collection[ProfileFacts], by: Yardstick) -> Standing:
    """Put one device together. `profiles` are all of it that are neither revoked nor superseded."""
    machine = Machine(
        device.id,
        device.label,
        device.kind,
        device.site,
        device.group,
        device.is_listed,
        device.is_assigned,
        tuple(p.seat for p in profiles),
    )
    state, seen = state_of(machine, by.calendar, by.now), machine.last_seen_at
    current = [p for p in profiles if p.last_seen_at and p.last_seen_at >= by.now - timedelta(days=30)]
    troubles = list(
        dict.fromkeys(trouble.title for profile in current for trouble in troubles_of(profile, by, reads_elsewhere=state != State.DARK))
    )
    filters = {"retired"} if device.is_retired else {"all", *([_OF_STATE[state]] if state in _OF_STATE else [])}
    if not device.is_retired:
        filters |= {"today"} if seen and seen >= by.calendar.start_of(by.calendar.today(by.now)) else set()
        filters |= {"faulty"} if troubles or state == State.DARK else set()
        filters |= set() if device.is_listed else {"outside"}
    return Standing(
        device.id, device.label, device.serial, device.kind, device.model, device.site, device.group, device.listed_from, device.is_listed,
        device.is_retired, _is_in_use(device, state), state, seen, tuple(profiles), tuple(troubles), frozenset(filters),
    )  # fmt: skip


def _is_in_use(device: DeviceFacts, state: State) -> bool:
    """As coverage counts it: in the inventory, and heard of lately or given to somebody."""
    is_used = state in {State.READING, State.DARK, State.SILENT} or (state == State.NEVER and device.is_assigned)
    return device.is_listed and not device.is_retired and is_used


def troubles_of(profile: ProfileFacts, by: Yardstick, *, reads_elsewhere: bool = False) -> list[Trouble]:
    """What is wrong with one profile, the worst first. `reads_elsewhere`: another on the device reads, so that this one need not."""
    found = []
    if profile.fault in FAULT_WORDS:
        found.append(FAULT_WORDS[profile.fault])
    elif not profile.bundle_version:
        found.append(NO_LIBRARY)
    elif (
        not reads_elsewhere
        and _is_heard(profile, by)
        and profile.lines_told_at
        and reads(profile.seat, by.calendar, by.now) == Reading.DARK
    ):
        found.append(READS_NOTHING)
    if profile.forced is False:
        found.append(REMOVABLE)
    if is_older(profile.agent_version, OLDEST_AGENT):
        found.append(OLD_AGENT)
    if profile.policy_hash and by.policy_hashes and profile.policy_hash not in by.policy_hashes:
        found.append(OTHER_POLICY)
    if profile.lost_captures:
        found.append(LOST)
    if profile.set_aside:
        found.append(SET_ASIDE)
    return found + (
        [Trouble(f"Its clock is {off}", "Set the device to take its time from the network.")]
        if (off := clock_words(profile.clock_skew_s))
        else []
    )


def _is_heard(profile: ProfileFacts, by: Yardstick) -> bool:
    """Whether it isn't silent itself: of a silent one nobody can say what it reads."""
    return profile.last_seen_at is not None and profile.last_seen_at >= by.calendar.seen_since(by.now, school_days=SILENT_SCHOOL_DAYS)


def clock_words(skew_s: int) -> str:
    """How far the device's clock is off, in words; empty when it is near enough."""
    size = abs(skew_s)
    if size <= SKEW_WORTH_SAYING_S:
        return ""
    if size < 3600:
        words = f"{size // 60} min"
    elif size < 86_400:
        hours, minutes = size // 3600, size % 3600 // 60
        words = f"{hours} h {minutes} min" if minutes else f"{hours} h"
    else:
        days = size // 86_400
        words = "1 day" if days == 1 else f"{days} days"
    return f"{words} {'fast' if skew_s > 0 else 'slow'}"


def version_key(version: str) -> tuple[int, ...]:
    """A version's numbers, for comparing and sorting; what has none comes before all."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:4])


def is_older(version: str, than: str) -> bool:
    return bool(version) and version_key(version) < version_key(than)
