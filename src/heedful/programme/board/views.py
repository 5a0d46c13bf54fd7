"""The board, the trust's grid, and the page on which the stage is moved."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from heedful.people.access import SignedIn, needs, step_up
from heedful.people.models import School
from heedful.people.queries import groups_of, has_right, staff_of
from heedful.people.rules import NotFound, Right, SettingRefused, Stage
from heedful.people.trust.actions import set_trust_default
from heedful.people.trust.queries import defaults_for, my_trust
from heedful.programme.access import of_school
from heedful.programme.board.actions import change_live_groups, move_to
from heedful.programme.board.forms import MoveForm, StepForm
from heedful.programme.board.queries import Board, board_of, boards_of, moves_of
from heedful.programme.board.rules import MOVES, WHAT_IT_MEANS, MoveRefused
from heedful.programme.launch.actions import plan_step
from heedful.programme.needs import gates_for
from heedful.programme.steps import PAGES, Step
from heedful.web.decorators import command, not_found_on, page, page_with_form


@page
@needs(Right.SEE_PROGRAMME)
def programme(request: SignedIn) -> HttpResponse:
    """A trust's grid: one line per school. Who has one school alone goes straight to its board."""
    boards = boards_of(request.user, now=timezone.now())
    if len(boards) == 1:
        return redirect("board", boards[0].school.pk)
    return render(request, "board/grid.html", {"boards": boards, "steps": list(Step), "trust": my_trust(request.user)})


@page_with_form
@needs(Right.RUN_PROGRAMME)
@step_up
@not_found_on(NotFound)
def trust_defaults(request: SignedIn, trust_id: int) -> HttpResponse:
    """What the trust sets for all its schools, and what it locks."""
    trust = my_trust(request.user)
    if trust is None or trust.pk != trust_id:
        raise Http404
    trouble = ""
    if request.method == "POST":
        name, text = request.POST.get("name", ""), request.POST.get("value", "")
        try:
            tightened = set_trust_default(
                trust=trust, name=name, text=text, is_locked="is_locked" in request.POST, viewer=request.user, now=timezone.now()
            )
        except SettingRefused as refusal:
            trouble = str(refusal)
        else:
            also = f" Made stricter by it: {', '.join(school.name for school in tightened)}." if tightened else ""
            messages.success(request, f"Saved.{also}")
            return redirect("trust_defaults", trust.pk)
    context = {"trust": trust, "defaults": defaults_for(request.user, trust.pk), "trouble": trouble, "wrong": request.POST.get("name", "")}
    return render(request, "board/defaults.html", context, status=422 if trouble else 200)


@page
@of_school()
def board(request: SignedIn, school: School) -> HttpResponse:
    """Where one school stands and what comes next."""
    return render(request, "board/board.html", _board_context(request, school))


def _board_context(request: SignedIn, school: School) -> dict[str, object]:
    found = board_of(request.user, school, now=timezone.now())
    if found is None:
        raise Http404
    may_run = has_right(request.user, school.pk, Right.RUN_PROGRAMME)
    return {
        "school": school, "board": found, "rows": _rows(found, school, may_run=may_run), "may_run": may_run,
        "may_move": has_right(request.user, school.pk, Right.CHANGE_STAGE), "moves": moves_of(request.user, school.pk)[:10],
        "ways": MOVES[found.stage], "live_groups": [group.name for group in groups_of(school.pk) if group.is_live] if school.live_by_group else [],
        "stages": [(stage, stage == found.stage) for stage in Stage], "meaning": WHAT_IT_MEANS[found.stage],
        "has_many_schools": len(boards_of(request.user, now=timezone.now())) > 1,
    }  # fmt: skip


def _rows(found: Board, school: School, *, may_run: bool) -> list[dict[str, object]]:
    staff = staff_of(school.pk) if may_run else []
    return [
        {
            "view": view, "number": place, "url": reverse(PAGES[view.plan.step], args=(school.pk,)),
            "form": StepForm(
                initial={"step": view.plan.step, "owner": view.plan.owner_id, "due_on": view.plan.due_on}, staff=staff, auto_id=f"{view.plan.step}-%s"
            ),
        }
        for place, view in enumerate(found.steps)
    ]  # fmt: skip


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def step_plan(request: SignedIn, school: School) -> HttpResponse:
    """Say who looks after a step and until when."""
    form = StepForm(request.POST, staff=staff_of(school.pk))
    if not form.is_valid():
        messages.error(request, "Choose a member of staff and a date, such as 14/01/2027.")
        return render(request, "board/board.html", _board_context(request, school), status=422)
    step = Step(form.cleaned_data["step"])
    plan_step(school=school, step=step, owner_id=form.cleaned_data["owner"], due_on=form.cleaned_data["due_on"], viewer=request.user, now=timezone.now())
    messages.success(request, f"{step.label}: planned.")
    return redirect("board", school.pk)


@page_with_form
@of_school(Right.CHANGE_STAGE)
@step_up
@not_found_on(NotFound)
def stage_move(request: SignedIn, school: School, to: str) -> HttpResponse:
    """Move the stage: every gate with its evidence, a reason, and nothing that holds it up left out."""
    at = Stage(school.stage)
    wanted = next((stage for stage in Stage if stage == to), None)
    if wanted is None or (wanted not in MOVES[at] and not _widens(school, wanted)):
        raise Http404
    gates = gates_for(school.pk, wanted, now=timezone.now()) if wanted != at else ()
    groups = groups_of(school.pk)
    live = [group.pk for group in groups if group.is_live]
    form = MoveForm(
        request.POST or None, to=wanted, is_by_group=wanted == Stage.LIVE, gates=gates, groups=groups, initial={"live_groups": live}
    )  # fmt: skip
    faults: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data.get("live_groups") or []
        try:
            if wanted == at:
                change_live_groups(school=school, groups=chosen, reason=form.cleaned_data["reason"], viewer=request.user, now=timezone.now())
            else:
                move_to(
                    school=school, to=wanted, reason=form.cleaned_data["reason"], viewer=request.user, now=timezone.now(), over=form.over, live_groups=chosen
                )  # fmt: skip
        except MoveRefused as refusal:
            faults = refusal.faults
        else:
            messages.success(request, f"The stage is now: {wanted.label.lower()}. {WHAT_IT_MEANS[wanted]}")
            return redirect("board", school.pk)
    context = {
        "school": school, "at": at, "to": wanted, "meaning": WHAT_IT_MEANS[wanted], "gates": gates, "form": form, "faults": faults,
        "open_gates": sum(each.is_open for each in gates), "is_widening": wanted == at, "is_pilot": wanted == Stage.PILOT, "is_live": wanted == Stage.LIVE,
    }  # fmt: skip
    return render(request, "board/move.html", context, status=422 if request.method == "POST" else 200)


def _widens(school: School, wanted: Stage) -> bool:
    return school.stage == Stage.LIVE and wanted == Stage.LIVE and school.live_by_group
