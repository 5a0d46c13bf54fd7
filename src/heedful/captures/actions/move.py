""" "Wrong child": a capture goes to another pupil, or to nobody, and leaves nothing with the first. Undoing it is the same action back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from heedful.audit.actions import append, wait_in_line
from heedful.audit.queries import people_who
from heedful.audit.rules import Action, Actor, Fact
from heedful.captures.actions.bursts import move_to_burst_of_its_pupil
from heedful.captures.actions.decide import StaleEdit
from heedful.captures.actions.store import CLOCK_SUBJECT, PAGE_URL_NAME
from heedful.captures.assessing import Judged, bundle_in_use, judge, line_of
from heedful.captures.models import Capture
from heedful.captures.queries.pupils import pupil_to_move_to
from heedful.captures.queries.queue import capture_to_decide
from heedful.captures.queries.retained import days_in_force
from heedful.captures.retention import UNTOLD, keep_until
from heedful.captures.rules import WAITS_FIRST, FirstLook, Level, MoveReason, NotAllowedNow, State, behaviour_reads
from heedful.captures.sealing import open_before, open_column
from heedful.escalation.actions import Subject, keep_from, start_clock, tell_people
from heedful.escalation.queries import people_told
from heedful.escalation.rules import NoticeKind
from heedful.escalation.tasks import tell
from heedful.people.clearance.queries import is_practice
from heedful.people.models import Bar, Pupil, User
from heedful.people.queries import has_right, people_with_role
from heedful.people.rules import AgeBand, Right, RoleName
from heedful.thresholds.approaches.rules import goes_to_lead_at_once
from heedful.thresholds.queries import table_in_force
from heedful.thresholds.rules import ACKNOWLEDGE_WITHIN_MINUTES, Line, Route, Urgency, breaks_floor
from heedful.vault.queries import SchoolVault

MOVED_URL_NAME = "capture_moved"


def move_capture(*, number: int, to: int | None, reason: MoveReason, revision: int, viewer: User, now: datetime) -> Capture:
    """Say whose a capture is: this pupil's, or nobody's that is known.

    Age band, severity and suggested route are worked out again for who it is now; what people decided stays. Whoever was told
    of it or opened it is told that it moved. Raises NotFound where capture or pupil is not the viewer's, StaleEdit, NotAllowedNow.
    """
    capture = capture_to_decide(viewer, number)
    pupil = pupil_to_move_to(viewer, capture.school_id, to) if to is not None else None
    if capture.pupil_id == to:
        raise NotAllowedNow("It is there already." if pupil else "It is put down to nobody already.")
    is_back = pupil is not None and capture.account is not None and capture.account.pupil_id == pupil.pk
    by = {"identified_by": None, "identified_at": None} if is_back else {"identified_by": viewer, "identified_at": now}
    with transaction.atomic():
        wait_in_line(capture.school_id)
        moved = move_row(capture, pupil, revision=revision, said=by, now=now)
        _tell_who_knew(moved, viewer, now)
        details = moved.details | {"reason": str(reason)}
        fact = Fact(Action.CAPTURE_MOVED, "capture", (str(capture.pk),), details)
        append(school_id=capture.school_id, actor=Actor.person(viewer.pk), fact=fact, now=now)
    capture.refresh_from_db()
    return capture


@dataclass(frozen=True)
class Moved:
    """A row that was moved: who may not see it now, and what the audit keeps of it, in ids and choices."""

    capture: Capture
    barred: frozenset[int]
    is_unowned: bool
    details: dict[str, Any]


def move_row(capture: Capture, pupil: Pupil | None, *, revision: int, said: dict[str, Any], now: datetime) -> Moved:
    """Give one row to a pupil, with all that follows from it in the row, its burst and its clock. Raises StaleEdit.

    Call it in a transaction that waits in line, and append the audit entry last.
    """
    barred = frozenset(Bar.objects.filter(pupil=pupil).values_list("user_id", flat=True)) if pupil else frozenset()
    anew = _seen_anew(capture, pupil.age_band if pupil else AgeBand.UNKNOWN)
    blind = barred | _who_may_not_follow(capture, anew["route"], anew.get("first_look", capture.first_look))
    is_unowned = capture.state == State.ACKNOWLEDGED and capture.acknowledged_by_id in blind
    change = anew | said | {"pupil": pupil} | _released(capture, blind, is_unowned=is_unowned)
    change |= _kept(capture, change, now)
    if not Capture.objects.filter(pk=capture.pk, revision=revision).update(revision=F("revision") + 1, **change):
        raise StaleEdit
    before = capture
    capture = Capture.objects.select_related("account").get(pk=capture.pk)
    move_to_burst_of_its_pupil(capture)
    _mind_the_clock(capture, barred, now)
    details = {
        "from": before.pupil_id, "to": capture.pupil_id, "age_band": [before.age_band, capture.age_band],
        "severity": [before.severity, capture.severity], "route": [before.route, capture.route],
    }  # fmt: skip
    return Moved(capture, barred, is_unowned, details)


def _seen_anew(capture: Capture, age_band: str) -> dict[str, Any]:
    """What the machine makes of it at this age. Another library than the one that found it must not lose it: then severities stay."""
    change: dict[str, Any] = {"age_band": age_band}
    levels = {theme: severity for theme, (_, severity) in capture.themes.items()}
    if capture.bundle_version == bundle_in_use().version:
        judged = _judged(capture, age_band)
        levels = judged.levels
        change |= judged.columns() | {"second_reading_due_at": None}  # every layer has read it now
    table = table_in_force(capture.school_id)
    line = line_of(table, levels, source=capture.source, age_band=age_band)
    change |= {"threshold_version": table.version, "suggested_route": line.route, "urgency": line.urgency}
    severity = change.get("severity", capture.severity)
    if severity >= Level.SERIOUS:
        change["snoozed_until"] = None  # what is serious is not put off
    if capture.first_look in WAITS_FIRST and goes_to_lead_at_once(levels, severity=severity, urgency=line.urgency):
        change["first_look"] = FirstLook.PASSED
    return change | {"route": _route(capture, levels, line)}


def _judged(capture: Capture, age_band: str) -> Judged:
    vault = SchoolVault(capture.school_id)
    text, url = (open_column(vault, capture.capture_id, name, getattr(capture, f"{name}_sealed")) for name in ("text", "url"))
    before = tuple(line for _, line in open_before(vault, capture.capture_id, capture.before_sealed))
    return judge(text, source=capture.source, age_band=age_band, url=url, before=before)


def _route(capture: Capture, levels: dict[str, int], line: Line) -> Route:
    """The new suggestion, unless a person has settled the route; a floor holds against both."""
    is_settled = capture.grade is not None or capture.state == State.CLOSED or capture.route != capture.suggested_route
    route = Route(capture.route) if is_settled else line.route
    is_open = capture.grade is None and capture.state != State.CLOSED
    if is_open and any(breaks_floor(theme, level, Line(route, Urgency.NONE)) for theme, level in levels.items()):
        return Route.SAFEGUARDING
    return route


def _who_may_not_follow(capture: Capture, route: Route, first_look: str | None) -> frozenset[int]:
    """Of those who have it: who may not read safeguarding, where it goes there."""
    if route != Route.SAFEGUARDING or first_look == FirstLook.PASTORAL or not behaviour_reads(capture.route, capture.first_look):
        return frozenset()
    holders = User.objects.filter(pk__in=[pk for pk in (capture.acknowledged_by_id, capture.assigned_to_id) if pk is not None])
    return frozenset(person.pk for person in holders if not has_right(person, capture.school_id, Right.READ_SAFEGUARDING))


def _released(capture: Capture, blind: frozenset[int], *, is_unowned: bool) -> dict[str, Any]:
    """Whoever may not see it any more no longer has it either."""
    change: dict[str, Any] = {}
    if is_unowned:
        change |= {"state": State.NEW, "acknowledged_at": None, "acknowledged_by": None}
    if capture.assigned_to_id in blind:
        change |= {"assigned_to": None, "assigned_by": None, "assigned_at": None, "assigned_seen_at": None}
    return change


def _kept(capture: Capture, change: dict[str, Any], now: datetime) -> dict[str, Any]:
    """How long it is kept, where another route or state gives it another period; else its date stands."""
    today, after = timezone.localdate(now), {name: getattr(capture, name) for name in ("state", "route", "severity")} | change
    keeping = keep_until(
        state=after["state"], route=after["route"], severity=after["severity"], grade=capture.grade, is_false_positive=bool(capture.false_positive),
        arrived_on=timezone.localdate(capture.arrived_at), decided_on=today, days=days_in_force(capture.school_id, on=today),
    )  # fmt: skip
    return keeping.columns() | UNTOLD if keeping.why != capture.kept_why else {}


def _mind_the_clock(capture: Capture, barred: frozenset[int], now: datetime) -> None:
    """A clock that runs tells nobody who is barred; what has become urgent gets one."""
    if keep_from(subject_kind=CLOCK_SUBJECT, subject_id=capture.pk, not_to=barred):
        return
    within = ACKNOWLEDGE_WITHIN_MINUTES[Urgency(capture.urgency)]
    if capture.urgency != Urgency.NOW or capture.state != State.NEW or within is None or is_practice(capture.school_id):
        return
    subject = Subject(CLOCK_SUBJECT, capture.pk, capture.pk, capture.severity, PAGE_URL_NAME)
    clock = start_clock(school_id=capture.school_id, subject=subject, not_to=barred, now=now, due_at=now + timedelta(minutes=within))
    transaction.on_commit(lambda: tell(clock.pk), robust=True)


def _tell_who_knew(moved: Moved, viewer: User, now: datetime) -> None:
    """Tell everybody who was told of it or opened it, also who may not open it now: they must not act on what they read."""
    capture = moved.capture
    told = {person.pk: person for person in people_told(
        school_id=capture.school_id, subject_kind=CLOCK_SUBJECT, subject_id=capture.pk, url_name=PAGE_URL_NAME,
    )}  # fmt: skip
    opened = people_who(
        capture.school_id, Action.CAPTURE_READ, Action.CAPTURE_CONTEXT_OPENED, Action.CAPTURE_PICTURE_REVEALED, subject_kind="capture", subject_id=str(capture.pk),
    )  # fmt: skip
    told |= {person.pk: person for person in User.objects.filter(pk__in=opened - set(told))}
    if moved.is_unowned:  # whoever had it may not see it now: somebody else must take it
        leads = people_with_role(capture.school_id, RoleName.DSL, RoleName.DEPUTY)
        told |= {person.pk: person for person in leads if person.pk not in moved.barred}
    told.pop(viewer.pk, None)
    if told:
        tell_people(
            school_id=capture.school_id, kind=NoticeKind.CAPTURE_MOVED, people=told.values(), now=now, number=capture.pk,
            severity=capture.severity, url_name=MOVED_URL_NAME, url_args=(capture.pk,),
        )  # fmt: skip
