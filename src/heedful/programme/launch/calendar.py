"""The plan as a calendar file (RFC 5545): the launch, each step's due day, the meetings. No pupil, no capture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event


@dataclass(frozen=True)
class Day:
    """One whole day in the calendar. `key` stays the same when the day moves, so that a calendar moves it too."""

    key: str
    title: str
    on: date
    says: str = ""


def calendar_of(days: Iterable[Day], *, name: str, host: str, now: datetime) -> bytes:
    """The calendar file with one all-day event for each day."""
    calendar = Calendar()
    calendar.add("prodid", "-//Heedful//Programme//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for day in days:
        event = Event()
        event.add("uid", f"{day.key}@{host}")
        event.add("dtstamp", now)
        event.add("summary", day.title)
        event.add("dtstart", day.on)
        event.add("dtend", day.on + timedelta(days=1))
        if day.says:
            event.add("description", day.says)
        calendar.add_component(event)
    made: bytes = calendar.to_ical()
    return made
