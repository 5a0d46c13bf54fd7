"""What people decide on a capture, from its forms. Each door asks its action and then goes on to what is next."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from heedful.captures.actions.decide import (
    StaleEdit,
    acknowledge_capture,
    close_capture,
    dismiss_capture,
    grade_capture,
    note_capture,
    route_capture,
)
from heedful.captures.actions.reveal import NotShowable, reveal_picture
from heedful.captures.forms import CloseForm, DismissForm, GradeForm, NoteForm, RevealForm, RouteForm
from heedful.captures.models import Capture
from heedful.captures.queries.queue import NotFound, capture_to_decide, is_visible, next_to_review
from heedful.captures.rules import SEVERITY_WORDS, Closing, FalsePositive, Level, NotAllowedNow, Outcome, RevealReason
from heedful.captures.views.capture import Trouble, show_capture
from heedful.people.access import SignedIn
from heedful.thresholds.rules import Route
from heedful.web.decorators import command, not_found_on

STALE = "Somebody else decided on this capture while you had it open, so nothing of yours was saved. See what they did, then send it again if it still stands."


@command
@not_found_on(NotFound)
def acknowledge(request: SignedIn, number: int) -> HttpResponse:
    """ "I have it": stops the clock, stays on the page."""
    acknowledge_capture(number=number, viewer=request.user, now=timezone.now())
    messages.success(request, "You have it. The clock has stopped.")
    return _stay(request, number)


@command
@not_found_on(NotFound)
def grade(request: SignedIn, number: int) -> HttpResponse:
    """The verdict; then the next capture."""

    def decide(given: dict[str, str]) -> HttpResponse:
        value = int(given["grade"])
        done = grade_capture(number=number, grade=value, revision=int(given["revision"]), viewer=request.user, now=timezone.now())
        stays = " It stays open until you close it with what was done." if value >= Level.SERIOUS else ""
        _say(request, number, f"graded {value} {SEVERITY_WORDS[value]}, {done.get_route_display().lower()}.{stays}")
        return _go_on(request, done)

    return _decided(request, number, "grade", GradeForm, decide)


@command
@not_found_on(NotFound)
def dismiss(request: SignedIn, number: int) -> HttpResponse:
    """A false positive with its reason; then the next capture."""

    def decide(given: dict[str, str]) -> HttpResponse:
        reason = FalsePositive(given["reason"])
        done = dismiss_capture(number=number, reason=reason, revision=int(given["revision"]), viewer=request.user, now=timezone.now())
        _say(request, number, f"closed as a false positive: {reason.label.lower()}.")
        return _go_on(request, done)

    return _decided(request, number, "dismiss", DismissForm, decide)


@command
@not_found_on(NotFound)
def route(request: SignedIn, number: int) -> HttpResponse:
    """Another register than the table suggests."""

    def decide(given: dict[str, str]) -> HttpResponse:
        to = Route(given["route"])
        route_capture(number=number, route=to, revision=int(given["revision"]), viewer=request.user, now=timezone.now())
        _say(request, number, f"goes to {to.label.lower()} now.")
        return _stay(request, number)

    return _decided(request, number, "route", RouteForm, decide)


@command
@not_found_on(NotFound)
def note(request: SignedIn, number: int) -> HttpResponse:
    """A note, kept for good."""

    def decide(given: dict[str, str]) -> HttpResponse:
        note_capture(number=number, text=given["note"], viewer=request.user, now=timezone.now())
        messages.success(request, "Note added.")
        return HttpResponseRedirect(reverse("capture", args=[number]) + "#notes")

    return _decided(request, number, "note", NoteForm, decide)


@command
@not_found_on(NotFound)
def close(request: SignedIn, number: int) -> HttpResponse:
    """What was done and what changed; then the next capture."""

    def decide(given: dict[str, str]) -> HttpResponse:
        closing = Closing(given["action"], Outcome(given["outcome"]) if given["outcome"] else None)
        done = close_capture(number=number, closing=closing, revision=int(given["revision"]), viewer=request.user, now=timezone.now())
        _say(request, number, "closed.")
        return _go_on(request, done)

    return _decided(request, number, "close", CloseForm, decide)


@command
@not_found_on(NotFound)
def reveal(request: SignedIn, number: int) -> HttpResponse:
    """The capture's page with its picture open. The picture has no address of its own: it is in this answer alone."""

    def decide(given: dict[str, str]) -> HttpResponse:
        picture = reveal_picture(number=number, reason=RevealReason(given["why"]), viewer=request.user, now=timezone.now())
        return show_capture(request, number, Trouble(), picture=picture)

    return _decided(request, number, "reveal", RevealForm, decide)


def _decided(
    request: SignedIn, number: int, name: str, form_class: type[forms.Form], decide: Callable[[dict[str, str]], HttpResponse]
) -> HttpResponse:
    """Ask the action, or show the page again with the trouble beside the field and everything typed kept."""
    capture_to_decide(request.user, number)  # not yours is 404, whatever the form holds
    typed = {key: str(value) for key, value in request.POST.items() if key != "csrfmiddlewaretoken"}
    form = form_class(request.POST)
    if not form.is_valid():
        fault = next(iter(next(iter(form.errors.values()))))
        return show_capture(request, number, Trouble(name, str(fault), typed, 422))
    try:
        return decide({key: str(value) for key, value in form.cleaned_data.items()})
    except (NotAllowedNow, NotShowable) as fault:
        return show_capture(request, number, Trouble(name, str(fault), typed, 422))
    except StaleEdit:
        return show_capture(request, number, Trouble("stale", STALE, typed, 409))


def _say(request: SignedIn, number: int, what: str) -> None:
    link = format_html('<a href="{}">Capture {}</a>', reverse("capture", args=[number]), number)
    messages.success(request, format_html("{} {}", link, what))


def _go_on(request: SignedIn, done: Capture) -> HttpResponse:
    """To the top of the queue, opened; to the queue itself when nothing waits."""
    following = next_to_review(request.user, after=done)
    return HttpResponseRedirect(reverse("capture", args=[following]) if following else reverse("queue"))


def _stay(request: SignedIn, number: int) -> HttpResponse:
    """Back to the capture, or to the queue when the new route has taken it out of the viewer's sight."""
    return HttpResponseRedirect(reverse("capture", args=[number]) if is_visible(request.user, number) else reverse("queue"))
