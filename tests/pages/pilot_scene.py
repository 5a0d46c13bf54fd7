"""A pilot in its third week beside one that is being designed, with captures that wait for somebody's first look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from heedful.captures.actions.first_look import mark_noise
from heedful.people.actions import NewPupil, add_pupils, create_group, set_pilot_audience
from heedful.people.models import Group, School
from heedful.people.rules import Stage
from heedful.programme.pilot.actions import Scope, decide_approach, hold_review, make_pilot, put_approach, set_scope, set_targets
from heedful.programme.pilot.models import Pilot, Target
from heedful.programme.pilot.rules import PilotState, Success, Verdict
from heedful.thresholds.approaches.actions import Wanted, set_approach, start_approaches
from heedful.thresholds.approaches.models import Approach
from heedful.thresholds.approaches.rules import LooksFirst, Settings, Weeks
from tests.personas.people import Place

SITES = ("words.example", "words.example", "typing.example", "words.example", "typing.example")


@dataclass(frozen=True)
class PilotScene:
    pilot_school: int
    designing_school: int
    first_look: int  # a capture that waits for the behaviour lead


def set_pilot(place: Place, *, another: Place, now: datetime) -> PilotScene:
    """Call it after `set_measures`, whose two approaches this pilot tries."""
    dsl, school = place.staff["dsl"], place.school
    row = Pilot.objects.create(
        school=school, number=1, state=PilotState.RUNNING, starts_on=timezone.localdate(now) - timedelta(days=14),
        ends_on=timezone.localdate(now) + timedelta(days=28), devices="Chromebooks of the library", made_at=now, made_by=dsl,
        started_at=now - timedelta(days=14), started_by=dsl,
    )  # fmt: skip
    row.groups.set(Group.objects.filter(school=school, name__startswith="Pilot"))
    for measure, goal in ((Success.FALSE_POSITIVES, "At most one in three"), (Success.FIRST_LOOK, "Under two hours on school days")):
        Target.objects.create(pilot=row, measure=measure, goal=goal)
    set_pilot_audience(school=school, user_ids=[dsl.pk, place.staff["deputy"].pk], by=dsl, now=now)
    hold_review(
        school=school, number=1, on=timezone.localdate(now) - timedelta(days=7), attended=[dsl.pk, place.staff["technician"].pk],
        decisions=["Go on for another week.", "Ask the tutors of Year 10 what they hear."], notes="A calm week.", by=dsl, now=now,
    )  # fmt: skip
    first = Approach.objects.filter(school=school, pilot=1).order_by("pk")[0]
    decide_approach(
        school=school, number=1, approach_id=first.pk, verdict=Verdict.STOP, reason="Mornings are too full for one person.", by=dsl, now=now
    )
    return PilotScene(school.pk, _design(another, now), _first_looks(place, now))


def _design(place: Place, now: datetime) -> int:
    """A design with something to put right and something worth knowing."""
    dsl, school = place.staff["dsl"], place.school
    School.objects.filter(pk=school.pk).update(stage=Stage.SET_UP)
    row = make_pilot(school=school, by=dsl, now=now)
    groups = [Group.objects.get(school=school, name="Pilot"), create_group(school=school, name="Year 9", now=now)]
    for group, count in zip(groups, (240, 24), strict=True):
        group.pupils.add(*add_pupils(school, [NewPupil("Ada", f"Classmate {n}", 9, "") for n in range(count)], now=now))
    today = timezone.localdate(now)
    scope = Scope(tuple(group.pk for group in groups), today + timedelta(days=10), today + timedelta(days=51), devices="Chromebooks")
    set_scope(school=school, number=row.number, scope=scope, by=dsl, now=now)
    for name, first, group in (("Lead sees all", LooksFirst.DSL_ALL, groups[0]), ("Sort by source first", LooksFirst.TECHNICIAN_SOURCE, groups[1])):
        wanted = Wanted(name, Settings(first), (group.pk,), Weeks.EVERY)
        put_approach(school=school, number=row.number, wanted=wanted, by=dsl, now=now)
    set_targets(school=school, number=row.number, goals={Success.MISSED: "At most one in twenty"}, by=dsl, now=now)
    return school.pk


def _first_looks(place: Place, now: datetime) -> int:
    """One that waits for the behaviour lead, and some that wait for the technician."""
    pastoral = place.stores("i feel so empty and alone all the time", pupil=1, now=now - timedelta(hours=1))
    group = create_group(school=place.school, name="Pilot, Year 5", now=now, in_pilot=True)
    group.pupils.add(place.pupils[2], *add_pupils(place.school, [NewPupil("Ada", f"Classmate {n}", 5, "") for n in range(59)], now=now))
    Pilot.objects.get(school=place.school, number=1).groups.add(group)
    wanted = Wanted("Sort by source first", Settings(LooksFirst.TECHNICIAN_SOURCE), (group.pk,))
    set_approach(school_id=place.school.pk, pilot=1, wanted=wanted, by=place.staff["dsl"], now=now)
    start_approaches(school_id=place.school.pk, pilot=1, starts_at=now - timedelta(days=14), ends_at=None, by=place.staff["dsl"], now=now)
    numbers = [
        place.stores("anyone selling vapes at lunch", pupil=2, host=host, now=now - timedelta(hours=2, minutes=20 * place_in_line))
        for place_in_line, host in enumerate(SITES)
    ]
    mark_noise(numbers=numbers[-1:], viewer=place.staff["technician"], now=now)
    return pastoral
