"""The devices behind the numbers: silent ones first, by name, for those who look after coverage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from heedful.devices.coverage.queries.facts import calendar_of, machines_of
from heedful.devices.coverage.queries.matrix import school_to_test
from heedful.devices.coverage.rules import State, count_machines, state_of
from heedful.devices.rules import DeviceKind
from heedful.people.models import School, User
from heedful.people.queries import has_right
from heedful.people.rules import Right

MOST_LISTED = 500
STATE_TITLES = {
    State.SILENT: "Silent",
    State.DARK: "Report and read nothing",
    State.NEVER: "Never seen",
    State.AWAY: "Not seen for 30 days",
    State.NO_AGENT: "Nothing of Heedful runs there",
    State.READING: "Reading",
}


@dataclass(frozen=True)
class ListedDevice:
    """One device of the inventory: its own name, where it is, when it was last seen. Nobody's name."""

    id: int
    label: str
    kind: str
    site: str
    group: str
    last_seen_at: datetime | None
    fault: str


@dataclass(frozen=True)
class DeviceList:
    school_id: int
    school: str
    state: State
    title: str
    rows: tuple[ListedDevice, ...]
    totals: tuple[tuple[State, str, int], ...]
    has_links: bool
    """The viewer may open the page of each device."""

    @property
    def total(self) -> int:
        return next(number for state, _, number in self.totals if state == self.state)


def devices_in_state(viewer: User, *, school_id: int, state: State, now: datetime) -> DeviceList:
    """The inventory's devices in one state, the longest unseen first. Raises NotFound where the school is not the viewer's to look after."""
    school = school_to_test(viewer, school_id)
    calendar = calendar_of(school)
    standing = [(state_of(machine, calendar, now), machine) for machine in machines_of(school.pk) if machine.is_listed]
    mine = [machine for each, machine in standing if each == state]
    mine.sort(key=lambda machine: (machine.last_seen_at is not None, machine.last_seen_at, machine.label, machine.id))
    rows = tuple(
        ListedDevice(
            machine.id, machine.label or f"device {machine.id}", DeviceKind(machine.kind).label, machine.site, machine.group, machine.last_seen_at,
            next((seat.fault for seat in sorted(machine.seats, key=lambda s: s.last_seen_at or s.enrolled_at, reverse=True) if seat.fault), ""),
        )
        for machine in mine[:MOST_LISTED]
    )  # fmt: skip
    totals = tuple((each, title, sum(found == each for found, _ in standing)) for each, title in STATE_TITLES.items())
    return DeviceList(school.pk, school.name, state, STATE_TITLES[state], rows, totals, has_right(viewer, school.pk, Right.SEE_DEVICES))


def silent_and_in_use(school: School, *, now: datetime) -> tuple[int, int] | None:
    """For the system: how many devices of the inventory are silent, and in use. None outside school hours, when nobody would read a mail."""
    calendar = calendar_of(school)
    if not calendar.is_in_school_hours(now):
        return None
    counts = count_machines(machines_of(school.pk), calendar, now)
    return counts.silent, counts.in_use
