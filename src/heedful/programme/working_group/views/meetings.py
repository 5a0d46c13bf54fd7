"""Meetings: planned, recorded, with decisions and actions; minutes as PDF."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from heedful.people.access import SignedIn
from heedful.people.models import School
from heedful.people.rules import NotFound, Right
from heedful.programme.access import of_school
from heedful.programme.steps import Step
from heedful.programme.working_group import actions
from heedful.programme.working_group.forms import ActionForm, ChangeMeetingForm, DecisionForm, PlanMeetingForm, RecordForm
from heedful.programme.working_group.queries import MeetingPage, decision_log_of, meeting_page, members_of, runs_programme, staff_to_choose
from heedful.programme.working_group.rules import GroupRefused, Kind
from heedful.programme.working_group.views.group import show_group
from heedful.web.decorators import command, not_found_on, page
from heedful.web.pdf import pdf_response


@command
@of_school(Right.RUN_PROGRAMME)
def meeting_plan(request: SignedIn, school: School) -> HttpResponse:
    """Put a meeting into the plan."""
    form = PlanMeetingForm(request.POST, prefix="plan")
    if not form.is_valid():
        return show_group(request, school, plan_form=form, status=422)
    given = form.cleaned_data
    meeting = actions.plan_meeting(
        school=school, kind=Kind(given["kind"]), on=given["on"], agenda=form.points(), by=request.user, now=timezone.now()
    )
    return _to(school, meeting.pk)


@page
@of_school(Right.SEE_PROGRAMME)
@not_found_on(NotFound)
def meeting(request: SignedIn, school: School, meeting_id: int) -> HttpResponse:
    """One meeting: its agenda, who was there, what was decided, who does what."""
    return _show(request, school, _page(school, meeting_id))


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def meeting_change(request: SignedIn, school: School, meeting_id: int) -> HttpResponse:
    """Put a planned meeting on another day, or change its agenda."""
    shown = _page(school, meeting_id)
    form = ChangeMeetingForm(request.POST, prefix="change")
    if form.is_valid():
        try:
            actions.change_meeting(
                school=school, meeting_id=meeting_id, on=form.cleaned_data["on"], agenda=form.points(), by=request.user, now=timezone.now()
            )
        except GroupRefused as fault:
            form.add_error(None, str(fault))
        else:
            return _to(school, meeting_id)
    return _show(request, school, shown, change_form=form, status=422)


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def meeting_call_off(request: SignedIn, school: School, meeting_id: int) -> HttpResponse:
    """Take a planned meeting out of the plan."""
    try:
        actions.call_off_meeting(school=school, meeting_id=meeting_id, by=request.user, now=timezone.now())
    except GroupRefused as fault:
        messages.warning(request, str(fault))
        return _to(school, meeting_id)
    messages.success(request, "The meeting is called off.")
    return HttpResponseRedirect(reverse("working_group", args=[school.pk]))


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def meeting_record(request: SignedIn, school: School, meeting_id: int) -> HttpResponse:
    """Write down that it took place."""
    shown = _page(school, meeting_id)
    form = RecordForm(request.POST, members=members_of(school.pk), staff=staff_to_choose(school.pk))
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.record_meeting(
                school=school, meeting_id=meeting_id, on=given["on"], attended=form.people(), others=form.described(), notes=given["notes"],
                by=request.user, now=timezone.now(),
            )  # fmt: skip
        except GroupRefused as fault:
            form.add_error(None, str(fault))
        else:
            messages.success(request, "The meeting is recorded. Its minutes can be printed.")
            return _to(school, meeting_id)
    return _show(request, school, shown, record_form=form, status=422)


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def meeting_decision(request: SignedIn, school: School, meeting_id: int) -> HttpResponse:
    """Write down what was decided."""
    shown = _page(school, meeting_id)
    form = DecisionForm(request.POST, prefix="decision")
    if not form.is_valid():
        return _show(request, school, shown, decision_form=form, status=422)
    actions.record_decision(school=school, meeting_id=meeting_id, text=form.cleaned_data["text"], by=request.user, now=timezone.now())
    return _to(school, meeting_id)


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def meeting_action(request: SignedIn, school: School, meeting_id: int) -> HttpResponse:
    """Ask somebody to do something by a day."""
    shown = _page(school, meeting_id)
    form = ActionForm(request.POST, members=members_of(school.pk), staff=staff_to_choose(school.pk), prefix="action")
    if not form.is_valid():
        return _show(request, school, shown, action_form=form, status=422)
    actions.add_action(
        school=school, meeting_id=meeting_id, text=form.cleaned_data["text"], owner=form.who(), due_on=form.day(), by=request.user,
        now=timezone.now(),
    )  # fmt: skip
    return _to(school, meeting_id)


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def action_done(request: SignedIn, school: School, action_id: int) -> HttpResponse:
    """Say that something was done; back to where it was said."""
    actions.finish_action(school=school, action_id=action_id, by=request.user, now=timezone.now())
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return HttpResponseRedirect(back if is_ours and back.startswith("/") else reverse("working_group", args=[school.pk]))


@page
@of_school(Right.SEE_PROGRAMME)
@not_found_on(NotFound)
def meeting_minutes(request: SignedIn, school: School, meeting_id: int) -> HttpResponse:
    """The minutes as PDF: before the meeting, its agenda."""
    context = {"school": school, "meeting": _page(school, meeting_id), "now": timezone.now()}
    return pdf_response("working_group/minutes.html", context, file_name=f"heedful-meeting-{meeting_id}.pdf")


@page
@of_school(Right.SEE_ASSURANCE)
def decision_log(request: SignedIn, school: School) -> HttpResponse:
    """What was decided and which settings were changed, with the reasons, as PDF (G06)."""
    context = {"school": school, "log": decision_log_of(school.pk), "now": timezone.now()}
    return pdf_response("working_group/decisions.html", context, file_name="heedful-decisions.pdf")


def _page(school: School, meeting_id: int) -> MeetingPage:
    return meeting_page(school.pk, meeting_id, today=timezone.localdate())


def _show(
    request: SignedIn, school: School, shown: MeetingPage, *, record_form: RecordForm | None = None, decision_form: DecisionForm | None = None,
    action_form: ActionForm | None = None, change_form: ChangeMeetingForm | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    members, staff, today = members_of(school.pk), staff_to_choose(school.pk), timezone.localdate()
    described = {member.name: member.key for member in members if member.user_id is None}
    ticked = [*map(str, shown.attended_ids), *(described[name] for name in shown.others if name in described)]
    others = "\n".join(name for name in shown.others if name not in described)
    initial = {"on": min(shown.on, today), "attended": ticked, "others": others, "notes": shown.notes}
    context = {
        "school": school,
        "step": Step.WORKING_GROUP,
        "runs": runs_programme(request.user, school.pk),
        "meeting": shown,
        "change_form": change_form or ChangeMeetingForm(prefix="change", initial={"on": shown.on, "agenda": "\n".join(shown.agenda)}),
        "record_form": record_form or RecordForm(members=members, staff=staff, initial=initial),
        "records_now": record_form is not None or (not shown.is_held and shown.on <= today),
        "decision_form": decision_form or DecisionForm(prefix="decision"),
        "action_form": action_form or ActionForm(members=members, staff=staff, prefix="action"),
    }
    return render(request, "working_group/meeting.html", context, status=status)


def _to(school: School, meeting_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("meeting", args=[school.pk, meeting_id]))
