"""Drawing second looks and answering them. None of it changes a capture, starts a clock or holds up a decision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from heedful.audit.actions import append, wait_in_line
from heedful.audit.rules import SYSTEM, Action, Actor, Fact
from heedful.captures.actions.telling import tell_leads
from heedful.captures.models import Capture
from heedful.captures.second_look.models import CaptureFigures, LeftSample, SecondLook
from heedful.captures.second_look.queries import is_week_drawn, left_alone, look_to_take
from heedful.captures.second_look.rules import (
    SECOND_GRADES,
    LookKind,
    NoLonger,
    draw_left,
    first_grade_of,
    is_drawn,
    is_more_serious,
    week_bounds,
    week_of,
)
from heedful.escalation.rules import NoticeKind
from heedful.people.models import School, User
from heedful.people.rules import Stage

# Weeks whose sample was not drawn, because nothing ran, are caught up with for so long.
WEEKS_BACK = 3


def draw_second_grade(capture: Capture, *, now: datetime) -> None:
    """Put a capture that was just graded to a second reader, where the draw says so. Call it in the transaction of the grade."""
    if is_drawn(capture.capture_id):
        look = {"capture": capture, "drawn_at": now}
        SecondLook.objects.get_or_create(school_id=capture.school_id, number=capture.pk, kind=LookKind.GRADE, defaults=look)


def draw_weekly_samples(*, now: datetime) -> int:
    """The samples of finished weeks that have none yet, in every school that captures. Safe to run twice; returns how many looks it drew."""
    this_week, drawn = week_of(now), 0
    for school in School.objects.exclude(stage=Stage.SET_UP).order_by("pk"):
        for back in range(WEEKS_BACK, 0, -1):
            drawn += draw_weekly_sample(school_id=school.pk, week=this_week - timedelta(weeks=back), now=now)
    return drawn


def draw_weekly_sample(*, school_id: int, week: date, now: datetime) -> int:
    """The sample of one week, by handling approach. Returns how many looks were drawn; none where it was drawn before."""
    since, until = week_bounds(week)
    with transaction.atomic():
        wait_in_line(school_id)
        if is_week_drawn(school_id, week):
            return 0
        pools: dict[int | None, list[tuple[int, UUID]]] = defaultdict(list)
        for acted, number, capture_id in left_alone(school_id, since=since, until=until).values_list("approach_id", "pk", "capture_id"):
            pools[acted].append((number, capture_id))
        chosen: list[int] = []
        for approach, pool in pools.items():
            mine = draw_left(pool, week=week)
            chosen += mine
            LeftSample.objects.create(school_id=school_id, approach_id=approach, week=week, pool=len(pool), drawn=len(mine), drawn_at=now)
        looks = [SecondLook(school_id=school_id, capture_id=n, number=n, kind=LookKind.LEFT, drawn_at=now, week=week) for n in sorted(chosen)]
        SecondLook.objects.bulk_create(looks, ignore_conflicts=True)
        if chosen:
            fact = Fact(Action.SECOND_LOOKS_DRAWN, "capture", tuple(map(str, sorted(chosen))), {"week": week.isoformat()})
            append(school_id=school_id, actor=SYSTEM, fact=fact, now=now)
    return len(chosen)


def give_second_grade(*, look_id: int, grade: int, viewer: User, now: datetime) -> SecondLook:
    """The second reader's grade, 0 for nothing of concern. Raises NotFound, and NoLonger where another was faster.

    The capture stays as it is; where the second grade is serious and the first was not, the leads are told to look again.
    """
    if grade not in SECOND_GRADES:
        raise NoLonger("A second grade is 0 for nothing of concern, or 1 to 5.")
    with transaction.atomic():
        look, capture = _taken(look_id, viewer, LookKind.GRADE)
        first = first_grade_of(capture.grade, is_false_positive=bool(capture.false_positive))
        _answer(look, viewer, now, grade=grade, first_grade=first)
        if is_more_serious(first, grade):
            tell_leads(capture, severity=grade, now=now, kind=NoticeKind.SECOND_LOOK)
        _audit(look, viewer, now, {"first": first, "second": grade})
    look.refresh_from_db()
    return look


def judge_left(*, look_id: int, was_right: bool, viewer: User, now: datetime) -> SecondLook:
    """Whether a capture was rightly left alone. Where not, the leads are told to look at it. Raises NotFound and NoLonger."""
    with transaction.atomic():
        look, capture = _taken(look_id, viewer, LookKind.LEFT)
        _answer(look, viewer, now, was_right=was_right)
        if not was_right:
            tell_leads(capture, severity=capture.severity, now=now, kind=NoticeKind.SECOND_LOOK)
        _audit(look, viewer, now, {"was_right": was_right})
    look.refresh_from_db()
    return look


def keep_figures(numbers: Sequence[int]) -> None:
    """Keep what the measures need of captures that are about to be deleted. Call it in the transaction of the deletion."""
    columns = ("pk", "school_id", "approach_id", "arrived_at", "severity", "route", "grade", "false_positive")
    CaptureFigures.objects.bulk_create(
        (
            CaptureFigures(
                number=pk, school_id=school, approach_id=approach, arrived_at=arrived, severity=severity, route=route, grade=grade,
                is_false_positive=bool(false_positive),
            )
            for pk, school, approach, arrived, severity, route, grade, false_positive in Capture.objects.filter(pk__in=numbers).values_list(*columns)
        ),
        ignore_conflicts=True,
    )


def _taken(look_id: int, viewer: User, kind: LookKind) -> tuple[SecondLook, Capture]:
    look = look_to_take(viewer, look_id)
    if look.kind != kind or look.capture is None:
        raise NoLonger("This one asks another question. Open it again.")
    wait_in_line(look.school_id)
    return look, look.capture


def _answer(look: SecondLook, viewer: User, now: datetime, **values: int | bool | None) -> None:
    if not SecondLook.objects.filter(pk=look.pk, looked_at=None).update(looked_at=now, looked_by=viewer, **values):
        raise NoLonger("Somebody else has looked at it in the meantime. Nothing was changed.")


def _audit(look: SecondLook, viewer: User, now: datetime, details: dict[str, int | bool | None]) -> None:
    fact = Fact(Action.SECOND_LOOK_GIVEN, "capture", (str(look.number),), {"look": look.pk, **details})
    append(school_id=look.school_id, actor=Actor.person(viewer.pk), fact=fact, now=now)
