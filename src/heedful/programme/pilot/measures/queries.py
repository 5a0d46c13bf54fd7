"""What was captured, read and decided in a period, by handling approach. Numbers and moments alone: no text, no theme, no pupil."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from heedful.audit.queries import done_in
from heedful.audit.rules import Action
from heedful.captures.models import Capture
from heedful.captures.second_look.models import CaptureFigures, LeftSample, SecondLook
from heedful.captures.second_look.rules import LookKind, pairs_of, week_of
from heedful.people.models import Pupil, School, User
from heedful.people.queries import has_right
from heedful.people.rules import Right, Stage
from heedful.programme.pilot.measures.models import Rating
from heedful.programme.pilot.measures.rules import Event, Handled, Measures, Seen, Share, Stars, Step, handled, measure
from heedful.thresholds.approaches.models import Approach
from heedful.thresholds.approaches.queries import as_running
from heedful.thresholds.rules import Route

_STEPS = {
    Action.CAPTURE_READ: Step.OPENED, Action.CAPTURE_GRADED: Step.GRADED, Action.CAPTURE_ACKNOWLEDGED: Step.OTHER, Action.CAPTURE_ROUTED: Step.OTHER,
    Action.CAPTURE_NOTED: Step.OTHER, Action.CAPTURE_CLOSED: Step.OTHER, Action.CAPTURE_PASSED: Step.OTHER, Action.CAPTURE_SNOOZED: Step.OTHER,
    Action.CAPTURE_MOVED: Step.OTHER, Action.CAPTURE_CONTEXT_OPENED: Step.OTHER, Action.CAPTURE_PICTURE_REVEALED: Step.OTHER,
    Action.CAPTURE_REOPENED: Step.OTHER, Action.CAPTURE_UNDONE: Step.OTHER, Action.SECOND_LOOK_READ: Step.OTHER,
    Action.FIRST_LOOK_PASSED_ON: Step.OTHER, Action.FIRST_LOOK_NOISE: Step.OTHER,  # a technician looks at the source alone
}  # fmt: skip
WHOLE_SCHOOL = "The whole school"
FOUR_WEEKS = timedelta(weeks=4)


@dataclass(frozen=True)
class Period:
    """From a first moment up to another. What arrives in it counts; what was done with it counts up to `now`."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class MeasuredSchool:
    """The measures of one school over one period, and whether this viewer sees small numbers."""

    measures: tuple[Measures, ...]
    period: Period
    is_pilot: bool
    is_exact: bool


def measured(viewer: User, school: School, *, now: datetime, since: date | None = None, until: date | None = None) -> MeasuredSchool | None:
    """The measures for a page: the approaches of the newest pilot that ran in the period, else the school as one. None without the right.

    Without dates it is the whole of that pilot, or the last four weeks.
    """
    if not has_right(viewer, school.pk, Right.SEE_PROGRAMME):
        return None
    approaches = approaches_to_compare(school.pk)
    period = _period(approaches, now, since, until)
    acting = [each for each in approaches if _overlaps(each, period)]
    return MeasuredSchool(
        measures_of(school, period, approaches=acting, now=now), period, bool(acting), has_right(viewer, school.pk, Right.READ_SAFEGUARDING)
    )


def approaches_to_compare(school_id: int) -> list[Approach]:
    """Those of the newest pilot that have begun, with their groups. For the system."""
    begun = Approach.objects.filter(school_id=school_id, pilot__isnull=False, starts_at__isnull=False)
    newest = begun.order_by("-pilot").values_list("pilot", flat=True).first()
    return list(begun.filter(pilot=newest).prefetch_related("groups").order_by("pk")) if newest is not None else []


def approaches_to_rate(school_id: int) -> list[tuple[int, str]]:
    """Number and name of what a reviewer may rate."""
    return [(each.pk, each.name) for each in approaches_to_compare(school_id)]


def measures_of(school: School, period: Period, *, approaches: Sequence[Approach] = (), now: datetime) -> tuple[Measures, ...]:
    """One column per approach; one for the whole school where there is none. For the system: it shows every number.

    Captures that retention has deleted count from the figures that stay of them.
    """
    seen = _seen(school.pk, period)
    done = handled(_events(school.pk, seen, period, now))
    columns: Sequence[Approach | None] = approaches or [None]
    return tuple(_column(school, approach, _of(seen, approach), done, period, now) for approach in columns)


def reading_of(school_id: int, period: Period) -> float:
    """The minutes that people had captures open in a period, whatever captures. For the system."""
    entries = done_in(school_id, *_STEPS, since=period.since, until=period.until)
    events = [Event(entry.at, int(entry.actor_id), _STEPS[Action(entry.action)], tuple(int(each) for each in entry.subject_ids)) for entry in entries]
    return sum(each.reading.total_seconds() for each in handled(events).values()) / 60


def _column(school: School, approach: Approach | None, seen: list[Seen], done: Mapping[int, Handled], period: Period, now: datetime) -> Measures:
    numbers = {capture.number for capture in seen}
    looks = [look for look in SecondLook.objects.filter(school=school, looked_at__isnull=False) if look.number in numbers]
    left = [look.was_right for look in looks if look.kind == LookKind.LEFT]
    samples = LeftSample.objects.filter(school=school, week__gte=week_of(period.since), week__lt=period.until)
    if approach is not None:
        samples = samples.filter(approach=approach)
    return measure(
        approach.name if approach else WHOLE_SCHOOL, approach.pk if approach else None, seen, done,
        pupils=_pupils(school, approach), weeks=_weeks(approach, period, now),
        pairs=pairs_of([(look.first_grade, look.grade) for look in looks if look.kind == LookKind.GRADE]),
        missed=Share(sum(right is False for right in left), len(left)), left_alone=sum(samples.values_list("pool", flat=True)),
        stars=_stars(school.pk, approach, period), by_week=_by_week(seen, period, now),
    )  # fmt: skip


def _seen(school_id: int, period: Period) -> list[Seen]:
    bounds = {"school_id": school_id, "arrived_at__gte": period.since, "arrived_at__lt": period.until}
    columns = ("approach_id", "arrived_at", "grade", "route")
    rows = [
        (number, bool(false_positive), *rest)
        for number, false_positive, *rest in Capture.objects.filter(**bounds).values_list("pk", "false_positive", *columns)
    ]
    there = {number for number, *_ in rows}
    gone = CaptureFigures.objects.filter(**bounds).values_list("number", "is_false_positive", *columns)
    rows += [row for row in gone if row[0] not in there]
    return [
        Seen(
            number=number, approach_id=approach, arrived_at=arrived, is_decided=grade is not None or is_false, is_false_positive=is_false,
            must_be_read=route != Route.RECORD_ONLY or grade is not None or is_false,
        )
        for number, is_false, approach, arrived, grade, route in rows
    ]


def _of(seen: Iterable[Seen], approach: Approach | None) -> list[Seen]:
    return [capture for capture in seen if approach is None or capture.approach_id == approach.pk]


def _events(school_id: int, seen: Iterable[Seen], period: Period, now: datetime) -> list[Event]:
    """The recorded steps of people from the period's first moment on; those with other captures only end a reading."""
    numbers = {capture.number for capture in seen}
    events = []
    for entry in done_in(school_id, *_STEPS, since=period.since, until=max(now, period.until)):
        step = _STEPS[Action(entry.action)]
        if entry.action == Action.CAPTURE_UNDONE and entry.details.get("kind") in {"graded", "dismissed"}:
            step = Step.GRADE_TAKEN_BACK
        ids = {int(each) for each in entry.subject_ids} if entry.action != Action.SECOND_LOOK_READ else set()
        events.append(Event(entry.at, int(entry.actor_id), step, tuple(sorted(ids & numbers))))
    return events


def _pupils(school: School, approach: Approach | None) -> int:
    """How many pupils it is for now: of its groups; without groups those of the pilot; else all that are watched."""
    here = Q(school=school, left_on=None)
    groups = [group.pk for group in approach.groups.all()] if approach else []
    if groups:
        here &= Q(groups__in=groups)
    elif (approach is not None and approach.pilot is not None) or school.stage == Stage.PILOT:
        here &= Q(groups__in_pilot=True)
    elif school.stage == Stage.LIVE and school.live_by_group:
        here &= Q(groups__is_live=True)
    return Pupil.objects.filter(here).distinct().count()


def _weeks(approach: Approach | None, period: Period, now: datetime) -> float:
    """For how many weeks of the period it acted, by whole days."""
    running, zone = as_running(approach) if approach else None, timezone.get_default_timezone()
    day, days = timezone.localdate(period.since), 0
    while day <= timezone.localdate(min(period.until - timedelta(microseconds=1), now)):
        noon = timezone.make_aware(datetime.combine(day, datetime.min.time())) + timedelta(hours=12)
        days += running is None or running.acts_at(noon, zone)
        day += timedelta(days=1)
    return days / 7


def _by_week(seen: Iterable[Seen], period: Period, now: datetime) -> list[tuple[str, int]]:
    counted = Counter(week_of(capture.arrived_at) for capture in seen)
    week, rows = week_of(period.since), []
    while week <= week_of(min(period.until - timedelta(microseconds=1), now)):
        rows.append((week.isoformat(), counted[week]))
        week += timedelta(weeks=1)
    return rows


def _stars(school_id: int, approach: Approach | None, period: Period) -> Stars:
    """What each reviewer said last. Nobody's name goes with it."""
    rows = Rating.objects.filter(school_id=school_id, at__gte=period.since).order_by("at")
    if approach is not None:
        rows = rows.filter(approach=approach)
    newest = list({(row.by_id, row.approach_id): row for row in rows}.values())
    return Stars(tuple(row.stars for row in newest), tuple(row.sentence for row in newest if row.sentence))


def _period(approaches: Sequence[Approach], now: datetime, since: date | None, until: date | None) -> Period:
    starts = [each.starts_at for each in approaches if each.starts_at]
    ends = [each.ends_at for each in approaches]
    first = _midnight(since) if since else min(starts, default=_midnight(timezone.localdate(now)) - FOUR_WEEKS)
    last = _midnight(until + timedelta(days=1)) if until else max((end for end in ends if end), default=now) if ends and all(ends) else now
    last = min(last, now)
    return Period(min(first, last), last)


def _overlaps(approach: Approach, period: Period) -> bool:
    return (approach.starts_at is None or approach.starts_at < period.until) and (approach.ends_at is None or approach.ends_at > period.since)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
