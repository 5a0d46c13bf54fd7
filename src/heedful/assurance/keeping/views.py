"""Retention, the record, backups: pages for leads, head and governors; backups for technicians too."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.assurance.actions import BACKUP_OLD_DAYS, record_restore_tried
from heedful.assurance.keeping.forms import PeriodForm
from heedful.assurance.keeping.queries import backups_page, backups_page_runs, record_page, retention_page, schools_to_change
from heedful.captures.actions.periods import choose_days
from heedful.captures.queries.queue import NotFound
from heedful.captures.retention import RetentionRefused
from heedful.people.access import SignedIn, needs, step_up
from heedful.people.queries import schools_with
from heedful.people.rules import Right
from heedful.vault.recovery import has_recovery_key
from heedful.web.decorators import command, not_found_on, page


@page
@needs(Right.SEE_ASSURANCE)
def retention(request: SignedIn) -> HttpResponse:
    """What is kept how long, what goes next, what is held, what went."""
    return _retention(request, None)


@command
@needs(Right.CHANGE_RETENTION)
@step_up
@not_found_on(NotFound)
def retention_period(request: SignedIn) -> HttpResponse:
    """Keep one kind longer or shorter, for a reason."""
    form = PeriodForm(request.POST, schools=schools_to_change(request.user))
    if form.is_valid():
        given = form.cleaned_data
        try:
            choice = choose_days(
                school_id=given["school"], kind=form.kept(), days=given["days"], reason=given["reason"], viewer=request.user, now=timezone.now()
            )
        except RetentionRefused as fault:
            form.add_error("days", str(fault))
        else:
            messages.success(request, f"{form.kept().label}: {choice.days} days, from {choice.counts_from:%-d %B %Y} on.")
            return HttpResponseRedirect(reverse("retention"))
    return _retention(request, form, status=422)


def _retention(request: SignedIn, form: PeriodForm | None, *, status: int = 200) -> HttpResponse:
    schools = schools_to_change(request.user)
    form = form or (PeriodForm(schools=schools) if schools else None)
    context = {"page": retention_page(request.user, now=timezone.now()), "form": form}
    return render(request, "assurance/retention.html", context, status=status)


@page
@needs(Right.SEE_ASSURANCE)
def record(request: SignedIn) -> HttpResponse:
    """Where the audit chain stands, whether it is whole, and how to prove it."""
    return render(request, "assurance/record.html", {"schools": record_page(request.user)})


@page
def backups(request: SignedIn) -> HttpResponse:
    """The last backups and their age."""
    if not any(schools_with(request.user, right) for right in (Right.SEE_DEVICES, Right.SEE_ASSURANCE)):
        raise Http404
    values = settings.VALUES
    shown = backups_page(
        now=timezone.now(), folder_is_set=values.path("HEEDFUL_BACKUP_DIR") is not None, keep=values.number("HEEDFUL_BACKUP_KEEP"),
        has_recovery_key=has_recovery_key(), old_after=timedelta(days=BACKUP_OLD_DAYS),
    )  # fmt: skip
    return render(request, "assurance/backups.html", {"page": shown, "looks_after": _looks_after_backups(request)})


@command
def backup_tried(request: SignedIn) -> HttpResponse:
    """Somebody says that they restored a backup on another machine and looked at what came back."""
    if not _looks_after_backups(request):
        raise Http404
    made = {run.name for run in backups_page_runs()}
    if (name := request.POST.get("backup", "")) not in made:
        messages.error(request, "Choose which backup it was. One that Heedful did not make can't be recorded here.")
    else:
        record_restore_tried(backup=name, by=request.user, now=timezone.now())
        messages.success(request, "Recorded: it was restored and found whole today.")
    return HttpResponseRedirect(reverse("backups"))


def _looks_after_backups(request: SignedIn) -> bool:
    return any(schools_with(request.user, right) for right in (Right.SEE_DEVICES, Right.RUN_PROGRAMME))
