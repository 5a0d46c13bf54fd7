"""The launch: its date, how ready the school is, the decision, and the plan as a picture and as a calendar."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from heedful.people.access import SignedIn, step_up
from heedful.people.models import School
from heedful.people.queries import has_right
from heedful.people.rules import NotFound, Right
from heedful.programme.access import of_school
from heedful.programme.launch.actions import decide, set_date
from heedful.programme.launch.calendar import calendar_of
from heedful.programme.launch.forms import DateForm, DecideForm
from heedful.programme.launch.queries import bars_of, calendar_days, deciding_meetings, launch_of
from heedful.programme.launch.rules import LaunchRefused, Verdict, picture
from heedful.programme.steps import Step
from heedful.web.decorators import command, not_found_on, page
from heedful.web.pdf import pdf_response


@page
@of_school()
def launch(request: SignedIn, school: School) -> HttpResponse:
    return _page(request, school)


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def launch_date(request: SignedIn, school: School) -> HttpResponse:
    """Set or move the date; every stakeholder group is told."""
    form = DateForm(request.POST, is_first=school.launch_on is None)
    if form.is_valid():
        try:
            set_date(school=school, on=form.cleaned_data["on"], reason=form.cleaned_data.get("reason", ""), viewer=request.user, now=timezone.now())
        except LaunchRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The date is set, and everybody is told: staff by message, the others as hand-outs on the communication page.")
            return redirect("launch", school.pk)
    return _page(request, school, date_form=form)


@command
@of_school(Right.CHANGE_STAGE)
@step_up
@not_found_on(NotFound)
def launch_decide(request: SignedIn, school: School) -> HttpResponse:
    """Record what a meeting decided."""
    form = DecideForm(request.POST, meetings=deciding_meetings(school.pk))
    if form.is_valid():
        wanted = form.cleaned_data
        try:
            decide(
                school=school, meeting_id=wanted["meeting"], verdict=Verdict(wanted["verdict"]), note=wanted["note"], viewer=request.user, now=timezone.now()
            )
        except LaunchRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The decision is recorded, with every gate as it stands now.")
            return redirect("launch", school.pk)
    return _page(request, school, decide_form=form)


def _page(request: SignedIn, school: School, *, date_form: DateForm | None = None, decide_form: DecideForm | None = None) -> HttpResponse:
    found = launch_of(request.user, school, now=timezone.now())
    if found is None:
        raise Http404
    meetings = deciding_meetings(school.pk)
    context = {
        "school": school, "step": Step.LAUNCH, "launch": found, "meetings": meetings,
        "picture": picture(bars_of(request.user, school, now=timezone.now()), today=timezone.localdate(), launch=school.launch_on),
        "date_form": date_form or DateForm(is_first=school.launch_on is None, initial={"on": school.launch_on}),
        "decide_form": decide_form or DecideForm(meetings=meetings),
        "may_run": has_right(request.user, school.pk, Right.RUN_PROGRAMME), "may_move": has_right(request.user, school.pk, Right.CHANGE_STAGE),
    }  # fmt: skip
    return render(request, "launch/launch.html", context, status=422 if date_form or decide_form else 200)


@page
@of_school()
def plan_calendar(request: SignedIn, school: School) -> HttpResponse:
    """The plan as a calendar file, to put into the school's own."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    days = calendar_days(request.user, school)
    response = HttpResponse(calendar_of(days, name=f"Heedful: {school.name}", host=host, now=timezone.now()), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="heedful-plan.ics"'
    return response


@page
@of_school()
def plan_print(request: SignedIn, school: School) -> HttpResponse:
    """The plan as a page to hang on the wall."""
    found, bars = launch_of(request.user, school, now=timezone.now()), bars_of(request.user, school, now=timezone.now())
    drawn = picture(bars, today=timezone.localdate(), launch=school.launch_on)
    context = {"school": school, "launch": found, "picture": drawn, "made_at": timezone.now()}
    return pdf_response("launch/plan.print.html", context, file_name="heedful-plan.pdf", styles=("plan.css",))
