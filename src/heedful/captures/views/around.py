"""What one asks for on a capture's page: the lines and captures round it, and a colleague to take it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from heedful.captures.actions.passing import pass_capture
from heedful.captures.forms_around import ContextForm, PassForm
from heedful.captures.queries.around import open_context
from heedful.captures.queries.queue import NotFound, capture_to_decide
from heedful.captures.rules import ContextReason, NotAllowedNow
from heedful.captures.views.capture import Trouble, show_capture
from heedful.people.access import SignedIn
from heedful.web.decorators import command, not_found_on


@command
@not_found_on(NotFound)
def context(request: SignedIn, number: int) -> HttpResponse:
    """The capture's page with what stands round it open. It has no address of its own: it is in this answer alone."""
    capture_to_decide(request.user, number)
    form = ContextForm(request.POST)
    if not form.is_valid():
        return show_capture(request, number, Trouble("context", "Choose a reason.", {}, 422))
    found = open_context(request.user, number, reason=ContextReason(form.cleaned_data["because"]), now=timezone.now())
    return show_capture(request, number, Trouble(), around=found)


@command
@not_found_on(NotFound)
def hand_over(request: SignedIn, number: int) -> HttpResponse:
    """Pass it to a colleague; then back to the queue."""
    capture_to_decide(request.user, number)
    form = PassForm(request.POST)
    if not form.is_valid():
        return show_capture(request, number, Trouble("pass", "Choose a colleague.", {}, 422))
    try:
        done = pass_capture(number=number, to=form.cleaned_data["to"], viewer=request.user, now=timezone.now())
    except NotAllowedNow as fault:
        return show_capture(request, number, Trouble("pass", str(fault), {}, 422))
    messages.success(request, f"Capture {number} is passed to {done.assigned_to}. They are told, and you see when they have opened it.")
    return HttpResponseRedirect(reverse("queue"))
