"""The demo school in the middle of its pilot: who is in it, the two ways of handling captures, and what came before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from heedful.captures.second_look.rules import week_of
from heedful.demo.school import DemoSchool
from heedful.people.actions import move_stage, note_accounts_seen
from heedful.people.models import Group, Pupil
from heedful.people.rules import Stage
from heedful.programme.pilot.actions import (
    Scope,
    finish_design,
    make_pilot,
    put_approach,
    set_audience,
    set_scope,
    set_targets,
    start_pilot,
)
from heedful.programme.pilot.models import Pilot
from heedful.programme.pilot.rules import Success
from heedful.thresholds.approaches.actions import Wanted
from heedful.thresholds.approaches.rules import LooksFirst, Notify, Settings

WEEKS_SO_FAR, WEEKS_IN_ALL = 2, 6
LEAD_SEES_ALL, PASTORAL_FIRST = "Lead sees all", "Pastoral team first"
# Each approach has a younger and an older year, so that they can be compared.
YEARS = {LEAD_SEES_ALL: (7, 10), PASTORAL_FIRST: (8, 11)}
GOALS = {
    Success.FIRST_LOOK: "Half within an hour, nine of ten the same school day.",
    Success.FALSE_POSITIVES: "No more than a third of what we decide on.",
    Success.MISSED: "Nothing of grade 3 or above in the weekly sample.",
}


@dataclass(frozen=True)
class DemoPilot:
    """The pilot, and who is in it: places in the school's list of pupils, by approach."""

    pilot: Pilot
    starts_at: datetime
    pupils: dict[str, tuple[int, ...]]

    @property
    def everybody(self) -> frozenset[int]:
        return frozenset(place for places in self.pupils.values() for place in places)


def pilot_starts(now: datetime) -> datetime:
    """Half past seven on the Monday two weeks before this week's: two whole weeks are over."""
    monday = week_of(now) - timedelta(weeks=WEEKS_SO_FAR)
    return timezone.make_aware(datetime.combine(monday, datetime.min.time())) + timedelta(hours=7, minutes=30)


def approach_of(pupil: Pupil) -> str:
    """The approach for a pupil; empty for one who is not in the pilot."""
    return next((name for name, years in YEARS.items() if pupil.year_group in years), "")


def seed_pilot(school: DemoSchool, *, now: datetime) -> DemoPilot:
    """Design the pilot and start it, through the actions of its own pages, two weeks ago."""
    dsl, starts_at = school.staff["dsl"], pilot_starts(now)
    designed_at, first_day = starts_at - timedelta(days=4), timezone.localdate(starts_at)
    _was_used(school, designed_at - timedelta(days=1))
    groups = {name: tuple(_year_groups(school, years)) for name, years in YEARS.items()}
    pilot = make_pilot(school=school.school, by=dsl, now=designed_at)
    common: dict[str, Any] = {"school": school.school, "number": pilot.number, "by": dsl, "now": designed_at}
    scope = Scope(
        groups=tuple(pk for pks in groups.values() for pk in pks), starts_on=first_day, ends_on=first_day + timedelta(weeks=WEEKS_IN_ALL, days=-3),
        devices="Chromebooks, and the computers of IT1 and IT2",
    )  # fmt: skip
    set_scope(scope=scope, **common)
    set_targets(goals=GOALS, **common)
    set_audience(school=school.school, user_ids=[school.staff[key].pk for key in ("dsl", "deputy", "behaviour")], by=dsl, now=designed_at)
    for name, settings in (
        (LEAD_SEES_ALL, Settings()),
        (PASTORAL_FIRST, Settings(first_look=LooksFirst.PASTORAL_FIRST, show_from=3, notify=Notify.TODAY_TOO)),
    ):
        put_approach(wanted=Wanted(name, settings, groups[name]), **common)
    finish_design(**common)
    reason = "The working group agreed on four year groups and two ways of handling captures."
    move_stage(school=school.school, to=Stage.PILOT, reason=reason, by=dsl, now=starts_at)
    pilot = start_pilot(school=school.school, number=pilot.number, by=dsl, now=starts_at)
    pupils = {name: tuple(place for place, pupil in enumerate(school.pupils) if approach_of(pupil) == name) for name in YEARS}
    return DemoPilot(pilot, starts_at, pupils)


def _was_used(school: DemoSchool, moment: datetime) -> None:
    """The devices of these years reported before the pilot was designed: without that it would capture nobody."""
    addresses = [address for pupil, address in zip(school.pupils, school.addresses, strict=True) if approach_of(pupil)]
    note_accounts_seen(school_id=school.school.pk, addresses=addresses, now=moment)


def _year_groups(school: DemoSchool, years: tuple[int, ...]) -> list[int]:
    names = [f"Year {year}" for year in years]
    return list(Group.objects.filter(school=school.school, name__in=names).order_by("name").values_list("pk", flat=True))
