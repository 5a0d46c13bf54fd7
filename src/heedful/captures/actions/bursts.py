"""Folding: at storing, and whenever a decision changes who waits. Call these in the transaction of what they follow.

Both begin by waiting in line at the school's audit chain, so that two who store or decide at the same moment see one another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Max, Min, Q

from heedful.audit.actions import wait_in_line
from heedful.captures.burst_rules import QUIET, Joined, Key, Span, Standing, join, key_of, top_of
from heedful.captures.models import Capture
from heedful.captures.rules import HEADS, Source, State, lane_of
from heedful.thresholds.rules import Route

WAITING = Q(state__in=(State.NEW, State.ACKNOWLEDGED), snoozed_until=None) & ~Q(route=Route.RECORD_ONLY)


def fold_new(rows: Sequence[Capture]) -> None:
    """Give rows that are about to be inserted their burst, fold those that do not stand on top, and what they outdo."""
    by_key: dict[Key, list[Capture]] = defaultdict(list)
    for row in rows:
        key = _key(row)
        row.burst, row.is_folded = None, False
        if key is not None:
            by_key[key].append(row)
    if not by_key:
        return
    wait_in_line(next(iter(by_key)).school_id)
    for key, mine in by_key.items():
        for joined in join([row.observed_at for row in mine], _spans(key, mine)):
            _fold_in([mine[place] for place in joined.places], joined)


def refold(school_id: int, bursts: Collection[UUID]) -> None:
    """Put the right capture on top of each of these bursts again, after somebody decided on one of them."""
    if not bursts:
        return
    wait_in_line(school_id)
    groups: dict[tuple[UUID, str], list[tuple[Standing, bool]]] = defaultdict(list)
    values = Capture.objects.filter(WAITING, burst__in=bursts).values_list(
        "burst", "route", "first_look", "is_folded", "pk", "severity", "acknowledged_at", "observed_at", "capture_id"
    )
    for burst, route, first_look, is_folded, pk, severity, acknowledged_at, observed_at, capture_id in values:
        assert burst is not None
        groups[burst, lane_of(route, first_look)].append((Standing(pk, severity, acknowledged_at is not None, observed_at, capture_id), is_folded))
    for standings in groups.values():
        top = top_of(standing for standing, _ in standings)
        wrong = [standing.number for standing, is_folded in standings if is_folded == (standing == top)]
        for is_folded in (False, True):
            # Only those whose place changes, so that most decisions write nothing here.
            some = [number for number in wrong if (top is not None and number == top.number) != is_folded]
            if some:
                Capture.objects.filter(pk__in=some).update(is_folded=is_folded)
    Capture.objects.filter(~WAITING, burst__in=bursts, is_folded=True).update(is_folded=False)


def move_to_burst_of_its_pupil(capture: Capture) -> None:
    """Take a capture out of its burst and into that of the person it belongs to now. Its row must hold the new pupil and account."""
    wait_in_line(capture.school_id)
    left = capture.burst
    capture.burst, capture.is_folded = None, False
    Capture.objects.filter(pk=capture.pk).update(burst=None, is_folded=False)
    key = _key(capture)
    if key is not None:
        [joined] = join([capture.observed_at], _spans(key, [capture]))
        capture.burst = _merged(joined) or capture.capture_id
        Capture.objects.filter(pk=capture.pk).update(burst=capture.burst)
    refold(capture.school_id, {burst for burst in (left, capture.burst) if burst is not None})
    capture.is_folded = Capture.objects.values_list("is_folded", flat=True).get(pk=capture.pk)


def bursts_of(captures: Iterable[Capture]) -> set[UUID]:
    """The bursts of these rows; those that stand alone have none."""
    return {capture.burst for capture in captures if capture.burst is not None}


def _key(row: Capture) -> Key | None:
    return key_of(
        school_id=row.school_id, pupil_id=row.pupil_id, account_id=row.account_id, profile_id=row.profile_id, theme=row.theme,
        is_report=row.source == Source.REPORT,
    )  # fmt: skip


def _spans(key: Key, rows: Sequence[Capture]) -> list[Span]:
    """The bursts of this person and theme that these rows may belong to."""
    whose: dict[str, Any] = (
        {"pupil_id": key.pupil_id} if key.pupil_id else {"pupil": None, "account_id": key.account_id, "profile_id": key.profile_id}
    )
    moments = [row.observed_at for row in rows]
    near = Capture.objects.filter(
        school_id=key.school_id,
        theme=key.theme,
        burst__isnull=False,
        observed_at__range=(min(moments) - QUIET, max(moments) + QUIET),
        **whose,
    )
    found = near.values("burst").annotate(first=Min("observed_at"), last=Max("observed_at")).order_by()
    return [Span(span["burst"], span["first"], span["last"]) for span in found if span["burst"] is not None]


def _merged(joined: Joined) -> UUID | None:
    """One burst where there were several; None where there was none."""
    if not joined.bursts:
        return None
    keep, *others = joined.bursts
    if others:
        Capture.objects.filter(burst__in=others).update(burst=keep)
    return keep


def _fold_in(rows: Sequence[Capture], joined: Joined) -> None:
    """Rows that are not stored yet, into one burst. Each lane of it has one on top."""
    burst = _merged(joined)
    for row in rows:
        row.burst = burst or rows[0].capture_id
    mine: dict[str, list[Capture]] = defaultdict(list)
    for row in rows:
        if row.route != Route.RECORD_ONLY:
            mine[lane_of(row.route, row.first_look)].append(row)
    # Of a burst that was there, only those on top can be outdone.
    tops = Capture.objects.filter(burst=burst, tab__in=HEADS) if burst and (mine or len(joined.bursts) > 1) else Capture.objects.none()
    there: dict[str, list[Standing]] = defaultdict(list)
    for pk, route, first_look, severity, acknowledged_at, observed_at, capture_id in tops.values_list(
        "pk", "route", "first_look", "severity", "acknowledged_at", "observed_at", "capture_id"
    ):
        there[lane_of(route, first_look)].append(Standing(pk, severity, acknowledged_at is not None, observed_at, capture_id))
    # Where it brought two bursts together, each lane may have two on top.
    for lane in sorted({*mine, *there} if len(joined.bursts) > 1 else mine):
        new = {row.capture_id: Standing(0, row.severity, False, row.observed_at, row.capture_id) for row in mine[lane]}
        top = top_of([*there[lane], *new.values()])
        for row in mine[lane]:
            row.is_folded = new[row.capture_id] != top
        outdone = [standing.number for standing in there[lane] if standing != top]
        if outdone:
            Capture.objects.filter(pk__in=outdone).update(is_folded=True)
