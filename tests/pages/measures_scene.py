"""Two weeks of a pilot with two handling approaches: captures, decisions, second looks, ratings, and the system before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from django.utils import timezone

from heedful.captures.actions.decide import dismiss_capture, grade_capture
from heedful.captures.models import Capture
from heedful.captures.queries.opened import open_capture
from heedful.captures.rules import FalsePositive
from heedful.captures.second_look.actions import draw_weekly_samples, give_second_grade, judge_left
from heedful.captures.second_look.models import SecondLook
from heedful.captures.second_look.queries import waiting_looks
from heedful.captures.second_look.rules import LookKind, is_drawn
from heedful.people.actions import NewPupil, add_pupils
from heedful.people.models import Group
from heedful.programme.pilot.measures.actions import rate_approach
from heedful.programme.pilot.parallel.actions import import_alerts, read_columns, set_columns, set_minutes
from heedful.thresholds.approaches.actions import Wanted, set_approach, start_approaches
from heedful.thresholds.approaches.models import Approach
from heedful.thresholds.approaches.rules import LooksFirst, Settings
from tests.personas.people import Place

LINES = ("anyone selling vapes at lunch", "i hate my life and i wish i was never born", "kill yourself you ugly loser nobody likes you")
QUIET = "well this is a load of crap"
GRADED, SECOND = (2, 3, 1, 4, 2, 3), (2, 3, 2, 4, 0, 3)


@dataclass(frozen=True)
class MeasuresScene:
    school: int
    look: int  # a second look that waits for the DSL


def set_measures(place: Place, *, now: datetime) -> MeasuresScene:
    """Backdated through the actions themselves, so that every figure has something to say."""
    lead, pastoral = _start(place, now)
    first = timezone.localtime(now).replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=13)
    ids = count(1)
    for day in range(13):
        for place_in_day, (pupil, text) in enumerate(((0, LINES[day % 3]), (1, LINES[(day + 1) % 3]), (1, QUIET), (0, QUIET))):
            moment = first + timedelta(days=day, minutes=37 * place_in_day)
            if day % 2 and place_in_day == 0:
                continue  # the one has less to look at
            number = place.stores(text, pupil=pupil, now=moment, capture_id=_id(ids, drawn=place_in_day < 2 and day % 2 == 0))
            if place_in_day < 2:
                _decide(place, number, day, is_slow=pupil == 1, moment=moment)
    draw_weekly_samples(now=now)
    _look_again(place, now)
    for key, approach, stars, sentence in (
        ("dsl", lead, 4, "I see everything, and mornings are full."), ("deputy", pastoral, 4, "Fewer reach us; those that do are the right ones."),
        ("dsl", pastoral, 3, "I trust it more each week."), ("behaviour_lead", pastoral, 5, "We talk to pupils the same day."),
    ):  # fmt: skip
        rate_approach(school=place.school, approach_id=approach.pk, stars=stars, sentence=sentence, viewer=place.staff[key], now=now)
    _run_beside(place, now)
    look = next(look for look in waiting_looks(place.staff["dsl"]) if look.kind == LookKind.LEFT)
    return MeasuresScene(place.school.pk, look.id)


def _start(place: Place, now: datetime) -> tuple[Approach, Approach]:
    other = Group.objects.create(school=place.school, name="Pilot, Year 10", in_pilot=True)
    mine = Group.objects.get(school=place.school, name="Pilot")
    for group, first in ((mine, place.pupils[0]), (other, place.pupils[1])):
        classmates = add_pupils(place.school, [NewPupil("Ada", f"Classmate {n}", first.year_group, "") for n in range(89)], now=now)
        group.pupils.set([first, *classmates])
    made = [
        set_approach(school_id=place.school.pk, pilot=1, wanted=Wanted(name, Settings(first_look=look), (group.pk,)), by=place.staff["dsl"], now=now)
        for name, look, group in (("Lead sees all", LooksFirst.DSL_ALL, mine), ("Pastoral team first", LooksFirst.PASTORAL_FIRST, other))
    ]
    start_approaches(school_id=place.school.pk, pilot=1, starts_at=now - timedelta(days=14), ends_at=now + timedelta(days=14), by=place.staff["dsl"], now=now)
    return made[0], made[1]


def _id(ids: count[int], *, drawn: bool) -> UUID:
    """The next made-up id that is drawn for a second grade, or is not."""
    return next(each for each in (UUID(int=number * 6_700_417 + 2**90) for number in ids) if is_drawn(each) == drawn)


def _decide(place: Place, number: int, day: int, *, is_slow: bool, moment: datetime) -> None:
    row = Capture.objects.get(pk=number)
    viewer = place.staff["dsl" if day % 4 else "deputy"]
    opened = moment + timedelta(minutes=150 + 11 * day if is_slow else 20 + 3 * day)
    open_capture(viewer, number, now=opened)
    after = opened + timedelta(minutes=2 + day % 4)
    if day % (5 if is_slow else 2) == 0 and row.severity < 4:
        dismiss_capture(number=number, reason=FalsePositive.FIGURE_OF_SPEECH, revision=row.revision, viewer=viewer, now=after)
    else:
        grade_capture(number=number, grade=GRADED[day % 6], revision=row.revision, viewer=viewer, now=after)


def _look_again(place: Place, now: datetime) -> None:
    for look in SecondLook.objects.filter(kind=LookKind.GRADE).select_related("capture"):
        assert look.capture
        viewer = place.staff["deputy" if look.capture.graded_by == place.staff["dsl"] else "dsl"]
        first = look.capture.grade or 0
        give_second_grade(look_id=look.pk, grade=SECOND[GRADED.index(first)] if first else 0, viewer=viewer, now=now - timedelta(hours=2))
    left = waiting_looks(place.staff["deputy"])
    for place_in_line, look in enumerate(left[:-3]):
        judge_left(look_id=look.id, was_right=place_in_line != 3, viewer=place.staff["deputy"], now=now - timedelta(hours=1))


def _run_beside(place: Place, now: datetime) -> None:
    dsl, week = place.staff["dsl"], now - timedelta(days=7)
    rows = [
        f"{timezone.localtime(each.observed_at) + timedelta(minutes=1):%d/%m/%Y %H:%M};{place.accounts[0].address};Bullying"
        for each in place.school.captures.filter(pupil=place.pupils[0]).order_by("pk")[:7]
    ]
    rows += [f"{timezone.localtime(week - timedelta(days=n)):%d/%m/%Y 23:1%w};{place.accounts[1].address};Gambling" for n in range(6)]
    content = "\n".join(["Date;User;Category", *rows]).encode()
    read_columns(school=place.school, system="OldWatch", content=content, viewer=dsl, now=now)
    set_columns(school=place.school, chosen={"time": "Date", "account": "User", "category": "Category", "order": "day_first"}, viewer=dsl, now=now)
    import_alerts(school=place.school, content=content, viewer=dsl, now=now)
    day = timezone.localdate(week)
    set_minutes(school=place.school, week=day - timedelta(days=day.weekday()), minutes=95, viewer=dsl, now=now)
