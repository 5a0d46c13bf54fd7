"""Moving a school's monitoring from stage to stage: the only place where that is done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime

from django.db import transaction

from heedful.people.actions import move_stage, set_groups
from heedful.people.models import Group, School, User
from heedful.people.queries import has_right
from heedful.people.rules import NotFound, Right, Stage
from heedful.programme.board.models import OpenGate, StageMove
from heedful.programme.board.rules import LEAST_REASON, MoveRefused, check_move
from heedful.programme.launch.queries import has_decided_to_go
from heedful.programme.needs import gates_for
from heedful.programme.pilot.actions import start_pilot
from heedful.programme.pilot.queries import ready_to_start
from heedful.programme.pilot.rules import PilotRefused


def move_to(
    *, school: School, to: Stage, reason: str, viewer: User, now: datetime, over: Mapping[str, str] | None = None, live_groups: Collection[int] = ()
) -> StageMove:
    """Move the school's monitoring to another stage, with how every gate stood written down.

    `over` gives the viewer's written reason for each open gate of going live, by its need's key. With `live_groups` (ids)
    only these groups go live; none means everybody. Raises MoveRefused that names all that holds it up, NotFound where the
    viewer may not.
    """
    if not has_right(viewer, school.pk, Right.CHANGE_STAGE):
        raise NotFound
    over, at = over or {}, Stage(school.stage)
    if at == Stage.UNDER_REVIEW and to == Stage.LIVE and school.live_by_group and not live_groups:
        live_groups = list(Group.objects.filter(school=school, is_live=True).values_list("pk", flat=True))  # as it was before the review
    gates = gates_for(school.pk, to, now=now)
    check_move(
        at=at, to=to, reason=reason, gates=gates, over=over, has_decided_to_go=has_decided_to_go(school.pk), is_back=at == Stage.UNDER_REVIEW
    )
    groups = sorted(Group.objects.filter(school=school, pk__in=set(live_groups)).values_list("pk", flat=True)) if to == Stage.LIVE else []
    if len(groups) < len(set(live_groups)):
        raise MoveRefused("Choose groups of this school.")
    with transaction.atomic():
        move = StageMove.objects.create(
            school=school, at=now, by=viewer, stage_before=at, stage_after=to, reason=reason.strip(), live_groups=groups,
            gates=[[each.need.key, str(each.found.state), each.found.says] for each in gates],
        )  # fmt: skip
        if to == Stage.LIVE:
            OpenGate.objects.bulk_create(
                OpenGate(move=move, need=each.need.key, by=viewer, reason=over[each.need.key].strip())
                for each in gates
                if each.is_open and each.need.key in over
            )
            set_groups(school=school, is_live=groups, by=viewer, now=now)
        by_group = bool(groups) if to == Stage.LIVE else school.live_by_group and to == Stage.UNDER_REVIEW
        if not move_stage(school=school, to=to, reason=reason, by=viewer, now=now, live_by_group=by_group):
            raise MoveRefused("Somebody else changed the stage a moment ago. Look at the board again.")
        if to == Stage.PILOT:
            _start_what_is_designed(school, viewer, now)
    return move


def _start_what_is_designed(school: School, viewer: User, now: datetime) -> None:
    """The pilot begins with the stage. One whose design is no longer sound waits for a person, and its page says why."""
    for ready, number in ready_to_start():
        if ready.pk == school.pk:
            with suppress(PilotRefused):
                start_pilot(school=school, number=number, by=viewer, now=now)


def change_live_groups(*, school: School, groups: Collection[int], reason: str, viewer: User, now: datetime) -> StageMove:
    """In a school that went live by group, say which groups (ids) are live now; none means that from now on everybody is.

    Raises MoveRefused without a reason, or for groups of another school; NotFound where the viewer may not.
    """
    if not has_right(viewer, school.pk, Right.CHANGE_STAGE) or school.stage != Stage.LIVE or not school.live_by_group:
        raise NotFound
    wanted = sorted(Group.objects.filter(school=school, pk__in=set(groups)).values_list("pk", flat=True))
    if len(wanted) < len(set(groups)):
        raise MoveRefused("Choose groups of this school.")
    if len(reason.strip()) < LEAST_REASON:
        raise MoveRefused("Say why, in a sentence: whoever asks later reads it here.")
    with transaction.atomic():
        move = StageMove.objects.create(
            school=school, at=now, by=viewer, stage_before=Stage.LIVE, stage_after=Stage.LIVE, reason=reason.strip(), live_groups=wanted
        )
        set_groups(school=school, is_live=wanted, by=viewer, now=now)
        if not move_stage(school=school, to=Stage.LIVE, reason=reason, by=viewer, now=now, live_by_group=bool(wanted)):
            raise MoveRefused("Somebody else changed the stage a moment ago. Look at the board again.")
    return move
