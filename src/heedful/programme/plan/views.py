"""The monitoring plan: the risk profile, its lines, the AI tools."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.devices.coverage.queries.matrix import group_names
from heedful.people.access import SignedIn
from heedful.people.models import School
from heedful.people.rules import NotFound, Right
from heedful.programme.access import of_school
from heedful.programme.plan import actions
from heedful.programme.plan.forms import LineForm, ProfileForm, ToolForm
from heedful.programme.plan.queries import LineFacts, line_of, plan_of, profile_values
from heedful.programme.plan.rules import PlanRefused, UsedBy
from heedful.programme.steps import Step
from heedful.programme.working_group.queries import staff_to_choose
from heedful.web.decorators import command, not_found_on, page, page_with_form


@page
@of_school(Right.SEE_PROGRAMME)
def plan(request: SignedIn, school: School) -> HttpResponse:
    """The plan beside what coverage sees, the risk profile it answers to, and the AI tools."""
    return _show(request, school)


@page_with_form
@of_school(Right.RUN_PROGRAMME)
def plan_profile(request: SignedIn, school: School) -> HttpResponse:
    """Write the risk profile."""
    form = ProfileForm(request.POST if request.method == "POST" else None, held=profile_values(school.pk))
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_profile(school=school, values=form.values(), by=request.user, now=timezone.now())
        except PlanRefused as fault:
            form.add_error(None, str(fault))
        else:
            messages.success(request, "The risk profile is kept.")
            return _back(school)
    context = {"school": school, "step": Step.BEFORE, "form": form}
    return render(request, "plan/profile.html", context, status=422 if request.method == "POST" else 200)


@page_with_form
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def plan_line(request: SignedIn, school: School) -> HttpResponse:
    """Add a line."""
    return _line(request, school, None)


@page_with_form
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def plan_line_change(request: SignedIn, school: School, line_id: int) -> HttpResponse:
    """Put another line in the place of one."""
    return _line(request, school, line_of(school.pk, line_id))


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def plan_line_end(request: SignedIn, school: School, line_id: int) -> HttpResponse:
    """Take a line out of the plan."""
    actions.end_line(school=school, line_id=line_id, by=request.user, now=timezone.now())
    messages.success(request, "The line is out of the plan. It stays on record.")
    return _back(school)


@command
@of_school(Right.RUN_PROGRAMME)
def plan_propose(request: SignedIn, school: School) -> HttpResponse:
    """Begin an empty plan with the usual lines."""
    made = actions.propose_plan(school=school, by=request.user, now=timezone.now())
    if made:
        messages.success(request, f"{made} lines to begin with. Look at each: they are usual, not yours yet.")
    return _back(school)


@command
@of_school(Right.RUN_PROGRAMME)
def ai_tool_add(request: SignedIn, school: School) -> HttpResponse:
    """Put a tool on the register."""
    form = ToolForm(request.POST, prefix="tool")
    if not form.is_valid():
        return _show(request, school, tool_form=form, status=422)
    given = form.cleaned_data
    actions.add_ai_tool(
        school=school, name=given["name"], used_by=UsedBy(given["used_by"]), what_for=given["what_for"], since=given["since"], by=request.user,
        now=timezone.now(),
    )  # fmt: skip
    messages.success(request, "It is on the register. Once monitoring has begun, a new AI tool asks for a review.")
    return _back(school)


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def ai_tool_stop(request: SignedIn, school: School, tool_id: int) -> HttpResponse:
    """Say that a tool is no longer used."""
    actions.stop_ai_tool(school=school, tool_id=tool_id, by=request.user, now=timezone.now())
    return _back(school)


def _line(request: SignedIn, school: School, line: LineFacts | None) -> HttpResponse:
    is_post = request.method == "POST"
    form = LineForm(request.POST if is_post else None, groups=group_names(school), staff=staff_to_choose(school.pk), line=line)
    if is_post and form.is_valid():
        try:
            actions.set_line(school=school, values=form.values(), line_id=line.id if line else None, by=request.user, now=timezone.now())
        except PlanRefused as fault:
            form.add_error(None, str(fault))
        else:
            messages.success(request, "The plan is kept.")
            return _back(school)
    context = {"school": school, "step": Step.BEFORE, "form": form, "line": line}
    return render(request, "plan/line.html", context, status=422 if is_post else 200)


def _show(request: SignedIn, school: School, *, tool_form: ToolForm | None = None, status: int = 200) -> HttpResponse:
    context = {
        "school": school,
        "step": Step.BEFORE,
        "page": plan_of(request.user, school.pk, now=timezone.now()),
        "tool_form": tool_form or ToolForm(prefix="tool"),
    }
    return render(request, "plan/plan.html", context, status=status)


def _back(school: School) -> HttpResponse:
    return HttpResponseRedirect(reverse("plan", args=[school.pk]))
