"""What people decide on a capture: acknowledge, grade, route, note, close. Each is one conditional update and one audit entry.

Each also leaves a `Decision` with the values before it, which `actions.undo` puts back. A `batch` ties decisions that one
press made.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from heedful.audit.actions import append, wait_in_line
from heedful.audit.rules import Action, Actor, Fact
from heedful.captures.actions.bursts import bursts_of, refold
from heedful.captures.actions.store import CLOCK_SUBJECT
from heedful.captures.actions.telling import tell_leads
from heedful.captures.models import Capture, CaptureNote, Decision
from heedful.captures.queries.queue import capture_to_decide, folded_under
from heedful.captures.queries.retained import days_in_force
from heedful.captures.retention import UNTOLD, keep_until
from heedful.captures.rules import (
    GRADES,
    WAITS_FIRST,
    Closing,
    DecisionKind,
    FalsePositive,
    FirstLook,
    NotAllowedNow,
    Source,
    State,
    check_close,
    check_snooze,
    levels_of,
)
from heedful.captures.sealing import seal_action, seal_note
from heedful.captures.second_look.actions import draw_second_grade
from heedful.escalation.actions import stop_clock
from heedful.people.models import User
from heedful.people.queries import has_right
from heedful.people.rules import Right
from heedful.thresholds.queries import table_in_force
from heedful.thresholds.rules import Line, Route, Urgency, breaks_floor
from heedful.vault.queries import SchoolVault

# What a capture is like that nobody who may read it has seen: on the tab to review, held by nobody.
WAITS_ANEW: dict[str, Any] = {
    "state": State.NEW, "acknowledged_at": None, "acknowledged_by": None, "assigned_to": None, "assigned_by": None, "assigned_at": None,
    "assigned_seen_at": None, "snoozed_until": None,
}  # fmt: skip


class StaleEdit(Exception):
    """Somebody else has decided on this capture since the page was opened; nothing was changed."""


def acknowledge_capture(*, number: int, viewer: User, now: datetime, up_to: int = 0) -> Capture:
    """ "I have seen it and own it": stops the clock. A second acknowledgement changes nothing.

    It takes those with it that stand folded under this one, as far as the page showed them (`up_to` is the greatest number).
    """
    with transaction.atomic():
        capture = capture_to_decide(viewer, number)
        wait_in_line(capture.school_id)
        numbers = [number, *(row.pk for row in folded_under(viewer, capture) if row.pk <= up_to)]
        waiting = Capture.objects.filter(pk__in=numbers, acknowledged_at=None).order_by("pk")
        taken = list(waiting.values_list("pk", "revision", "burst"))
        pks = [pk for pk, _, _ in taken]
        Capture.objects.filter(pk__in=pks).update(acknowledged_at=now, acknowledged_by=viewer, revision=F("revision") + 1)
        Capture.objects.filter(pk__in=pks, state=State.NEW).update(state=State.ACKNOWLEDGED)
        Decision.objects.bulk_create(
            Decision(capture_id=pk, kind=DecisionKind.ACKNOWLEDGED, by=viewer, at=now, revision=revision + 1) for pk, revision, _ in taken
        )
        for pk in pks:
            stop_clock(subject_kind=CLOCK_SUBJECT, subject_id=pk, by=viewer, now=now)
        refold(capture.school_id, {burst for _, _, burst in taken if burst is not None})
        if pks:
            _audit(capture, Action.CAPTURE_ACKNOWLEDGED, viewer, now, {}, numbers=pks)
    capture.refresh_from_db()
    return capture


def grade_capture(*, number: int, grade: int, revision: int, viewer: User, now: datetime, batch: UUID | None = None) -> Capture:
    """Set the human's grade (1-5), which settles the route by the table in force. Grading also acknowledges."""
    if grade not in GRADES:
        raise NotAllowedNow("A grade is a number from 1 to 5.")
    with transaction.atomic():
        capture = capture_to_decide(viewer, number)
        route = _settled_route(capture, grade)
        change = {
            "grade": grade,
            "false_positive": "",
            "route": route,
            "state": State.GRADED,
            "is_open": True,
            "graded_at": now,
            "graded_by": viewer,
            "closed_at": None,
            "closed_by": None,
            "snoozed_until": None,
        }
        _change(capture, revision, change, viewer, now, kind=DecisionKind.GRADED, batch=batch)
        draw_second_grade(capture, now=now)
        _audit(capture, Action.CAPTURE_GRADED, viewer, now, {"grade": grade, "severity": capture.severity, "route": str(route)})
    capture.refresh_from_db()
    return capture


def dismiss_capture(
    *, number: int, reason: FalsePositive, revision: int, viewer: User, now: datetime, batch: UUID | None = None
) -> Capture:
    """Mark as a false positive, with the reason, and close it."""
    with transaction.atomic():
        capture = capture_to_decide(viewer, number)
        change = {
            "grade": None,
            "false_positive": reason,
            "state": State.CLOSED,
            "is_open": False,
            "graded_at": now,
            "graded_by": viewer,
            "closed_at": now,
            "closed_by": viewer,
            "snoozed_until": None,
        }
        _change(capture, revision, change, viewer, now, kind=DecisionKind.DISMISSED, batch=batch)
        draw_second_grade(capture, now=now)
        _audit(capture, Action.CAPTURE_GRADED, viewer, now, {"false_positive": str(reason), "severity": capture.severity})
    capture.refresh_from_db()
    return capture


def route_capture(*, number: int, route: Route, revision: int, viewer: User, now: datetime, batch: UUID | None = None) -> Capture:
    """Send it to another register than the table suggests."""
    with transaction.atomic():
        capture = capture_to_decide(viewer, number)
        before = capture.route
        if any(breaks_floor(theme, level, Line(route, Urgency.NONE)) for theme, level in _levels(capture, capture.grade).items()):
            raise NotAllowedNow("This theme stays with safeguarding at this level.")
        # Whoever reads the other register has not put it off.
        change = {"route": route, "snoozed_until": None}
        _change(capture, revision, change, viewer, now, kind=DecisionKind.ROUTED, batch=batch)
        _audit(capture, Action.CAPTURE_ROUTED, viewer, now, {"from": before, "to": str(route)})
    capture.refresh_from_db()
    return capture


def note_capture(*, number: int, text: str, viewer: User, now: datetime) -> CaptureNote:
    """Add a note: authored, timed, never changed."""
    if not text.strip():
        raise NotAllowedNow("Write the note first.")
    with transaction.atomic():
        capture = capture_to_decide(viewer, number)
        vault = SchoolVault(capture.school_id)
        note = CaptureNote.objects.create(capture=capture, by=viewer, at=now)
        note.text_sealed = seal_note(vault, note.pk, text.strip())
        note.save(update_fields=["text_sealed"])
        _audit(capture, Action.CAPTURE_NOTED, viewer, now, {"note": note.pk})
        vault.confirm()
    return note


def close_capture(*, number: int, closing: Closing, revision: int, viewer: User, now: datetime, batch: UUID | None = None) -> Capture:
    """Close it with what was done and its outcome. Raises NotAllowedNow where M05 asks for more."""
    with transaction.atomic():
        capture = capture_to_decide(viewer, number)
        if capture.state == State.CLOSED:
            raise NotAllowedNow("It is closed already, with what was done. Grade it again to open it.")
        check_close(grade=capture.grade, is_false_positive=bool(capture.false_positive), closing=closing)
        vault = SchoolVault(capture.school_id)
        sealed = seal_action(vault, capture.capture_id, closing.action.strip())
        change = {
            "state": State.CLOSED,
            "is_open": False,
            "closed_at": now,
            "closed_by": viewer,
            "outcome": closing.outcome or "",
            "action_sealed": sealed,
        }
        _change(capture, revision, change, viewer, now, kind=DecisionKind.CLOSED, batch=batch)
        _audit(capture, Action.CAPTURE_CLOSED, viewer, now, {"outcome": str(closing.outcome or ""), "grade": capture.grade})
        vault.confirm()
    capture.refresh_from_db()
    return capture


def snooze_capture(*, number: int, until: datetime, revision: int, viewer: User, now: datetime) -> Capture:
    """Put it off: it leaves the tab to review and comes back by itself. Never one of severity 4 or 5."""
    with transaction.atomic():
        capture = capture_to_decide(viewer, number)
        check_snooze(severity=capture.severity, is_waiting=capture.state in {State.NEW, State.ACKNOWLEDGED}, until=until, now=now)
        _change(capture, revision, {"snoozed_until": until}, viewer, now, kind=DecisionKind.SNOOZED)
        _audit(capture, Action.CAPTURE_SNOOZED, viewer, now, {"until": until.isoformat()})
    capture.refresh_from_db()
    return capture


def _levels(capture: Capture, grade: int | None) -> dict[str, int]:
    return levels_of(capture.themes, theme=capture.theme, grade=grade)


def _settled_route(capture: Capture, grade: int) -> Route:
    """What the table in force makes of the grade. What a child told us stays where it is: only a person moves it, by hand."""
    levels = _levels(capture, grade)
    if capture.source == Source.REPORT or not levels:
        return Route(capture.route)
    return table_in_force(capture.school_id).decide(levels, capture.age_band).route


def _change(
    capture: Capture, revision: int, change: dict[str, Any], viewer: User, now: datetime, *, kind: DecisionKind, batch: UUID | None = None
) -> Decision:
    """One conditional update on the revision that the person saw; whoever decides has also acknowledged. Raises StaleEdit.

    Keeps what was before, and puts the right capture of the burst on top again.
    """
    wait_in_line(capture.school_id)
    hands_up = _hands_up(capture, change, viewer)
    if hands_up:
        change = change | WAITS_ANEW
    if kind != DecisionKind.SNOOZED:
        if capture.first_look in WAITS_FIRST:
            change = change | {"first_look": FirstLook.PASSED if hands_up else FirstLook.DECIDED}
        change = change | kept_after(capture, change, now)
    before = values_before(capture, change)
    if capture.acknowledged_at is None and not hands_up:
        change = change | {"acknowledged_at": now, "acknowledged_by": viewer}
    if capture.state == State.NEW and "state" not in change and not hands_up:
        change, before = change | {"state": State.ACKNOWLEDGED}, before | {"state": State.NEW}
    updated = Capture.objects.filter(pk=capture.pk, revision=revision).update(revision=F("revision") + 1, **change)
    if not updated:
        raise StaleEdit
    decision = Decision.objects.create(
        capture=capture, kind=kind, by=viewer, at=now, revision=revision + 1, before=before, batch=batch,
        action_sealed=capture.action_sealed if "action_sealed" in change else b"",
    )  # fmt: skip
    stop_clock(subject_kind=CLOCK_SUBJECT, subject_id=capture.pk, by=viewer, now=now)
    if hands_up:
        tell_leads(capture, severity=change.get("grade") or capture.grade or capture.severity, now=now)
    refold(capture.school_id, bursts_of([capture]))
    return decision


def _hands_up(capture: Capture, change: dict[str, Any], viewer: User) -> bool:
    """Whether somebody who may not read safeguarding sends it there: then nobody who may has seen it, and it waits for them anew."""
    is_theirs = capture.route != Route.SAFEGUARDING or capture.first_look == FirstLook.PASTORAL
    goes_up = is_theirs and change.get("route") == Route.SAFEGUARDING
    return goes_up and not has_right(viewer, capture.school_id, Right.READ_SAFEGUARDING)


def kept_after(capture: Capture, change: dict[str, Any], now: datetime) -> dict[str, Any]:
    """How long it is kept once this decision stands; of another end nobody has been told yet."""
    today, after = timezone.localdate(now), {name: getattr(capture, name) for name in ("state", "route", "grade", "false_positive")} | change
    kept = keep_until(
        state=State.ACKNOWLEDGED if after["state"] == State.NEW else after["state"], route=after["route"], severity=capture.severity, grade=after["grade"],
        is_false_positive=bool(after["false_positive"]), arrived_on=timezone.localdate(capture.arrived_at), decided_on=today,
        days=days_in_force(capture.school_id, on=today),
    )  # fmt: skip
    return kept.columns() | (UNTOLD if (kept.why, kept.until) != (capture.kept_why, capture.keep_until) else {})


def values_before(capture: Capture, change: dict[str, Any]) -> dict[str, Any]:
    """The columns that a change will set, as they are now, in words that JSON has. Sealed ones are not among them."""
    columns = [Capture._meta.get_field(name).attname for name in change if not name.endswith("_sealed")]  # type: ignore[union-attr]
    values = {column: getattr(capture, column) for column in columns}
    return {column: value.isoformat() if isinstance(value, date) else value for column, value in values.items()}


def _audit(
    capture: Capture, action: Action, viewer: User, now: datetime, details: dict[str, Any], *, numbers: Sequence[int] | None = None
) -> None:
    shown = tuple(str(number) for number in (numbers or [capture.pk]))
    append(school_id=capture.school_id, actor=Actor.person(viewer.pk), fact=Fact(action, "capture", shown, details), now=now)
