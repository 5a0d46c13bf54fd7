"""The page of the parallel run: what both systems saw, the columns of the export, exports, and minutes."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.people.access import SignedIn
from heedful.people.models import School
from heedful.people.rules import Right
from heedful.programme.access import of_school
from heedful.programme.pilot.measures.presenting import FEWER
from heedful.programme.pilot.measures.rules import LEAST_SHOWN
from heedful.programme.pilot.parallel.actions import import_alerts, read_columns, set_columns, set_minutes
from heedful.programme.pilot.parallel.forms import ColumnsForm, HeadersForm, ImportForm, MinutesForm
from heedful.programme.pilot.parallel.queries import side_by_side
from heedful.programme.pilot.parallel.rules import FileRefused, WeekBySide
from heedful.programme.steps import Step
from heedful.web.decorators import command, page


@page
@of_school(Right.SEE_PROGRAMME)
def parallel(request: SignedIn, school: School) -> HttpResponse:
    """The two systems side by side."""
    return _show(request, school)


@command
@of_school(Right.RUN_PROGRAMME)
def parallel_headers(request: SignedIn, school: School) -> HttpResponse:
    """Learn the names of the export's columns; the form to name them comes back."""
    form = HeadersForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            return _show(request, school, headers=form, status=422)
        read_columns(school=school, system=form.cleaned_data["system"], content=form.cleaned_data["file"].read(), viewer=request.user, now=timezone.now())
    except FileRefused as fault:
        _add(form, "file", fault)
        return _show(request, school, headers=form, status=422)
    messages.success(request, "The columns are known. Check which one is which, then bring an export in.")
    return _back(school)


@command
@of_school(Right.RUN_PROGRAMME)
def parallel_columns(request: SignedIn, school: School) -> HttpResponse:
    """Say which column holds what."""
    known = side_by_side(request.user, school, now=timezone.now()).columns
    form = ColumnsForm(request.POST, headers=known.headers if known else ())
    try:
        if not form.is_valid():
            return _show(request, school, columns=form, status=422)
        set_columns(school=school, chosen=form.cleaned_data, viewer=request.user, now=timezone.now())
    except FileRefused as fault:
        _add(form, None, fault)
        return _show(request, school, columns=form, status=422)
    messages.success(request, "Kept. Heedful reads every export of this system like that from now on.")
    return _back(school)


@command
@of_school(Right.RUN_PROGRAMME)
def parallel_import(request: SignedIn, school: School) -> HttpResponse:
    """Bring an export in; with a fault nothing of it counts."""
    form = ImportForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            return _show(request, school, importing=form, status=422)
        made = import_alerts(school=school, content=form.cleaned_data["file"].read(), viewer=request.user, now=timezone.now())
    except FileRefused as fault:
        _add(form, "file", fault)
        return _show(request, school, importing=form, status=422)
    unknown = f" {made.unknown} were on accounts that are on no roll." if made.unknown else ""
    messages.success(request, f"{made.rows} alerts read, {made.new} of them new.{unknown}")
    return _back(school)


@command
@of_school(Right.RUN_PROGRAMME)
def parallel_minutes(request: SignedIn, school: School) -> HttpResponse:
    """Write down how long people spent on the present system in a week."""
    form = MinutesForm(request.POST)
    try:
        if not form.is_valid():
            return _show(request, school, minutes_fault="Give the minutes as a whole number.", status=422)
        set_minutes(school=school, week=form.cleaned_data["week"], minutes=form.cleaned_data["minutes"], viewer=request.user, now=timezone.now())
    except FileRefused as fault:
        return _show(request, school, minutes_fault=str(fault), status=422)
    messages.success(request, "Kept.")
    return _back(school)


def _show(
    request: SignedIn, school: School, *, headers: HeadersForm | None = None, columns: ColumnsForm | None = None, importing: ImportForm | None = None,
    minutes_fault: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    found = side_by_side(request.user, school, now=timezone.now())
    known = found.columns
    context = {
        "school": school,
        "step": Step.PILOT,
        "found": found,
        "shown": [_week(week, is_exact=found.is_exact) for week in found.weeks],
        "headers_form": headers or HeadersForm(initial={"system": known.system if known else ""}),
        "columns_form": columns or (ColumnsForm(headers=known.headers, initial={n: getattr(known, n) for n in ("time", "account", "category", "order")}) if known else None),
        "import_form": importing or ImportForm(),
        "minutes_fault": minutes_fault,
    }
    return render(request, "parallel/parallel.html", context, status=status)


def _week(week: WeekBySide, *, is_exact: bool) -> dict[str, object]:
    """One line of the table; a number under five could point at a pupil."""

    def shown(number: int) -> str:
        return FEWER if 0 < number < LEAST_SHOWN and not is_exact else str(number)

    return {
        "day": week.week, "both": shown(week.both), "ours": shown(week.ours), "theirs": shown(week.theirs), "outside": shown(week.outside),
        "our_minutes": round(week.our_minutes), "their_minutes": "" if week.their_minutes is None else week.their_minutes,
    }  # fmt: skip


def _add(form: forms.Form, field: str | None, fault: FileRefused) -> None:
    for each in fault.faults:
        form.add_error(field, each)


def _back(school: School) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("parallel", args=[school.pk]))
