"""What people decide on a capture: acknowledge, grade, route, note, close. Each is one conditional update and one audit entry."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from heedful.audit.actions import append
from heedful.audit.rules import Action, Actor, Fact
from heedful.captures.actions.store import CLOCK_SUBJECT
from heedful.captures.models import Capture, CaptureNote
from heedful.captures.queries.queue import capture_to_decide
from heedful.captures.rules import GRADES, Closing, FalsePositive, NotAllowedNow, Source, State, check_close
from heedful.captures.sealing import seal_action, seal_note
from heedful.escalation.actions import stop_clock
from heedful.people.models import User
from heedful.thresholds.queries import table_in_force
from heedful.thresholds.rules import Line, Route, Urgency, breaks_floor
from heedful.vault.queries import SchoolVault


class StaleEdit(Exception):
    """Somebody else has decided on this capture since the page was opened; nothing was changed."""


def acknowledge_capture(*, number: int, viewer: User, now: datetime) -> Capture:
    """ "I have seen it and own it": stops the clock. A second acknowledgement changes nothing."""
    with transaction.atomic():
        capture = capture_to_decide(viewer, number)
        updated = Capture.objects.filter(pk=capture.pk, acknowledged_at=None).update(
            acknowledged_at=now, acknowledged_by=viewer, revision=F("revision") + 1
        )
        Capture.objects.filter(pk=capture.pk, state=State.NEW).update(state=State.ACKNOWLEDGED)
        if updated:
            stop_clock(subject_kind=CLOCK_SUBJECT, subject_id=capture.pk, by=viewer, now=now)
            _audit(capture, Action.CAPTURE_ACKNOWLEDGED, viewer, now, {})
    capture.refresh_from_db()
    return capture


def grade_capture(*, number: int, grade: int, revision: int, viewer: User, now: datetime) -> Capture:
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
        }
        _change(capture, revision, change, viewer, now)
        _audit(capture, Action.CAPTURE_GRADED, viewer, now, {"grade": grade, "severity": capture.severity, "route": str(route)})
    capture.refresh_from_db()
    return capture


def dismiss_capture(*, number: int, reason: FalsePositive, revision: int, viewer: User, now: datetime) -> Capture:
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
        }
        _change(capture, revision, change, viewer, now)
        _audit(capture, Action.CAPTURE_GRADED, viewer, now, {"false_positive": str(reason), "severity": capture.severity})
    capture.refresh_from_db()
    return capture


def route_capture(*, number: int, route: Route, revision: int, viewer: User, now: datetime) -> Capture:
    """Send it to another register than the table suggests."""
    with transaction.atomic():
        capture = capture_to_decide(viewer, number)
        before = capture.route
        if any(breaks_floor(theme, level, Line(route, Urgency.NONE)) for theme, level in _levels(capture, capture.grade).items()):
            raise NotAllowedNow("This theme stays with safeguarding at this level.")
        _change(capture, revision, {"route": route}, viewer, now)
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


def close_capture(*, number: int, closing: Closing, revision: int, viewer: User, now: datetime) -> Capture:
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
        _change(capture, revision, change, viewer, now)
        _audit(capture, Action.CAPTURE_CLOSED, viewer, now, {"outcome": str(closing.outcome or ""), "grade": capture.grade})
        vault.confirm()
    capture.refresh_from_db()
    return capture


def _levels(capture: Capture, grade: int | None) -> dict[str, int]:
    """Each theme's level: the machine's until a person grades; then the grade for the first theme, and for the others at most the grade."""
    levels = {theme: severity for theme, (_, severity) in capture.themes.items()}
    if grade is None:
        return levels
    return {theme: grade if theme == capture.theme else min(grade, level) for theme, level in levels.items()}


def _settled_route(capture: Capture, grade: int) -> Route:
    """What the table in force makes of the grade. What a child told us stays where it is: only a person moves it, by hand."""
    levels = _levels(capture, grade)
    if capture.source == Source.REPORT or not levels:
        return Route(capture.route)
    return table_in_force(capture.school_id).decide(levels, capture.age_band).route


def _change(capture: Capture, revision: int, change: dict[str, Any], viewer: User, now: datetime) -> None:
    """One conditional update on the revision that the person saw; whoever decides has also acknowledged."""
    if capture.acknowledged_at is None:
        change = change | {"acknowledged_at": now, "acknowledged_by": viewer}
    updated = Capture.objects.filter(pk=capture.pk, revision=revision).update(revision=F("revision") + 1, **change)
    if not updated:
        raise StaleEdit
    stop_clock(subject_kind=CLOCK_SUBJECT, subject_id=capture.pk, by=viewer, now=now)


def _audit(capture: Capture, action: Action, viewer: User, now: datetime, details: dict[str, Any]) -> None:
    append(school_id=capture.school_id, actor=Actor.person(viewer.pk), fact=Fact(action, "capture", (str(capture.pk),), details), now=now)
