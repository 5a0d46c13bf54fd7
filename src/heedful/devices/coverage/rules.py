"""What counts as covered: pure. The denominator is the inventory or the roll, never what happened to enrol.

Everything here errs to one side: what is not known to be covered is not covered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from heedful.devices.coverage.days import Calendar, since_when
from heedful.devices.rules import COVERED_KINDS, DeviceKind, Fault

# In use: reported within this time, or assigned to somebody.
IN_USE = timedelta(days=30)
# Silent: so many whole school days without a sign of life.
SILENT_SCHOOL_DAYS = 1
# Reads nothing: it reports, and for so many whole school days nothing was read.
DARK_SCHOOL_DAYS = 2
# Quiet: a year or group that was seen before and not for so many whole school days, while others were.
QUIET_SCHOOL_DAYS = 3
# A pupil counts as seen when their account was within this time: a fortnight bears a week of illness.
SEEN_WITHIN = timedelta(days=14)
COVERED_FROM_PERCENT = 95
PUPILS_COVERED_FROM_PERCENT = 90
# Silent devices of those in use: told above the first, over when at or below the second.
ALERT_ABOVE_PERCENT = 5.0
ALERT_OVER_PERCENT = 2.5
ALERT_FROM_DEVICES = 2


class Reading(StrEnum):
    """Whether a device's installations read what pupils do, as far as they say."""

    READS = "reads"
    UNTOLD = "untold"  # it is too old to say
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Seat:
    """What one installation of the agent last said of itself. Times are the server's, never the device's own clock."""

    enrolled_at: datetime
    last_seen_at: datetime | None
    lines_told_at: datetime | None
    lines_read_at: datetime | None
    fault: str
    has_library: bool


@dataclass(frozen=True, slots=True)
class Machine:
    """One physical device, however many installations lie on it."""

    id: int
    label: str
    kind: str
    site: str
    group: str
    is_listed: bool
    is_assigned: bool
    seats: tuple[Seat, ...]

    @property
    def last_seen_at(self) -> datetime | None:
        return max((seat.last_seen_at for seat in self.seats if seat.last_seen_at), default=None)


class State(StrEnum):
    """Where one device of the inventory stands. Exactly one holds."""

    READING = "reading"
    DARK = "dark"  # it reports and reads nothing
    SILENT = "silent"  # in use, and a whole school day or more without a sign of life
    AWAY = "away"  # not in use: seen once, not for 30 days, assigned to nobody
    NEVER = "never"
    NO_AGENT = "no_agent"  # nothing of Heedful runs on this kind of device


def reads(seat: Seat, calendar: Calendar, now: datetime) -> Reading:
    """Whether this installation reads. A fault counts at once where it leaves no library, or nothing can be kept."""
    if seat.fault == Fault.STORAGE_FULL or not seat.has_library:
        return Reading.DARK
    if seat.lines_told_at is None:
        return Reading.UNTOLD
    read_at = seat.lines_read_at or seat.enrolled_at
    return Reading.DARK if read_at < calendar.seen_since(now, school_days=DARK_SCHOOL_DAYS) else Reading.READS


def machine_reads(machine: Machine, calendar: Calendar, now: datetime) -> Reading:
    """The best of the installations that are not silent themselves: one that read last month proves nothing today."""
    cutoff = calendar.seen_since(now, school_days=SILENT_SCHOOL_DAYS)
    found = {reads(seat, calendar, now) for seat in machine.seats if seat.last_seen_at and seat.last_seen_at >= cutoff}
    return next((each for each in (Reading.READS, Reading.UNTOLD) if each in found), Reading.DARK)


def state_of(machine: Machine, calendar: Calendar, now: datetime) -> State:
    """Where a device stands. What reports is believed whatever its kind in the inventory says."""
    seen = machine.last_seen_at
    if seen is None:
        return State.NEVER if machine.kind in COVERED_KINDS or machine.kind == DeviceKind.OTHER else State.NO_AGENT
    if seen < now - IN_USE and not machine.is_assigned:
        return State.AWAY
    if seen < calendar.seen_since(now, school_days=SILENT_SCHOOL_DAYS):
        return State.SILENT
    return State.DARK if machine_reads(machine, calendar, now) == Reading.DARK else State.READING


@dataclass(frozen=True)
class Counts:
    """One row of coverage by device. `listed` is the inventory's number; the six states after it add up to it."""

    listed: int
    reading: int
    dark: int
    silent: int
    away: int
    never: int
    no_agent: int
    in_use: int
    reporting_today: int
    untold: int
    silent_since: datetime | None
    """When the first of the silent ones was last seen."""

    @property
    def covered_percent(self) -> int | None:
        """Of the inventory, rounded down; None where nothing is listed."""
        return 100 * self.reading // self.listed if self.listed else None


def count_machines(machines: Iterable[Machine], calendar: Calendar, now: datetime) -> Counts:
    """Count the listed devices among these; each once, whatever it enrolled as."""
    states = dict.fromkeys(State, 0)
    in_use = today = untold = 0
    silent_since: datetime | None = None
    midnight = calendar.start_of(calendar.today(now))
    for machine in machines:
        if not machine.is_listed:
            continue
        state, seen = state_of(machine, calendar, now), machine.last_seen_at
        states[state] += 1
        in_use += state in {State.READING, State.DARK, State.SILENT} or (state == State.NEVER and machine.is_assigned)
        today += seen is not None and seen >= midnight
        untold += state == State.READING and machine_reads(machine, calendar, now) == Reading.UNTOLD
        if state == State.SILENT and seen is not None:
            silent_since = min(seen, silent_since or seen)
    return Counts(
        sum(states.values()), states[State.READING], states[State.DARK], states[State.SILENT], states[State.AWAY], states[State.NEVER],
        states[State.NO_AGENT], in_use, today, untold, silent_since,
    )  # fmt: skip


class Verdict(StrEnum):
    COVERED = "covered"
    NOT_TESTED = "not_tested"
    PARTLY = "partly"
    SILENT = "silent"
    NOT_COVERED = "not_covered"
    NOTHING_LISTED = "nothing_listed"


@dataclass(frozen=True)
class Judged:
    """One plain verdict, in words; colour and icon follow from it."""

    verdict: Verdict
    words: str
    why: str = ""


def judge_machines(counts: Counts, *, is_tested: bool, calendar: Calendar, now: datetime) -> Judged:
    """The verdict on one row of devices. Only a share of the whole inventory, and a test this term, make it covered."""
    if not counts.listed:
        return Judged(Verdict.NOTHING_LISTED, "No share can be given", "nothing is in the inventory")
    why = _why(counts)
    if not counts.reading:
        if counts.silent and counts.silent_since:
            return Judged(Verdict.SILENT, f"Silent since {since_when(counts.silent_since, now, calendar.zone)}", why)
        return Judged(Verdict.NOT_COVERED, "Not covered", why)
    if 100 * counts.reading < COVERED_FROM_PERCENT * counts.listed:
        return Judged(Verdict.PARTLY, "Partly", why)
    if not is_tested:
        return Judged(Verdict.NOT_TESTED, "Not tested this term", why)
    return Judged(Verdict.COVERED, "Covered", why)


def _why(counts: Counts) -> str:
    """What stands between this row and all of it, the worst first."""
    parts = (
        (counts.dark, "{} reports and reads nothing", "{} report and read nothing"),
        (counts.silent, "{} silent", "{} silent"),
        (counts.never, "{} never seen", "{} never seen"),
        (counts.away, "{} not seen for 30 days", "{} not seen for 30 days"),
        (counts.no_agent, "{} on which nothing of Heedful runs", "{} on which nothing of Heedful runs"),
    )
    return ", ".join((one if number == 1 else many).format(number) for number, one, many in parts if number)


@dataclass(frozen=True)
class PupilFacts:
    """A pupil on the roll: year, groups, and the last days on which an account of theirs was seen, and was read.

    Installations too old to say whether they read are taken to: `read_on` counts their days.
    """

    id: int
    year: int | None
    groups: tuple[str, ...]
    has_account: bool
    is_monitored: bool
    seen_on: date | None
    read_on: date | None


@dataclass(frozen=True)
class RollCounts:
    """One row of coverage by pupil. `read_on`: the last day on which anything of anybody in it was read."""

    on_roll: int
    without_account: int
    outside: int
    """Seen or not, the policy says not to monitor them: the school pilots, and they are in no pilot group."""
    seen: int
    covered: int
    read_on: date | None
    seen_on: date | None


def count_pupils(pupils: Iterable[PupilFacts], *, today: date) -> RollCounts:
    """Pupils on the roll, and of these who was seen and read in the last fortnight. A day in the future counts for nothing."""
    since = today - SEEN_WITHIN
    on_roll = without = outside = seen = covered = 0
    read_on = seen_on = None
    for pupil in pupils:
        on_roll += 1
        without += not pupil.has_account
        outside += not pupil.is_monitored
        is_read = pupil.read_on is not None and since <= pupil.read_on <= today
        seen += pupil.seen_on is not None and since <= pupil.seen_on <= today
        covered += is_read and pupil.is_monitored
        read_on = max((each for each in (read_on, pupil.read_on) if each and each <= today), default=None)
        seen_on = max((each for each in (seen_on, pupil.seen_on) if each and each <= today), default=None)
    return RollCounts(on_roll, without, outside, seen, covered, read_on, seen_on)


def judge_pupils(counts: RollCounts, *, is_quiet: bool, is_tested: bool, calendar: Calendar, now: datetime) -> Judged:
    """The verdict on a year or group. A group of nobody is not covered, and one quiet for days is not either."""
    if not counts.on_roll:
        return Judged(Verdict.NOTHING_LISTED, "Nobody is in it", "no pupil on the roll belongs to it")
    parts = (
        (counts.on_roll - counts.seen, "not seen in 14 days"),
        (max(0, counts.seen - counts.covered - counts.outside), "seen, and nothing of theirs read"),
        (counts.outside, "outside the pilot"),
        (counts.without_account, "without an account"),
    )
    why = ", ".join(f"{number} {words}" for number, words in parts if number)
    if not counts.covered:
        return Judged(Verdict.NOT_COVERED, "Not covered", why)
    if is_quiet:
        last = counts.read_on or counts.seen_on
        words = f"Silent since {since_when(calendar.start_of(last), now, calendar.zone)}" if last else "Silent"
        return Judged(Verdict.SILENT, words, why)
    if 100 * counts.covered < PUPILS_COVERED_FROM_PERCENT * counts.on_roll:
        return Judged(Verdict.PARTLY, "Partly", why)
    if not is_tested:
        return Judged(Verdict.NOT_TESTED, "Not tested this term", why)
    return Judged(Verdict.COVERED, "Covered", why)


def quiet_rows(rows: Sequence[tuple[str, RollCounts]], calendar: Calendar, now: datetime) -> tuple[str, ...]:
    """Names of years or groups of which something was read before, and nothing for three whole school days, while of others it was.

    While nobody at all is read it is no matter of one group: holidays, or the whole school is dark, which other lines say.
    """
    cutoff = calendar.seen_since(now, school_days=QUIET_SCHOOL_DAYS)

    def is_read(counts: RollCounts) -> bool:
        return counts.read_on is not None and calendar.start_of(counts.read_on) >= cutoff

    if not any(is_read(counts) for _, counts in rows):
        return ()
    return tuple(name for name, counts in rows if counts.on_roll and (counts.read_on or counts.seen_on) and not is_read(counts))


def is_alarming(*, silent: int, in_use: int, is_alarmed: bool) -> bool:
    """Whether so many silent devices are to be told of. Once told, it stays so until few are left, or a border would tell daily."""
    if silent < ALERT_FROM_DEVICES or not in_use:
        return False
    return 100 * silent > (ALERT_OVER_PERCENT if is_alarmed else ALERT_ABOVE_PERCENT) * in_use
