"""How long somebody else may take for a first look: pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from heedful.devices.coverage.days import Calendar

# School days until a capture that waits for a first look is the safeguarding lead's: when nobody has opened it, and when
# somebody has and decided nothing.
UNSEEN_FOR, UNDECIDED_FOR = 1, 2


def over_at(arrived_at: datetime, *, calendar: Calendar, is_acknowledged: bool) -> datetime:
    """When the time for a first look is over: the same hour of the next school day, or of the one after that where it is in hand.

    What arrives on no school day is counted from the start of the next.
    """
    local = arrived_at.astimezone(calendar.zone)
    day, at = local.date(), local.time()
    if not calendar.is_school_day(day):
        day, at = _next_school_day(day, calendar), time()
    for _ in range(UNDECIDED_FOR if is_acknowledged else UNSEEN_FOR):
        day = _next_school_day(day, calendar)
    return datetime.combine(day, at, tzinfo=calendar.zone)


def _next_school_day(day: date, calendar: Calendar) -> date:
    day += timedelta(days=1)
    while not calendar.is_school_day(day):
        day += timedelta(days=1)
    return day
