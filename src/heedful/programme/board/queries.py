"""How a school's deployment stands: its steps, gates and moves. Numbers and sentences, never a pupil."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from heedful.people.models import School, User
from heedful.people.queries import has_right, my_schools
from heedful.people.rules import Right, Stage
from heedful.programme.board.models import OpenGate, StageMove
from heedful.programme.board.rules import MOVES
from heedful.programme.launch.queries import Planned, plan_of_steps
from heedful.programme.launch.rules import hours_left
from heedful.programme.needs import Standing, State, standings
from heedful.programme.steps import Step


@dataclass(frozen=True)
class StepView:
    """One step on the board."""

    plan: Planned
    open: tuple[Standing, ...]
    met: tuple[Standing, ...]
    later: tuple[Standing, ...]
    hours_left: float


@dataclass(frozen=True)
class GoneOver:
    """An open gate that the school went live over, and whose reason it was."""

    title: str
    says: str
    url: str
    by: str
    reason: str
    since: datetime


@dataclass(frozen=True)
class Board:
    """One school's page."""

    school: School
    stage: Stage
    steps: tuple[StepView, ...]
    next_stage: Stage | None
    gates: tuple[Standing, ...]  # of the next stage
    hours_left: float
    days_to_launch: int | None
    exceptions: tuple[GoneOver, ...]

    @property
    def next_need(self) -> Standing | None:
        """The one thing to do next: what holds the next stage first, then whatever is open, step by step."""
        waiting = [each for each in self.gates if each.is_open] or [each for step in self.steps for each in step.open]
        return waiting[0] if waiting else None

    @property
    def open_gates(self) -> int:
        return sum(each.is_open for each in self.gates)


def board_of(viewer: User, school: School, *, now: datetime) -> Board | None:
    """The board of one school; None where it is not the viewer's."""
    if not has_right(viewer, school.pk, Right.SEE_PROGRAMME):
        return None
    found = standings(school.pk, now=now)
    stage = Stage(school.stage)
    to = next((stage for stage in MOVES[stage] if stage in {Stage.PILOT, Stage.LIVE}), None) if stage != Stage.LIVE else None
    by_key = {each.need.key: each for each in found}
    return Board(
        school=school, stage=stage, steps=_steps(plan_of_steps(school.pk, found, today=timezone.localdate(now)), found), next_stage=to,
        gates=tuple(each for each in found if to is not None and to in each.need.holds), hours_left=hours_left(found),
        days_to_launch=(school.launch_on - timezone.localdate(now)).days if school.launch_on and stage in {Stage.SET_UP, Stage.PILOT} else None,
        exceptions=_exceptions(school.pk, by_key),
    )  # fmt: skip


def _steps(planned: Iterable[Planned], found: Iterable[Standing]) -> tuple[StepView, ...]:
    by_step: dict[Step, list[Standing]] = defaultdict(list)
    for each in found:
        by_step[each.need.step].append(each)

    def of(step: Step, state: State) -> tuple[Standing, ...]:
        return tuple(each for each in by_step[step] if each.found.state == state)

    return tuple(
        StepView(row, of(row.step, State.OPEN), of(row.step, State.MET), of(row.step, State.NOT_YET), hours_left(by_step[row.step]))
        for row in planned
    )


def _exceptions(school_id: int, by_key: dict[str, Standing]) -> tuple[GoneOver, ...]:
    """Open gates of the newest launch that are open still."""
    last = StageMove.objects.filter(school_id=school_id, stage_after=Stage.LIVE).exclude(stage_before=Stage.LIVE).order_by("-at", "-pk").first()
    rows = OpenGate.objects.filter(move=last).select_related("by").order_by("pk") if last else ()
    return tuple(
        GoneOver(each.need.title, each.found.says, each.found.url, row.by.name, row.reason, last.at)
        for row in rows
        if last is not None and (each := by_key.get(row.need)) is not None and each.is_open
    )


def moves_of(viewer: User, school_id: int) -> list[StageMove]:
    """Every move of the stage, newest first."""
    if not has_right(viewer, school_id, Right.SEE_PROGRAMME):
        return []
    return list(StageMove.objects.filter(school_id=school_id).select_related("by").prefetch_related("over__by").order_by("-at", "-pk"))


def boards_of(viewer: User, *, now: datetime) -> list[Board]:
    """The boards of all the viewer's schools, by name: a trust's grid."""
    boards = (board_of(viewer, school, now=now) for school in my_schools(viewer))
    return [board for board in boards if board is not None]
