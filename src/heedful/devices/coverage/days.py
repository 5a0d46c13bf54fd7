"""School days and terms: pure. A school day is Monday to Friday within the monitored hours; there is no calendar of holidays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Any

from django.db.models import TextChoices

from heedful.devices.rules import within_hours

LAST_WEEKDAY = 5
# A school year of three terms can't be longer; a longer one would let an old test count for ever.
LONGEST_TERM = timedelta(days=200)


class TermName(TextChoices):
    AUTUMN = "autumn", "Autumn term"
    SPRING = "spring", "Spring term"
    SUMMER = "summer", "Summer term"


@dataclass(frozen=True)
class Term:
    """One term; both days belong to it."""

    name: TermName
    starts_on: date
    ends_on: date


class TermsRefused(Exception):
    """These dates make no three terms; the text says why, for the page."""


@dataclass(frozen=True)
class Calendar:
    """What is known of a school's days: the monitored hours (none: always) and the zone of its clocks."""

    windows: Sequence[dict[str, Any]]
    zone: tzinfo
    # Thousands of devices ask for the same few moments.
    _cutoffs: dict[tuple[datetime, int], datetime] = field(default_factory=dict, repr=False, compare=False)

    def is_school_day(self, day: date) -> bool:
        """Monday to Friday, and named by the monitored hours where these name any weekday at all."""
        weekday = day.isoweekday()
        if weekday > LAST_WEEKDAY:
            return False
        named = {each for window in self.windows for each in window["days"] if each <= LAST_WEEKDAY}
        return not named or weekday in named

    def start_of(self, day: date) -> datetime:
        return datetime.combine(day, time.min, tzinfo=self.zone)

    def end_of(self, day: date) -> datetime:
        """When a day's monitored hours are over; midnight where there are none."""
        ends = [time.fromisoformat(window["to"]) for window in self.windows if day.isoweekday() in window["days"]]
        return datetime.combine(day, max(ends), tzinfo=self.zone) if ends else self.start_of(day + timedelta(days=1))

    def today(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()

    def is_over(self, day: date, now: datetime) -> bool:
        return self.end_of(day) <= now

    def seen_since(self, now: datetime, *, school_days: int) -> datetime:
        """Who was last seen before this moment has missed so many whole school days, or more.

        It is the start of the last school day but (`school_days` - 1) that is over. Weekends never count against anybody.
        """
        known = self._cutoffs.get((now, school_days))
        if known is None:
            known = self._cutoffs[now, school_days] = self.start_of(self._day_before(now, school_days))
        return known

    def _day_before(self, now: datetime, school_days: int) -> date:
        day, left = self.today(now), school_days
        while True:
            if self.is_school_day(day) and self.is_over(day, now):
                left -= 1
                if not left:
                    return day
            day -= timedelta(days=1)

    def is_in_school_hours(self, now: datetime) -> bool:
        """Whether people are there to read a mail: a school day, in the monitored hours or, without any, from 8 to 16."""
        if not self.is_school_day(self.today(now)):
            return False
        windows = self.windows or [{"days": [1, 2, 3, 4, 5], "from": "08:00", "to": "16:00"}]
        return within_hours(windows, now, self.zone)

    def missed(self, last_seen: datetime, now: datetime) -> int:
        """How many whole school days went by after the day of `last_seen`; 0 where it lies in the future."""
        day, count = self.today(last_seen) + timedelta(days=1), 0
        while day <= self.today(now):
            count += self.is_school_day(day) and self.is_over(day, now)
            day += timedelta(days=1)
        return count


def default_terms(today: date) -> tuple[Term, ...]:
    """The three terms of the school year that this day is in, as a school has them that has said nothing: without gaps."""
    year = today.year if today.month >= 9 else today.year - 1
    return (
        Term(TermName.AUTUMN, date(year, 9, 1), date(year, 12, 31)),
        Term(TermName.SPRING, date(year + 1, 1, 1), date(year + 1, 4, 15)),
        Term(TermName.SUMMER, date(year + 1, 4, 16), date(year + 1, 8, 31)),
    )


def term_at(terms: Sequence[Term], today: date) -> Term:
    """The term of this day; in a holiday the one before it. Dates that a school has not renewed give way to the usual ones."""
    begun = [term for term in terms if term.starts_on <= today]
    if begun:
        latest = max(begun, key=lambda term: term.starts_on)
        if today - latest.starts_on <= LONGEST_TERM:
            return latest
    return next(term for term in default_terms(today) if term.starts_on <= today <= term.ends_on)


def check_terms(terms: Sequence[Term]) -> None:
    """Raise TermsRefused unless these are three terms, one after the other, none empty, overlapping or longer than 200 days."""
    if [term.name for term in terms] != list(TermName):
        raise TermsRefused("A school year has three terms: autumn, spring and summer.")
    for term in terms:
        if term.ends_on <= term.starts_on:
            raise TermsRefused(f"{term.name.label}: its last day has to come after its first.")
        if term.ends_on - term.starts_on > LONGEST_TERM:
            raise TermsRefused(f"{term.name.label}: a term has at most {LONGEST_TERM.days} days.")
    for before, after in pairwise(terms):
        if after.starts_on <= before.ends_on:
            raise TermsRefused(f"{after.name.label}: it has to start after the {before.name.label.lower()} has ended.")


def since_when(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """The day since when something is so: `today`, `yesterday`, `Thursday` (within six days), else `3 November`, with the year when it is another."""
    then, today = moment.astimezone(zone).date(), now.astimezone(zone).date()
    days = (today - then).days
    if days <= 0:
        return "today"
    if days == 1:
        return "yesterday"
    if days < 7:
        return then.strftime("%A")
    return f"{then.day} {then.strftime('%B')}" + (f" {then.year}" if then.year != today.year else "")
