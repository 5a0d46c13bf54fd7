"""Taking a decision back within ten minutes, opening a closed capture again, and the return of what was put off."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import F

from heedful.audit.actions import append, wait_in_line
from heedful.audit.rules import SYSTEM, Action, Actor, Fact
from heedful.captures.actions.bursts import bursts_of, refold
from heedful.captures.actions.decide import StaleEdit, _audit, _change
from heedful.captures.models import Capture, Decision
from heedful.captures.queries.decisions import dismissed_at_first_look
from heedful.captures.queries.queue import NotFound, capture_to_decide
from heedful.captures.rules import UNDOABLE, DecisionKind, NotAllowedNow, State, check_undo
from heedful.people.models import User


def undo_decision(*, decision_id: int, viewer: User, now: datetime) -> Capture:
    """Put back exactly what was before one's own decision. What was acknowledged stays so: somebody has seen it.

    Raises NotFound, NotAllowedNow when it is too late, StaleEdit when somebody has decided since.
    """
    with transaction.atomic():
        found = Decision.objects.filter(pk=decision_id, by=viewer, kind__in=UNDOABLE).select_related("capture").first()
        if found is None:
            raise NotFound
        if not dismissed_at_first_look(viewer, found):
            capture_to_decide(viewer, found.capture_id)
        school_id = found.capture.school_id
        wait_in_line(school_id)
        decision = Decision.objects.select_related("capture").get(pk=decision_id)
        capture = decision.capture
        check_undo(at=decision.at, is_undone=decision.undone_at is not None, now=now)
        if capture.revision != decision.revision:
            raise StaleEdit
        _put_back(capture, decision)
        Decision.objects.filter(pk=decision.pk).update(undone_at=now)
        Decision.objects.create(capture=capture, kind=DecisionKind.UNDONE, by=viewer, at=now, revision=decision.revision + 1)
        refold(school_id, bursts_of([capture]))
        details = {"decision": decision.pk, "kind": decision.kind}
        fact = Fact(Action.CAPTURE_UNDONE, "capture", (str(capture.pk),), details)
        append(school_id=school_id, actor=Actor.person(viewer.pk), fact=fact, now=now)
    capture.refresh_from_db()
    return capture


def _put_back(capture: Capture, decision: Decision) -> None:
    values = dict(decision.before)
    if values.get("state") == State.NEW and capture.acknowledged_at is not None:
        values["state"] = State.ACKNOWLEDGED
    if decision.kind == DecisionKind.CLOSED:
        values["action_sealed"] = bytes(decision.action_sealed)
    if not Capture.objects.filter(pk=capture.pk, revision=decision.revision).update(revision=F("revision") + 1, **values):
        raise StaleEdit


def reopen_capture(*, number: int, revision: int, viewer: User, now: datetime) -> Capture:
    """Open a closed capture again: a graded one keeps its grade, a false positive waits for review once more."""
    with transaction.atomic():
        capture = capture_to_decide(viewer, number)
        if capture.state != State.CLOSED:
            raise NotAllowedNow("It is open already.")
        state = State.ACKNOWLEDGED if capture.grade is None else State.GRADED
        change = {"state": state, "is_open": True, "false_positive": "", "closed_at": None, "closed_by": None}
        _change(capture, revision, change, viewer, now, kind=DecisionKind.REOPENED)
        _audit(capture, Action.CAPTURE_REOPENED, viewer, now, {"grade": capture.grade})
    capture.refresh_from_db()
    return capture


def wake_snoozed(*, now: datetime) -> int:
    """Bring back what was put off until now. Safe to run twice; returns how many came back."""
    due: dict[int, list[int]] = defaultdict(list)
    for school_id, pk in Capture.objects.filter(snoozed_until__lte=now).values_list("school_id", "pk"):
        due[school_id].append(pk)
    woken = 0
    for school_id, numbers in sorted(due.items()):
        with transaction.atomic():
            wait_in_line(school_id)
            rows = list(Capture.objects.filter(pk__in=numbers, snoozed_until__lte=now).only("pk", "burst"))
            if not rows:
                continue
            Capture.objects.filter(pk__in=[row.pk for row in rows]).update(snoozed_until=None, revision=F("revision") + 1)
            refold(school_id, bursts_of(rows))
            fact = Fact(Action.CAPTURES_WOKEN, "capture", tuple(str(row.pk) for row in rows))
            append(school_id=school_id, actor=SYSTEM, fact=fact, now=now)
        woken += len(rows)
    return woken
