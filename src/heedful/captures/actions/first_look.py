"""What ends a first look that a handling approach gives to somebody else: passed on, noise from its source, or nobody looked in time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from heedful.audit.actions import append, wait_in_line
from heedful.audit.rules import SYSTEM, Action, Actor, Fact
from heedful.captures.actions.bursts import bursts_of, refold
from heedful.captures.actions.decide import WAITS_ANEW, kept_after
from heedful.captures.actions.store import start_clock_of
from heedful.captures.models import Capture
from heedful.captures.queries.first_look import first_looks_over, set_aside, to_sort
from heedful.captures.rules import WAITS_FIRST, FirstLook, State
from heedful.escalation.actions import tell_people
from heedful.escalation.models import Clock
from heedful.escalation.rules import NoticeKind
from heedful.people.models import User
from heedful.people.queries import has_right, people_with_role
from heedful.people.rules import Right, RoleName
from heedful.thresholds.approaches.rules import Notify
from heedful.thresholds.rules import Route, Urgency

MOST_AT_ONCE = 200
QUEUE_URL_NAME = "queue"


def pass_on(*, numbers: Collection[int], viewer: User, now: datetime) -> int:
    """Send these from the technician's sorting to whoever reads them. Returns how many; what somebody has in hand already is left."""
    return _sort(to_sort(viewer), numbers, FirstLook.PASSED, Action.FIRST_LOOK_PASSED_ON, viewer, now)


def mark_noise(*, numbers: Collection[int], viewer: User, now: datetime) -> int:
    """Set these aside as noise from their source: record only, to be brought back, and part of what a sample looks at again."""
    return _sort(to_sort(viewer), numbers, FirstLook.NOISE, Action.FIRST_LOOK_NOISE, viewer, now)


def bring_back_noise(*, numbers: Collection[int], viewer: User, now: datetime) -> int:
    """Bring back what was set aside as noise: it waits as it did before, and its time runs on from when it arrived."""
    return _sort(set_aside(viewer), numbers, FirstLook.TECHNICIAN, Action.FIRST_LOOK_NOISE_UNDONE, viewer, now)


def end_first_looks(*, now: datetime) -> int:
    """What nobody looked at in time goes to the safeguarding lead, who is told how many. Safe to run twice; returns how many."""
    ended = 0
    for school_id, numbers in sorted(first_looks_over(now=now).items()):
        with transaction.atomic():
            wait_in_line(school_id)
            waiting = Capture.objects.filter(pk__in=numbers, first_look__in=WAITS_FIRST, state__in=(State.NEW, State.ACKNOWLEDGED))
            rows = list(waiting.select_related("acknowledged_by", "approach"))
            for row in rows:
                change = {"first_look": FirstLook.OVER, "snoozed_until": None} | (WAITS_ANEW if _is_lost_to_its_holder(row) else {})
                Capture.objects.filter(pk=row.pk).update(revision=F("revision") + 1, **change)
            if not rows:
                continue
            refold(school_id, bursts_of(rows))
            _start_clocks(rows, now)
            leads = people_with_role(school_id, RoleName.DSL, RoleName.DEPUTY)
            tell_people(school_id=school_id, kind=NoticeKind.FIRST_LOOK_OVER, people=leads, now=now, number=len(rows), url_name=QUEUE_URL_NAME)
            append(school_id=school_id, actor=SYSTEM, fact=Fact(Action.FIRST_LOOK_OVER, "capture", tuple(str(row.pk) for row in rows)), now=now)
        ended += len(rows)
    return ended


def _sort(rows: QuerySet[Capture], numbers: Collection[int], to: FirstLook, action: Action, viewer: User, now: datetime) -> int:
    """Give each of these its new place by a conditional update, school by school, with one audit entry each."""
    mine = rows.filter(pk__in=sorted(numbers)[:MOST_AT_ONCE])
    sorted_ = 0
    for school_id in sorted(set(mine.order_by().values_list("school_id", flat=True))):
        with transaction.atomic():
            wait_in_line(school_id)
            found = list(mine.filter(school_id=school_id).select_related("approach").order_by("pk"))
            for row in found:
                _put(row, to, now)
            refold(school_id, bursts_of(found))
            if to == FirstLook.PASSED:
                _start_clocks(found, now)
            if found:
                fact = Fact(action, "capture", tuple(str(row.pk) for row in found))
                append(school_id=school_id, actor=Actor.person(viewer.pk), fact=fact, now=now)
        sorted_ += len(found)
    return sorted_


def _put(row: Capture, to: FirstLook, now: datetime) -> None:
    change = {"first_look": to, "route": {FirstLook.NOISE: Route.RECORD_ONLY, FirstLook.TECHNICIAN: row.suggested_route}.get(to, row.route)}
    if change["route"] != row.route:
        change |= kept_after(row, change, now)
    Capture.objects.filter(pk=row.pk).update(revision=F("revision") + 1, **change)


def _is_lost_to_its_holder(row: Capture) -> bool:
    """Whether somebody has it in hand who may not read it where it goes."""
    holder = row.acknowledged_by
    return holder is not None and row.route == Route.SAFEGUARDING and not has_right(holder, row.school_id, Right.READ_SAFEGUARDING)


def _start_clocks(rows: Sequence[Capture], now: datetime) -> None:
    """Where the approach tells of what is due today, it does so now that the capture is with whoever reads it."""
    today = [row for row in rows if row.urgency == Urgency.TODAY and row.approach and row.approach.notify == Notify.TODAY_TOO]
    known = set(Clock.objects.filter(subject_kind="capture", subject_id__in=[row.pk for row in today]).values_list("subject_id", flat=True))
    for row in today:
        if row.pk not in known and row.state == State.NEW:
            start_clock_of(row, now)
