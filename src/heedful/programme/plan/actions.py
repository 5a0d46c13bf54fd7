"""Everything that changes the risk profile, the plan and the register of AI tools."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from heedful.audit.actions import append
from heedful.audit.rules import Action, Actor, Fact
from heedful.people.models import Role, School, User
from heedful.people.rules import NotFound
from heedful.programme.plan.models import AiTool, PlanLine, RiskProfile
from heedful.programme.plan.queries import reporting_of
from heedful.programme.plan.rules import LineValues, PlanRefused, UsedBy, check_line, proposal
from heedful.programme.working_group.queries import names_a_pupil

PROPOSED_GAP_CLOSES_AFTER = timedelta(days=28)


@dataclass(frozen=True)
class ProfileValues:
    """The risk profile as somebody wrote it; `incidents` is how often, by kind of incident."""

    youngest: int
    oldest: int
    size: str
    send: str
    eal: str
    boards: bool
    learns_remotely: bool
    own_devices: str
    incidents: dict[str, str]
    notes: str


def write_profile(*, school: School, values: ProfileValues, by: User, now: datetime) -> None:
    """Keep the risk profile. Raises PlanRefused where it can't be, or its notes name a pupil."""
    if values.youngest > values.oldest:
        raise PlanRefused("The youngest pupils can't be older than the oldest.")
    _check_words(school, values.notes)
    with transaction.atomic():
        RiskProfile.objects.update_or_create(school=school, defaults=asdict(values) | {"written_at": now, "written_by": by})
        _audit(school, by, Fact(Action.RISK_PROFILE_CHANGED, "school", (str(school.pk),)), now)


def set_line(*, school: School, values: LineValues, line_id: int | None = None, by: User, now: datetime) -> PlanLine:
    """Add a line to the plan, or put another in the place of one. Raises PlanRefused and NotFound."""
    check_line(values)
    _check_words(school, f"{values.who} {values.reason}")
    try:
        with transaction.atomic():
            if values.owner_id is not None and not Role.objects.filter(school=school, user_id=values.owner_id, user__is_active=True).exists():
                raise NotFound
            if line_id is not None and not _end(school, line_id, by, now):
                raise NotFound
            line = PlanLine.objects.create(
                school=school, who=values.who.strip()[:120], place=values.place, kind=values.kind, method=values.method,
                reason=values.reason.strip()[:500], owner_id=values.owner_id, due_on=values.due_on, made_at=now, made_by=by,
            )  # fmt: skip
            details = {"line": line.pk, "instead_of": line_id, "method": str(values.method), "place": str(values.place), "kind": str(values.kind)}
            _audit(school, by, Fact(Action.PLAN_CHANGED, "plan_line", (str(line.pk),), details), now)
    except IntegrityError as fault:
        raise PlanRefused("There is a line for the same pupils, place and kind of device already. Change that one.") from fault
    return line


def end_line(*, school: School, line_id: int, by: User, now: datetime) -> None:
    """Take a line out of the plan; it stays on record. Raises NotFound."""
    with transaction.atomic():
        if not _end(school, line_id, by, now):
            raise NotFound
        _audit(school, by, Fact(Action.PLAN_CHANGED, "plan_line", (str(line_id),), {"ended": True}), now)


def propose_plan(*, school: School, by: User, now: datetime) -> int:
    """Begin an empty plan with the usual lines; returns how many. A plan that has lines is left as it is."""
    with transaction.atomic():
        School.objects.select_for_update().get(pk=school.pk)  # two people who press at once must not both find it empty
        if PlanLine.objects.filter(school=school, ended_at=None).exists():
            return 0
        due_on = timezone.localdate(now) + PROPOSED_GAP_CLOSES_AFTER
        lines = proposal(reporting_of(school, now=now).listed, owner_id=by.pk, due_on=due_on)
        for values in lines:
            set_line(school=school, values=values, by=by, now=now)
    return len(lines)


def add_ai_tool(*, school: School, name: str, used_by: UsedBy, what_for: str, since: date, by: User, now: datetime) -> AiTool:
    """Put a tool on the register. It raises a review by itself: the reviews' own task looks here. Raises PlanRefused."""
    if not name.strip():
        raise PlanRefused("Give the name of the tool.")
    with transaction.atomic():
        tool = AiTool.objects.create(
            school=school, name=name.strip()[:80], used_by=used_by, what_for=what_for.strip()[:300], since=since, added_at=now, added_by=by
        )
        _audit(school, by, Fact(Action.AI_TOOL_CHANGED, "ai_tool", (str(tool.pk),), {"used_by": str(used_by), "since": since.isoformat()}), now)
    return tool


def stop_ai_tool(*, school: School, tool_id: int, by: User, now: datetime) -> None:
    """Say that a tool is no longer used. Raises NotFound."""
    with transaction.atomic():
        if not AiTool.objects.filter(pk=tool_id, school=school, stopped_on=None).update(stopped_on=timezone.localdate(now)):
            raise NotFound
        _audit(school, by, Fact(Action.AI_TOOL_CHANGED, "ai_tool", (str(tool_id),), {"stopped": True}), now)


def _end(school: School, line_id: int, by: User, now: datetime) -> bool:
    return bool(PlanLine.objects.filter(pk=line_id, school=school, ended_at=None).update(ended_at=now, ended_by=by))


def _check_words(school: School, words: str) -> None:
    if names_a_pupil(school.pk, words):
        raise PlanRefused("That has the name of somebody on the roll in it. The plan names groups, never a pupil.")


def _audit(school: School, by: User, fact: Fact, now: datetime) -> None:
    append(school_id=school.pk, actor=Actor.person(by.pk), fact=fact, now=now)
