"""Who may open live captures, and opening them in an emergency."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from heedful.people.access import SignedIn, step_up
from heedful.people.clearance.actions import mend_glass
from heedful.people.clearance.queries import glass_of_school, open_glass, readers_of_school
from heedful.people.clearance.rules import NARROWED_FOR, GlassRefused
from heedful.people.models import School
from heedful.people.queries import waits_for_clearance
from heedful.people.rules import Right
from heedful.programme.access import of_school
from heedful.programme.steps import Step
from heedful.programme.training.access import of_my_school
from heedful.programme.training.emergency import open_for_emergency
from heedful.programme.training.forms import GlassForm
from heedful.programme.training.queries import my_reading
from heedful.web.decorators import command, page, page_with_form


@page
@of_school(Right.SEE_PROGRAMME)
def clearances(request: SignedIn, school: School) -> HttpResponse:
    """Who reads captures here, until when, and who broke the glass."""
    now = timezone.now()
    context = {
        "school": school, "step": Step.TRAINING, "readers": readers_of_school(school.pk, now=now), "glass": glass_of_school(school.pk),
        "narrowed_days": NARROWED_FOR.days, "now": now,
    }  # fmt: skip
    return render(request, "training/clearances.html", context)


@page_with_form
@of_my_school
def break_glass(request: SignedIn, school: School) -> HttpResponse:
    """Why captures are closed to this person, what opens them, and the emergency way."""
    mine = my_reading(request.user, school.pk, now=timezone.now())
    if mine is None:
        if school.pk not in waits_for_clearance(request.user):
            raise Http404
        return HttpResponseRedirect(reverse("training", args=(school.pk,)))  # a grant is no role: it has no glass to break
    return _open(request, school) if request.method == "POST" else _show(request, school, GlassForm())


@step_up
def _open(request: SignedIn, school: School) -> HttpResponse:
    form, now = GlassForm(request.POST), timezone.now()
    if form.is_valid():
        try:
            open_for_emergency(viewer=request.user, school=school, reason=form.cleaned_data["reason"], hours=form.cleaned_data["hours"], now=now)
        except GlassRefused as fault:
            form.add_error("reason", str(fault))
        else:
            messages.success(request, "Captures are open to you. The head has been told.")
            return HttpResponseRedirect(_back(request))
    return _show(request, school, form, status=422)


def _show(request: SignedIn, school: School, form: GlassForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    context = {
        "school": school, "form": form, "mine": my_reading(request.user, school.pk, now=now), "next": request.GET.get("next", ""),
        "is_open": school.pk in open_glass(request.user, now=now),
    }  # fmt: skip
    return render(request, "training/break_glass.html", context, status=status)


def _back(request: SignedIn) -> str:
    wanted = request.GET.get("next", "")
    return wanted if wanted.startswith("/captures/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else reverse("queue")


@command
@of_my_school
def mend(request: SignedIn, school: School, glass: int) -> HttpResponse:
    """Close captures again before the time is over."""
    if not mend_glass(glass_id=glass, viewer=request.user, now=timezone.now()):
        raise Http404
    messages.success(request, "Captures are closed to you again.")
    return HttpResponseRedirect(reverse("training", args=(school.pk,)))
