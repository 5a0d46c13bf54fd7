"""What a handling approach makes of a capture: pure. What must reach the safeguarding lead at once does so in every one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from django.db.models import TextChoices

from heedful.thresholds.rules import SAFEGUARDING_FLOOR, Line, Route, Urgency

# Named at any level, these reach the safeguarding lead at once: a pilot is no place to find out how low is low enough.
AT_ONCE_THEMES = SAFEGUARDING_FLOOR | {"suicide", "self_harm"}
AT_ONCE_FROM = 4
# From which severity an approach may show captures; what is below is recorded and shown to nobody first.
SHOW_FROM = (1, 2, 3)


class LooksFirst(TextChoices):
    """Who sees a capture first, where nothing sends it to the safeguarding lead at once."""

    DSL_ALL = "dsl_all", "The safeguarding lead sees all"
    PASTORAL_FIRST = "pastoral_first", "The pastoral team looks first"
    TECHNICIAN_SOURCE = "technician_source", "The technician sorts by source, without content"


class Notify(TextChoices):
    """Of what people are told as it arrives."""

    NOW_ONLY = "now_only", "Tells people only of what must be known at once"
    TODAY_TOO = "today_too", "Tells people also of what must be seen the same school day"


class Weeks(TextChoices):
    """In which weeks it acts, by their number in the year (ISO 8601)."""

    EVERY = "every", "Every week"
    ODD = "odd", "Weeks with an odd number"
    EVEN = "even", "Weeks with an even number"


class ApproachRefused(Exception):
    """This can't be set, started or adopted; the text says why, for the page."""


@dataclass(frozen=True)
class Settings:
    """What an approach does. `pictures` only ever takes away: a school without pictures has none in any."""

    first_look: LooksFirst = LooksFirst.DSL_ALL
    show_from: int = 1
    notify: Notify = Notify.NOW_ONLY
    pictures: bool = True

    def as_json(self) -> dict[str, object]:
        """For the audit chain: values, no names."""
        return {"first_look": str(self.first_look), "show_from": self.show_from, "notify": str(self.notify), "pictures": self.pictures}


def settings_from(values: Mapping[str, Any]) -> Settings:
    """The settings that `as_json` wrote."""
    return Settings(LooksFirst(values["first_look"]), int(values["show_from"]), Notify(values["notify"]), bool(values["pictures"]))


@dataclass(frozen=True)
class Running:
    """An approach that runs: for which groups (none: for all), in which weeks, and between which moments."""

    id: int
    name: str
    settings: Settings
    groups: frozenset[int] = frozenset()
    weeks: Weeks = Weeks.EVERY
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_pilot: bool = True

    def acts_at(self, moment: datetime, zone: tzinfo) -> bool:
        """Whether it acts on what happened at this moment."""
        if (self.starts_at is not None and moment < self.starts_at) or (self.ends_at is not None and moment >= self.ends_at):
            return False
        return self.weeks == Weeks.EVERY or self.weeks == week_of(moment, zone)


def week_of(moment: datetime, zone: tzinfo) -> Weeks:
    """Whether the week of this moment, as the school's clocks have it, has an odd or an even number."""
    return Weeks.ODD if moment.astimezone(zone).isocalendar().week % 2 else Weeks.EVEN


def approach_for(running: Iterable[Running], *, groups: frozenset[int], moment: datetime, zone: tzinfo) -> Running | None:
    """The approach for a pupil of these groups at this moment; None where none acts.

    One of the pilot goes before the one that is in force for all. Where two overlap, the one in which the safeguarding lead
    sees more goes first: a slip in a design must not hide a capture from them.
    """
    acting = [each for each in running if (not each.groups or each.groups & groups) and each.acts_at(moment, zone)]
    order = list(LooksFirst)
    return min(acting, key=lambda each: (not each.is_pilot, order.index(each.settings.first_look), each.settings.show_from, each.id), default=None)


def goes_to_lead_at_once(
    levels: Mapping[str, int], *, severity: int, urgency: Urgency, is_report: bool = False, is_of_staff: bool = False
) -> bool:
    """Whether no approach may stand between this capture and the safeguarding lead.

    What is serious, names a floor theme, was told by a child, or must be known at once by the school's own table. And what a
    member of staff wrote: they were told that the safeguarding team alone reads it.
    """
    if severity >= AT_ONCE_FROM or is_report or is_of_staff or urgency == Urgency.NOW:
        return True
    return any(level >= AT_ONCE_FROM or (level > 0 and theme in AT_ONCE_THEMES) for theme, level in levels.items())


@dataclass(frozen=True)
class Handled:
    """What becomes of one capture: its line, who looks first, and whether it is below what the approach shows."""

    line: Line
    first_look: LooksFirst
    is_below: bool = False


def handle(settings: Settings | None, line: Line, *, severity: int, at_once: bool) -> Handled:
    """What the approach makes of a capture that the table gives this line. `at_once` is `goes_to_lead_at_once`; then it makes nothing of it."""
    if settings is None or at_once or line.route == Route.RECORD_ONLY:
        return Handled(line, LooksFirst.DSL_ALL)
    if severity < settings.show_from:
        return Handled(Line(Route.RECORD_ONLY, Urgency.NONE), LooksFirst.DSL_ALL, is_below=True)
    return Handled(line, settings.first_look)
