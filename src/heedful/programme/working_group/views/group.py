"""The working group: its page, its members and slots. Meetings have a module of their own."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.people.access import SignedIn, step_up
from heedful.people.models import School, User
from heedful.people.queries import has_right
from heedful.people.rules import NotFound, Right
from heedful.programme.access import of_school
from heedful.programme.steps import Step
from heedful.programme.working_group import actions
from heedful.programme.working_group.forms import DescribedForm, MemberForm, PlanMeetingForm, SlotForm
from heedful.programme.working_group.queries import (
    GroupMember,
    count_meetings,
    meetings_of,
    members_of,
    open_actions_of,
    runs_programme,
    slots_of,
    staff_to_choose,
)
from heedful.programme.working_group.rules import FIRST_THREE, GroupRefused, Seat, Slot, missing_strands, next_suggestion
from heedful.web.decorators import command, not_found_on, page


@page
@of_school(Right.SEE_PROGRAMME)
def working_group(request: SignedIn, school: School) -> HttpResponse:
    """Who is in the group, who answers for monitoring, which meetings there were, and what is still to be done."""
    return show_group(request, school)


@command
@of_school(Right.RUN_PROGRAMME)
@step_up
@not_found_on(NotFound)
def working_group_member(request: SignedIn, school: School) -> HttpResponse:
    """Put somebody with an account into the group, or change what they stand for."""
    form = MemberForm(request.POST, staff=staff_to_choose(school.pk))
    if not form.is_valid():
        return show_group(request, school, member_form=form, status=422)
    given = form.cleaned_data
    seat = Seat(given["seat"]) if given["seat"] else None
    actions.set_member(
        school=school, user_id=int(given["person"]), strands=form.strand_set(), seat=seat, by=request.user, now=timezone.now()
    )
    return _back(school)


@command
@of_school(Right.RUN_PROGRAMME)
def working_group_described(request: SignedIn, school: School) -> HttpResponse:
    """Put somebody without an account into the group."""
    form = DescribedForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        seat = Seat(given["seat"]) if given["seat"] else None
        try:
            actions.add_described_member(school=school, described_as=given["described_as"], seat=seat, by=request.user, now=timezone.now())
        except GroupRefused as fault:
            form.add_error("described_as", str(fault))
        else:
            return _back(school)
    return show_group(request, school, described_form=form, status=422)


@command
@of_school(Right.RUN_PROGRAMME)
@step_up
@not_found_on(NotFound)
def working_group_remove(request: SignedIn, school: School) -> HttpResponse:
    """Take somebody out of the group."""
    actions.remove_member(school=school, key=request.POST.get("key", ""), by=request.user, now=timezone.now())
    return _back(school)


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def working_group_slot(request: SignedIn, school: School, slot: str) -> HttpResponse:
    """Say who answers for filtering and monitoring."""
    if slot not in Slot.values:
        raise Http404
    form = SlotForm(request.POST, staff=staff_to_choose(school.pk), prefix=slot)
    if form.is_valid():
        try:
            actions.fill_slot(school=school, slot=Slot(slot), who=form.who(), by=request.user, now=timezone.now())
        except GroupRefused as fault:
            form.add_error("named", str(fault))
        else:
            messages.success(request, f"{Slot(slot).label}: {'named' if form.who() else 'left open'}.")
            return _back(school)
    return show_group(request, school, slot_forms={slot: form}, status=422)


def show_group(
    request: SignedIn, school: School, *, member_form: MemberForm | None = None, described_form: DescribedForm | None = None,
    slot_forms: dict[str, SlotForm] | None = None, plan_form: PlanMeetingForm | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page, with any form that could not be taken and what was typed into it."""
    staff, members, today = staff_to_choose(school.pk), members_of(school.pk), timezone.localdate()
    held = count_meetings(school.pk)
    slots = [(filled, (slot_forms or {}).get(filled.slot) or _slot_form(filled.slot, filled.user_id, filled.name, staff)) for filled in slots_of(school.pk)]
    suggestion = next_suggestion(held)
    context = {
        "school": school,
        "step": Step.WORKING_GROUP,
        "runs": runs_programme(request.user, school.pk),
        "may_print": has_right(request.user, school.pk, Right.SEE_ASSURANCE),
        "members": [(member, _member_form(member, staff)) for member in members],
        "missing": missing_strands(strand for member in members for strand in member.strands),
        "slots": slots,
        "meetings": meetings_of(school.pk),
        "actions": open_actions_of(school.pk, today=today),
        "suggestion": suggestion,
        "suggestion_agenda": "\n".join(suggestion.agenda) if suggestion else "",
        "suggestion_number": held + 1,
        "first_three": [(each, number < held) for number, each in enumerate(FIRST_THREE)],
        "today": today,
        "member_form": member_form or MemberForm(staff=staff),
        "described_form": described_form or DescribedForm(),
        "plan_form": plan_form or PlanMeetingForm(prefix="plan"),
        "open_form": "member" if member_form else "described" if described_form else "plan" if plan_form else "",
    }
    return render(request, "working_group/working_group.html", context, status=status)


def _slot_form(slot: Slot, user_id: int | None, name: str, staff: list[User]) -> SlotForm:
    initial = {"person": str(user_id) if user_id else "", "named": "" if user_id else name}
    return SlotForm(staff=staff, prefix=slot, initial=initial)


def _member_form(member: GroupMember, staff: list[User]) -> MemberForm | None:
    if member.user_id is None:
        return None
    initial = {"person": str(member.user_id), "strands": [str(strand) for strand in member.strands], "seat": member.seat}
    return MemberForm(staff=staff, initial=initial, auto_id=f"{member.key}_%s")


def _back(school: School) -> HttpResponse:
    return HttpResponseRedirect(reverse("working_group", args=[school.pk]))
