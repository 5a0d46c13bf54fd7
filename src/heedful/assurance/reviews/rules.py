"""When a school looks at its monitoring again, at what, and when that is done: pure.

At least once in each academic year, by senior leadership, the safeguarding lead and IT, with the governor; and whenever a
safeguarding risk, a way of working or the technology changes (DfE, Meeting digital and technology standards: Filtering and
monitoring; Keeping children safe in education, part two). The headings are those that the DfE's standard asks a review to consider.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import TextChoices

from heedful.devices.coverage.days import Calendar


class Cause(TextChoices):
    """What asks for a review by itself."""

    PLATFORM = "platform", "A new kind of device or browser"
    SITE = "site", "A new site"
    POLICY = "policy", "A policy changed"
    VERSION = "version", "A new version of Heedful"
    AI_TOOL = "ai_tool", "A new AI tool"
    INCIDENT = "incident", "A serious incident"
    SETTINGS = "settings", "Settings changed"


class Kind(TextChoices):
    YEARLY = "yearly", "Yearly review"
    TRIGGERED = "triggered", "Review after a change"


class Heading(TextChoices):
    """What a review looks at, in its order."""

    RISK_PROFILE = "risk_profile", "Who our pupils are"
    COVERAGE = "coverage", "What is covered and what is not"
    TESTS = "tests", "Whether it was tested"
    INCIDENTS = "incidents", "Incidents"
    LIMITS = "limits", "Known limits"
    OWN_DEVICES = "own_devices", "Pupils' own devices"
    AI = "ai", "AI tools"
    POLICIES = "policies", "Policies and settings"


ASKS: dict[Heading, str] = {
    Heading.RISK_PROFILE: "Has the intake changed, or what happens around our pupils? Does the risk profile still fit?",
    Heading.COVERAGE: "Which gaps do we accept, and which do we close?",
    Heading.TESTS: "Was every group, site and kind of device tested this term? Who tests what is missing?",
    Heading.INCIDENTS: "What do the numbers tell us about teaching, assemblies and training? Was help there fast enough?",
    Heading.LIMITS: "Which of these limits matter here, and what do we do instead?",
    Heading.OWN_DEVICES: "Who watches over phones and other devices that pupils bring?",
    Heading.AI: "Which tools do pupils use, and is each agreed and on the register?",
    Heading.POLICIES: "Do our policies still say what we do?",
}


class Part(TextChoices):
    """Who has to be at a yearly review."""

    LEADER = "leader", "Senior leadership"
    DSL = "dsl", "Safeguarding lead"
    IT = "it", "IT"
    GOVERNOR = "governor", "Governor"


NEEDED: dict[Kind, tuple[Part, ...]] = {Kind.YEARLY: tuple(Part), Kind.TRIGGERED: (Part.DSL, Part.IT)}
# What a school rolls out at the beginning of a stage is no change of it: new sites and devices count after this time.
SETTLES_IN = timedelta(days=14)
REMINDED_DAYS_BEFORE = (60, 14, 0)
STAND_UP_DAYS = 14
LEAST_DAYS_TO_FIRST = 56


class ReviewRefused(Exception):
    """This can't be done with the review; the text says why, for the page."""


@dataclass(frozen=True)
class Since:
    """From when changes count: since monitoring began, and, for what is rolled out step by step, since the present stage has settled."""

    monitored: datetime
    settled: datetime


def due_on(*, last_review: date | None, live_on: date | None) -> date | None:
    """The day by which the next yearly review is closed; None while nobody is monitored outside a pilot.

    Twelve months after the last one, and the first one within the school year in which the school went live, unless fewer than
    eight weeks of it are left.
    """
    if last_review is not None:
        return _year_after(last_review)
    if live_on is None:
        return None
    year_end = date(live_on.year + (live_on.month >= 9), 8, 31)
    return year_end if year_end - live_on >= timedelta(days=LEAST_DAYS_TO_FIRST) else _year_after(live_on)


def _year_after(day: date) -> date:
    return day.replace(year=day.year + 1) if (day.month, day.day) != (2, 29) else date(day.year + 1, 2, 28)


def reminder_step(*, due: date, today: date) -> int | None:
    """The reminder that is due: how many days before the day it stands for; None before the first."""
    passed = [days for days in REMINDED_DAYS_BEFORE if today >= due - timedelta(days=days)]
    return min(passed, default=None)


def is_upgrade(before: str, after: str) -> bool:
    """Whether a version is newer in its first or second number; a third number is a repair and changes nothing that a review would look at."""
    return _numbers(after) > _numbers(before)


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")[:2]
    return tuple(int(part) if part.isdecimal() else 0 for part in parts)


def missing_to_close(kind: Kind, *, found: Mapping[str, str], parts: Mapping[str, str], conclusion: str) -> tuple[str, ...]:
    """What has to be written before a review is signed, in words; empty where nothing is missing."""
    missing = []
    if kind == Kind.YEARLY:
        missing += [f"a finding under “{heading.label}”" for heading in Heading if not found.get(heading, "").strip()]
    missing += [f"who was there for: {part.label}" for part in NEEDED[kind] if not parts.get(part, "").strip()]
    if not conclusion.strip():
        missing.append("the conclusion")
    return tuple(missing)


def stand_up_days(live_on: date, calendar: Calendar) -> tuple[date, ...]:
    """The school days of the two weeks after a launch, its own day first."""
    days = (live_on + timedelta(days=number) for number in range(STAND_UP_DAYS))
    return tuple(day for day in days if calendar.is_school_day(day))


def platform_of(os: str, browser: str) -> str:
    """How a kind of device and browser is told from others, without versions: 'ChromeOS with Chrome'; empty where it said neither."""
    system, program = _first_word(os), _first_word(browser)
    return " with ".join(each for each in (system, program) if each)


def _first_word(text: str) -> str:
    word = text.split()[0] if text.split() else ""
    return word.split("/")[0]
