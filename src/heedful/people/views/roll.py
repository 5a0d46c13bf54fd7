"""Importing the roll by hand: files, what they would change, the decision, and what earlier imports did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.people.access import SignedIn, needs, step_up
from heedful.people.queries import my_schools
from heedful.people.roll.actions.imports import apply_import, read_import, refuse_import
from heedful.people.roll.actions.look import read_import_page
from heedful.people.roll.forms import UploadForm
from heedful.people.roll.queries.imports import ImportPage, imports_for, schools_to_import_for
from heedful.people.roll.rules import BRAKE_PERCENT, BRAKED_PARTS, Door, ImportRefused, ImportState
from heedful.people.rules import NotFound, Right
from heedful.web.decorators import command, not_found_on, page, page_with_form

PARTS = {"pupils": "Pupils", "staff": "Staff", "accounts": "Accounts"}
COLUMNS = {"on_roll": "On the roll", "added": "Added", "changed": "Changed", "moved": "Moved", "closed": "Closed", "reopened": "Back", "untouched": "Untouched"}  # fmt: skip
KINDS = {"plain": "Plain CSV", "oneroster_1_1": "OneRoster 1.1", "oneroster_1_2": "OneRoster 1.2"}


@page_with_form
@needs(Right.CHANGE_ROLL)
def roll(request: SignedIn) -> HttpResponse:
    """The form for files, and the latest imports."""
    schools = schools_to_import_for(request.user)
    form = UploadForm(
        request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None, schools=schools
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            found = read_import(
                school_id=given["school"],
                uploads=form.uploads(),
                door=Door.PAGE,
                org=given["org"].strip(),
                by=request.user,
                now=timezone.now(),
            )
            return HttpResponseRedirect(reverse("roll_import", args=[found.pk]))
    context = {"form": form, "imports": imports_for(request.user), "many_schools": len(my_schools(request.user)) > 1}
    return render(request, "people/roll.html", context, status=status)


@page
@needs(Right.CHANGE_ROLL)
@not_found_on(NotFound)
def roll_import(request: SignedIn, number: int) -> HttpResponse:
    """What an import would change, or has."""
    return _show(request, number)


@command
@needs(Right.CHANGE_ROLL)
@step_up
@not_found_on(NotFound)
def roll_apply(request: SignedIn, number: int) -> HttpResponse:
    """Change the roll as it was shown."""
    try:
        apply_import(
            import_id=number, difference_hash=request.POST.get("difference", ""), viewer=request.user, now=timezone.now(),
            is_brake_confirmed=request.POST.get("confirm") == "yes",
        )  # fmt: skip
    except ImportRefused as fault:
        return _show(request, number, trouble=str(fault))
    messages.success(request, "The roll is as the files say.")
    return HttpResponseRedirect(reverse("roll_import", args=[number]))


@command
@needs(Right.CHANGE_ROLL)
@not_found_on(NotFound)
def roll_refuse(request: SignedIn, number: int) -> HttpResponse:
    """Turn an import down."""
    try:
        refuse_import(import_id=number, viewer=request.user, now=timezone.now())
    except ImportRefused as fault:
        return _show(request, number, trouble=str(fault))
    messages.success(request, "Turned down. Nothing was changed, and the files are gone.")
    return HttpResponseRedirect(reverse("roll"))


@dataclass(frozen=True)
class Part:
    """One part of the roll in the table of what changes. `share` is how much of it would change, in percent."""

    title: str
    cells: tuple[int | None, ...]
    share: int
    is_braked: bool


def _show(request: SignedIn, number: int, *, trouble: str = "") -> HttpResponse:
    found = read_import_page(number, viewer=request.user, now=timezone.now())
    context = {
        "found": found,
        "trouble": trouble,
        "is_waiting": found.row.state == ImportState.WAITING,
        "kind": KINDS.get(found.kind, ""),
        "columns": COLUMNS.values(),
        "parts": [_part(name, found) for name in PARTS if name in found.row.counts],
        "brake_percent": BRAKE_PERCENT,
        "more_problems": found.row.problems - len(found.problems),
    }
    return render(request, "people/roll_import.html", context, status=422 if trouble else 200)


def _part(name: str, found: ImportPage) -> Part:
    counts: dict[str, Any] = dict(found.row.counts[name])
    touched = sum(counts[each] for each in BRAKED_PARTS[name])
    share = round(100 * touched / counts["on_roll"]) if counts["on_roll"] else 0
    return Part(PARTS[name], tuple(counts.get(column) for column in COLUMNS), share, name in found.braked)
