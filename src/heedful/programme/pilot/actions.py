"""Designing, starting, deciding and ending a pilot. The chain keeps numbers, ids and settings; goals and reasons stay in the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from heedful.audit.actions import append, wait_in_line
from heedful.audit.rules import SYSTEM, Action, Actor, Fact
from heedful.people.actions import set_groups, set_pilot_audience
from heedful.people.models import Group, School, User
from heedful.people.rules import Stage
from heedful.programme.pilot.models import ApproachDecision, Pilot, Target
from heedful.programme.pilot.queries import pilot_of, pilot_page, roles_of
from heedful.programme.pilot.rules import PilotRefused, PilotState, Success, Verdict, Weight, audience_fault, check_decisions
from heedful.programme.working_group.actions import hold_meeting, record_decision
from heedful.programme.working_group.models import Meeting
from heedful.programme.working_group.rules import Kind
from heedful.thresholds.approaches.actions import (
    Wanted,
    adopt_approach,
    end_approaches,
    remove_approach,
    set_approach,
    start_approaches,
    withdraw_approach,
)
from heedful.thresholds.approaches.models import Approach
from heedful.thresholds.approaches.queries import approaches_of_pilot
from heedful.thresholds.approaches.rules import Settings, settings_from

CHANGEABLE = (PilotState.DRAFT, PilotState.READY)
_CLOSED = "The pilot has started, so its design stays as it is. End it with a decision on each approach, then run another."


@dataclass(frozen=True)
class Scope:
    """Whom a pilot is for, where, when, and why one approach is enough where it has one."""

    groups: tuple[int, ...]
    starts_on: date
    ends_on: date
    sites: tuple[str, ...] = ()
    devices: str = ""
    one_approach_reason: str = ""


def make_pilot(*, school: School, by: User, now: datetime) -> Pilot:
    """Begin to design a pilot, the first or another one. Raises PilotRefused while one is not ended."""
    with transaction.atomic():
        wait_in_line(school.pk)
        if Pilot.objects.filter(school=school).exclude(state=PilotState.ENDED).exists():
            raise PilotRefused("There is a pilot already. End it before you design another.")
        number = (Pilot.objects.filter(school=school).aggregate(last=Max("number"))["last"] or 0) + 1
        row = Pilot.objects.create(school=school, number=number, made_at=now, made_by=by)
        _audit(row, Action.PILOT_MADE, by, now, {})
    return row


def set_scope(*, school: School, number: int, scope: Scope, by: User, now: datetime) -> Pilot:
    """Say whom it is for and when. Raises NotFound and PilotRefused."""
    if scope.ends_on < scope.starts_on:
        raise PilotRefused("The last day lies before the first. Change one of them.")
    with transaction.atomic():
        row = _to_design(school, number)
        row.starts_on, row.ends_on, row.sites = scope.starts_on, scope.ends_on, list(scope.sites)
        row.devices, row.one_approach_reason = scope.devices.strip()[:200], scope.one_approach_reason.strip()[:500]
        row.state = PilotState.DRAFT
        row.save()
        row.groups.set(Group.objects.filter(school=school, pk__in=scope.groups))
        groups = sorted(row.groups.values_list("pk", flat=True))
        details = {"groups": groups, "from": scope.starts_on.isoformat(), "to": scope.ends_on.isoformat(), "sites": len(scope.sites)}
        _audit(row, Action.PILOT_CHANGED, by, now, details)
    return row


def set_targets(*, school: School, number: int, goals: Mapping[Success, str], by: User, now: datetime) -> Pilot:
    """Say what it is judged by: a goal in words for each measure that counts; one without a goal does not."""
    with transaction.atomic():
        row = _to_design(school, number)
        row.targets.all().delete()
        wanted = [Target(pilot=row, measure=measure, goal=goal.strip()[:200]) for measure, goal in goals.items() if goal.strip()]
        Target.objects.bulk_create(wanted)
        _unready(row)
        _audit(row, Action.PILOT_CHANGED, by, now, {"targets": sorted(each.measure for each in wanted)})
    return row


def set_audience(*, school: School, user_ids: Iterable[int], by: User, now: datetime) -> None:
    """Say who is told of captures while a pilot runs. Raises PilotRefused without the lead or a second reader."""
    wanted = sorted(set(user_ids))
    fault = audience_fault(roles_of(school.pk, wanted))
    if fault:
        raise PilotRefused(fault)
    set_pilot_audience(school=school, user_ids=wanted, by=by, now=now)


def put_approach(*, school: School, number: int, wanted: Wanted, by: User, now: datetime, approach_id: int | None = None) -> Approach:
    """Add an approach, or change one. Raises NotFound, PilotRefused and ApproachRefused."""
    with transaction.atomic():
        row = _to_design(school, number)
        _unready(row)
        return set_approach(school_id=school.pk, pilot=row.number, wanted=wanted, by=by, now=now, approach_id=approach_id)


def drop_approach(*, school: School, number: int, approach_id: int, by: User, now: datetime) -> bool:
    """Take an approach out of a pilot that has not started. False where there is none."""
    with transaction.atomic():
        row = _to_design(school, number)
        _unready(row)
        if not Approach.objects.filter(school=school, pilot=row.number, pk=approach_id).exists():
            return False
        return remove_approach(school_id=school.pk, approach_id=approach_id, by=by, now=now)


def finish_design(*, school: School, number: int, by: User, now: datetime) -> Pilot:
    """The design is done: nothing in it must be put right. It starts when the school's stage moves to the pilot, or at once by hand."""
    with transaction.atomic():
        row = _to_design(school, number)
        _check(row, now)
        Pilot.objects.filter(pk=row.pk).update(state=PilotState.READY)
        set_groups(school=school, in_pilot=row.groups.values_list("pk", flat=True), by=by, now=now)
        _audit(row, Action.PILOT_CHANGED, by, now, {"state": str(PilotState.READY)})
    row.refresh_from_db()
    return row


def start_pilot(*, school: School, number: int, by: User | None, now: datetime) -> Pilot:
    """From now on its approaches act. Only once the school's stage allows that anybody is captured, and of a sound design."""
    with transaction.atomic():
        row = _to_design(school, number)
        if School.objects.filter(pk=school.pk, stage=Stage.SET_UP).exists():
            raise PilotRefused("The school is still being set up, so nobody is captured. It starts by itself when the board moves the school to its pilot.")
        _check(row, now)
        Pilot.objects.filter(pk=row.pk).update(state=PilotState.RUNNING, started_at=now, started_by=by)
        set_groups(school=school, in_pilot=row.groups.values_list("pk", flat=True), by=by, now=now)
        _bound_to_scope(row)
        start_approaches(school_id=school.pk, pilot=row.number, starts_at=now, ends_at=None, by=by, now=now)
        _audit(row, Action.PILOT_STARTED, by, now, {})
    row.refresh_from_db()
    return row


def hold_review(*, school: School, number: int, on: date, attended: Iterable[int], decisions: Iterable[str], notes: str, by: User, now: datetime) -> Meeting:
    """Record a weekly review: a meeting of the working group, with what it decided about this pilot. Raises GroupRefused."""
    with transaction.atomic():
        row = pilot_of(school.pk, number)
        meeting = hold_meeting(school=school, kind=Kind.PILOT_REVIEW, on=on, attended=attended, notes=notes, by=by, now=now)
        for text in filter(str.strip, decisions):
            record_decision(school=school, meeting_id=meeting.pk, text=text, about=f"pilot:{row.number}", by=by, now=now)
        _audit(row, Action.PILOT_REVIEWED, by, now, {"meeting": meeting.pk})
    return meeting


def decide_approach(
    *, school: School, number: int, approach_id: int, verdict: Verdict, reason: str, by: User, now: datetime, changed: Settings | None = None
) -> ApproachDecision:
    """Write down what becomes of one approach; again, to put it right, until the pilot ends. Raises PilotRefused."""
    if not reason.strip():
        raise PilotRefused("Write down why: a decision without its reason helps nobody who was not there.")
    with transaction.atomic():
        wait_in_line(school.pk)
        row = pilot_of(school.pk, number)
        if row.state != PilotState.RUNNING:
            raise PilotRefused("Decisions are made while the pilot runs. This one does not.")
        if not Approach.objects.filter(pk=approach_id, school=school, pilot=row.number).exists():
            raise PilotRefused("There is no such approach in this pilot. Open the page again.")
        kept = changed.as_json() if changed and verdict == Verdict.CHANGE else None
        values = {"pilot": row, "verdict": verdict, "reason": reason.strip()[:1000], "changed": kept, "at": now, "by": by}
        decision, _ = ApproachDecision.objects.update_or_create(approach_id=approach_id, defaults=values)
        _audit(row, Action.PILOT_DECIDED, by, now, {"approach": approach_id, "verdict": str(verdict), "changed": kept})
    return decision


def end_pilot(*, school: School, number: int, by: User, now: datetime) -> Pilot:
    """End it, with a written decision on each approach. What is adopted is in force for the whole school, in the same step (D05)."""
    with transaction.atomic():
        wait_in_line(school.pk)
        row = pilot_of(school.pk, number)
        if row.state != PilotState.RUNNING:
            raise PilotRefused("This pilot does not run, so there is nothing to end.")
        made = {each.approach_id: each for each in row.decisions.all()}
        approaches = approaches_of_pilot(school.pk, row.number)
        check_decisions([Verdict(made[each.pk].verdict) if each.pk in made else None for each in approaches])
        end_approaches(school_id=school.pk, pilot=row.number, by=by, now=now)
        for decision in made.values():
            if decision.verdict in {Verdict.ADOPT, Verdict.CHANGE}:
                changed = settings_from(decision.changed) if decision.changed else None
                adopt_approach(school_id=school.pk, approach_id=decision.approach_id, by=by, now=now, changed=changed)
        Pilot.objects.filter(pk=row.pk).update(state=PilotState.ENDED, ended_at=now, ended_by=by)
        _audit(row, Action.PILOT_ENDED, by, now, {"verdicts": {str(pk): each.verdict for pk, each in made.items()}})
    row.refresh_from_db()
    return row


def withdraw(*, school: School, by: User, now: datetime) -> bool:
    """The adopted approach acts no longer: the safeguarding lead sees all again."""
    return withdraw_approach(school_id=school.pk, by=by, now=now)


def _to_design(school: School, number: int) -> Pilot:
    """The pilot, while its design may be changed. Raises NotFound and PilotRefused."""
    wait_in_line(school.pk)
    row = pilot_of(school.pk, number)
    if row.state not in CHANGEABLE:
        raise PilotRefused(_CLOSED)
    return row


def _unready(row: Pilot) -> None:
    Pilot.objects.filter(pk=row.pk, state=PilotState.READY).update(state=PilotState.DRAFT)


def _check(row: Pilot, now: datetime) -> None:
    stops = [remark.says for remark in pilot_page(row, now=now).remarks if remark.weight == Weight.STOPS]
    if stops:
        raise PilotRefused(" ".join(stops))


def _bound_to_scope(row: Pilot) -> None:
    """An approach without groups of its own is for all of the pilot's, and for nobody outside it."""
    groups = list(row.groups.all())
    for approach in approaches_of_pilot(row.school_id, row.number):
        mine = [group for group in approach.groups.all() if group in groups]
        approach.groups.set(mine or groups)


def _audit(row: Pilot, action: Action, by: User | None, now: datetime, details: dict[str, Any]) -> None:
    actor = Actor.person(by.pk) if by else SYSTEM
    append(school_id=row.school_id, actor=actor, fact=Fact(action, "pilot", (str(row.pk),), {"number": row.number} | details), now=now)
