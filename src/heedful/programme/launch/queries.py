"""The plan, the date and its history, and how ready the school is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from heedful.people.models import School, SettingChange, User
from heedful.people.queries import has_right
from heedful.people.rules import Right, Stage
from heedful.programme.launch.calendar import Day
from heedful.programme.launch.models import LaunchDate, LaunchDecision, StepPlan
from heedful.programme.launch.rules import Bar, StepState, Verdict, is_late, state_of
from heedful.programme.needs import Standing, gates_for, standings
from heedful.programme.steps import Step
from heedful.programme.working_group.models import Meeting
from heedful.programme.working_group.rules import Kind

# Where nobody has said when a step begins, it is drawn over so much time before its due day.
DRAWN_DAYS = timedelta(days=20)
SHORTEST_BAR = timedelta(days=5)


def has_decided_to_go(school_id: int) -> bool:
    """Whether the newest decision since the stage last moved is to go. For the system."""
    moved = SettingChange.objects.filter(school_id=school_id, settings=["stage"]).order_by("-at", "-pk").values_list("at", flat=True).first()
    rows = LaunchDecision.objects.filter(school_id=school_id)
    newest = (rows.filter(at__gte=moved) if moved else rows).order_by("-at", "-pk").first()
    return newest is not None and newest.verdict == Verdict.GO


@dataclass(frozen=True)
class Planned:
    """One step in the plan."""

    step: Step
    state: StepState
    owner: str
    owner_id: int | None
    due_on: date | None
    is_late: bool


@dataclass(frozen=True)
class Launch:
    """The launch page of one school."""

    on: date | None
    days: int | None
    dates: tuple[LaunchDate, ...]
    gates: tuple[Standing, ...]
    decisions: tuple[LaunchDecision, ...]
    is_go: bool

    @property
    def open_gates(self) -> int:
        return sum(each.is_open for each in self.gates)


def launch_of(viewer: User, school: School, *, now: datetime) -> Launch | None:
    """None where it is not the viewer's."""
    if not has_right(viewer, school.pk, Right.SEE_PROGRAMME):
        return None
    return Launch(
        on=school.launch_on, days=(school.launch_on - timezone.localdate(now)).days if school.launch_on else None,
        dates=tuple(LaunchDate.objects.filter(school=school).select_related("set_by").order_by("-set_at", "-pk")),
        gates=gates_for(school.pk, Stage.LIVE, now=now),
        decisions=tuple(LaunchDecision.objects.filter(school=school).select_related("by", "meeting").order_by("-at", "-pk")),
        is_go=has_decided_to_go(school.pk),
    )  # fmt: skip


def plan_of_steps(school_id: int, found: Iterable[Standing], *, today: date) -> tuple[Planned, ...]:
    """Every step with its owner and due day, from how the needs stand. For the system."""
    plans = {plan.step: plan for plan in StepPlan.objects.filter(school_id=school_id).select_related("owner")}
    found, rows = tuple(found), []
    for step in Step:
        state, plan = state_of([each for each in found if each.need.step == step]), plans.get(step)
        due_on = plan.due_on if plan else None
        owner = plan.owner if plan else None
        rows.append(Planned(step, state, owner.name if owner else "", owner.pk if owner else None, due_on, is_late(due_on, state, today)))
    return tuple(rows)


def bars_of(viewer: User, school: School, *, now: datetime) -> list[Bar]:
    """The plan as lines to each step's due day, from when the last one that is due well before it is done. Steps without a day are left out."""
    if not has_right(viewer, school.pk, Right.SEE_PROGRAMME):
        return []
    bars: list[Bar] = []
    for row in plan_of_steps(school.pk, standings(school.pk, now=now), today=timezone.localdate(now)):
        if row.due_on is not None:
            before = [bar.due for bar in bars if bar.due <= row.due_on - SHORTEST_BAR]
            begins = max(before, default=row.due_on - DRAWN_DAYS)
            bars.append(Bar(row.step.label, row.owner, begins, row.due_on, str(row.state)))
    return bars


def deciding_meetings(school_id: int) -> list[Meeting]:
    """Meetings that were held and may have decided: newest first. For pages that asked for the right."""
    held = Meeting.objects.filter(school_id=school_id, held_at__isnull=False)
    return sorted(held.order_by("-on", "-pk")[:30], key=lambda meeting: meeting.kind != Kind.GO_NO_GO)


def calendar_days(viewer: User, school: School) -> list[Day]:
    """The launch, the due days of the steps and the meetings of the working group."""
    if not has_right(viewer, school.pk, Right.SEE_PROGRAMME):
        return []
    days = [Day(f"launch-{school.pk}", f"Launch of monitoring at {school.name}", school.launch_on)] if school.launch_on else []
    for plan in StepPlan.objects.filter(school=school, due_on__isnull=False).select_related("owner"):
        says = f"Looked after by {plan.owner.name}." if plan.owner else ""
        assert plan.due_on is not None
        days.append(Day(f"step-{plan.step}-{school.pk}", f"Due: {Step(plan.step).label}", plan.due_on, says))
    for meeting in Meeting.objects.filter(school=school).order_by("on", "pk"):
        days.append(Day(f"meeting-{meeting.pk}", Kind(meeting.kind).label, meeting.on, "\n".join(map(str, meeting.agenda))))
    return days
