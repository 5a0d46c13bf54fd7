"""The two systems side by side, week by week. Counts, moments and categories: no text, no name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Min

from heedful.captures.models import Capture
from heedful.captures.queries.queue import visible_captures
from heedful.captures.second_look.rules import week_bounds, week_of
from heedful.people.models import Account, School, User
from heedful.people.queries import has_right
from heedful.people.rules import Right, Stage
from heedful.programme.pilot.measures.queries import Period, reading_of
from heedful.programme.pilot.parallel.models import ParallelAlert, ParallelColumns, ParallelImport, ParallelMinutes
from heedful.programme.pilot.parallel.reading import Columns, Order
from heedful.programme.pilot.parallel.rules import Alert, WeekBySide, match

MOST_LISTED = 30
MOST_WEEKS = 12


@dataclass(frozen=True)
class TheirsAlone:
    """One alert that Heedful has no capture for."""

    at: datetime
    category: str


@dataclass(frozen=True)
class SideBySide:
    """The parallel run of one school. The lists are empty for who may not read captures."""

    system: str
    columns: ParallelColumns | None
    imports: tuple[ParallelImport, ...]
    weeks: tuple[WeekBySide, ...]
    ours_alone: tuple[int, ...]
    theirs_alone: tuple[TheirsAlone, ...]
    is_exact: bool
    may_change: bool

    most: int = MOST_LISTED

    @property
    def is_mapped(self) -> bool:
        return self.columns is not None and bool(self.columns.time and self.columns.account)


def columns_of(school_id: int) -> Columns | None:
    """Which column holds what; None until somebody has said so. For the system."""
    row = ParallelColumns.objects.filter(school_id=school_id).first()
    return Columns(row.time, row.account, row.category, Order(row.order)) if row and row.time and row.account else None


def side_by_side(viewer: User, school: School, *, now: datetime) -> SideBySide:
    """The page. The asker has checked the right to the programme; lists need the right to content."""
    columns = ParallelColumns.objects.filter(school=school).first()
    is_exact = has_right(viewer, school.pk, Right.READ_SAFEGUARDING)
    weeks, ours, theirs = _weeks(school, now)
    readable = set(visible_captures(viewer).filter(pk__in=ours).values_list("pk", flat=True)) if is_exact else set()
    return SideBySide(
        system=columns.system if columns else "The present system", columns=columns,
        imports=tuple(ParallelImport.objects.filter(school=school).select_related("by").order_by("-at")[:10]), weeks=weeks,
        ours_alone=tuple(number for number in reversed(ours) if number in readable)[:MOST_LISTED],
        theirs_alone=tuple(reversed(theirs))[:MOST_LISTED] if is_exact else (), is_exact=is_exact,
        may_change=has_right(viewer, school.pk, Right.RUN_PROGRAMME),
    )  # fmt: skip


def _weeks(school: School, now: datetime) -> tuple[tuple[WeekBySide, ...], list[int], list[TheirsAlone]]:
    """The weeks that exports cover, newest first, with what each system alone saw, oldest first."""
    span = ParallelAlert.objects.filter(school=school).aggregate(first=Min("at"), last=Max("at"))
    if span["first"] is None:
        return (), [], []
    last = min(week_of(span["last"]), week_of(now))
    first = max(week_of(span["first"]), last - timedelta(weeks=MOST_WEEKS - 1))
    bounds = (week_bounds(first)[0], week_bounds(last)[1])
    inside = _watched_accounts(school)
    rows = ParallelAlert.objects.filter(school=school, at__gte=bounds[0], at__lt=bounds[1]).order_by("at")
    theirs = [(Alert(pk, at, account), category) for pk, at, account, category in rows.values_list("pk", "at", "account_id", "category")]
    counted = [(alert, category) for alert, category in theirs if alert.account_id is not None and (inside is None or alert.account_id in inside)]
    captures = Capture.objects.filter(school=school, observed_at__gte=bounds[0], observed_at__lt=bounds[1]).order_by("observed_at")
    ours = [Alert(pk, at, account) for pk, at, account in captures.values_list("pk", "observed_at", "account_id")]
    found = match(ours, [alert for alert, _ in counted])
    tally = _tally(ours, [alert for alert, _ in theirs], {alert.id for alert, _ in counted}, found.ours, found.theirs)
    minutes = dict(ParallelMinutes.objects.filter(school=school).values_list("week", "minutes"))
    weeks, week = [], last
    while week >= first:
        both, own, other, outside = tally[week]
        weeks.append(WeekBySide(week, both, own, other, outside, _our_minutes(school.pk, week, now), minutes.get(week)))
        week -= timedelta(weeks=1)
    alone = set(found.theirs)
    return tuple(weeks), list(found.ours), [TheirsAlone(alert.at, category) for alert, category in counted if alert.id in alone]


def _tally(
    ours: list[Alert], theirs: list[Alert], counted: set[int], ours_alone: tuple[int, ...], theirs_alone: tuple[int, ...]
) -> dict[date, list[int]]:
    """By week: both, ours alone, theirs alone, outside. A pair counts in the week of our capture."""
    tally: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    own, other = set(ours_alone), set(theirs_alone)
    for alert in ours:
        tally[week_of(alert.at)][1 if alert.id in own else 0] += 1
    for alert in theirs:
        if alert.id not in counted:
            tally[week_of(alert.at)][3] += 1
        elif alert.id in other:
            tally[week_of(alert.at)][2] += 1
    return tally


def _watched_accounts(school: School) -> set[int] | None:
    """The accounts of pupils whom Heedful watches; None where that is everybody."""
    mine = Account.objects.filter(school=school)
    if school.stage == Stage.PILOT:
        return set(mine.filter(pupil__groups__in_pilot=True).values_list("pk", flat=True))
    if school.stage == Stage.LIVE and school.live_by_group:
        return set(mine.filter(pupil__groups__is_live=True).values_list("pk", flat=True))
    return None


def _our_minutes(school_id: int, week: date, now: datetime) -> float:
    """What people spent reading captures in this week, from the audit chain."""
    since, until = week_bounds(week)
    return reading_of(school_id, Period(since, min(until, now)))
