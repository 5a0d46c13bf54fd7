"""What the public page shows: settings, roles and coarse figures. It is asked without a viewer, and so holds nothing of a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from heedful.assurance.transparency.models import PublicPage
from heedful.assurance.transparency.rules import about, changes_in_words, is_public, tenths
from heedful.captures.models import Capture
from heedful.captures.monitoring_words import STAGE_WORDS
from heedful.captures.queries.monitoring import MonitoringFacts, monitoring_facts
from heedful.people.models import School, SettingChange
from heedful.people.queries import school_by_number
from heedful.people.rules import Stage

MONTH = timedelta(days=28)
MOST_CHANGES = 10


@dataclass(frozen=True)
class Figures:
    """Of the last four weeks, coarse; empty where there are too few, or the school pilots."""

    captures: str = ""
    false_alarms: str = ""


@dataclass(frozen=True)
class Public:
    """All that the page places."""

    facts: MonitoringFacts
    stage_words: str
    who: str
    figures: Figures
    changes: tuple[tuple[date, tuple[str, ...]], ...]


def public_page(school_id: int, *, now: datetime) -> Public | None:
    """The page as it is now; None where there is none, of this school or at all."""
    school = school_by_number(school_id)
    if school is None or not is_public(school.stage, is_switched_on=is_switched_on(school_id)):
        return None
    return what_it_says(school, now=now)


def what_it_says(school: School, *, now: datetime) -> Public:
    """The same whether anybody may see it yet or not, for the page that looks after it."""
    facts = monitoring_facts(school.pk)
    return Public(facts, STAGE_WORDS[facts.stage], who_is_monitored(facts), _figures(school, now), _changes(school))


def is_switched_on(school_id: int) -> bool:
    return PublicPage.objects.filter(school_id=school_id, is_on=True).exists()


def who_is_monitored(facts: MonitoringFacts) -> str:
    """Whose accounts are read now, in a sentence."""
    if facts.stage == Stage.SET_UP:
        return "Nobody yet: the monitoring is being set up, and no device reads anything."
    if facts.stage == Stage.PILOT:
        who = f"Pupils in the groups of the pilot, and nobody else: {', '.join(facts.pilot_groups) or 'none yet'}."
    elif facts.live_groups:
        who = f"Pupils in these groups; the others follow: {', '.join(facts.live_groups)}."
    else:
        who = "All pupils, when they use a school device with their school account."
    return f"{who} {'Staff accounts are monitored too.' if facts.monitors_staff else 'Staff accounts are not monitored.'}"


def _figures(school: School, now: datetime) -> Figures:
    # A pilot is so small that even a coarse number would point at somebody.
    if school.stage not in {Stage.LIVE, Stage.UNDER_REVIEW}:
        return Figures()
    month = Capture.objects.filter(school=school, arrived_at__gt=now - MONTH)
    counted = month.aggregate(all=Count("pk"), judged=Count("pk", filter=Q(graded_at__isnull=False)), false=Count("pk", filter=~Q(false_positive="")))
    return Figures(about(counted["all"]), tenths(counted["false"], counted["judged"]))


def _changes(school: School) -> tuple[tuple[date, tuple[str, ...]], ...]:
    rows = SettingChange.objects.filter(school=school).order_by("-at").values_list("at", "settings")[:MOST_CHANGES]
    return tuple((timezone.localdate(at), words) for at, settings in rows if (words := changes_in_words(settings)))
