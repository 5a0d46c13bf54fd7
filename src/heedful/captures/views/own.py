"""One's own keyboard and views of the queue, and being seen with a capture open."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.captures.actions.own import begin_with_view, forget_keys, remove_view, save_view, set_keys, switch_keys
from heedful.captures.actions.presence import be_seen
from heedful.captures.addresses import query_of
from heedful.captures.keyboard import ACTIONS, PLACES, KeysRefused
from heedful.captures.queries.own import keyboard_of, view_of
from heedful.captures.queries.queue import NotFound
from heedful.captures.rules import NotAllowedNow
from heedful.captures.views.asking import asked_of, queue_address
from heedful.people.access import SignedIn, needs
from heedful.people.rules import Right
from heedful.web.decorators import command, not_found_on, page_with_form


@dataclass(frozen=True)
class KeyField:
    """One shortcut as a field."""

    action: str
    words: str
    written: str
    default: str
    fault: str


@dataclass(frozen=True)
class KeyboardContext:
    keys_on: bool
    goes_on: bool
    decides: bool
    places: tuple[tuple[str, tuple[KeyField, ...]], ...]
    has_faults: bool


@page_with_form
def keyboard(request: SignedIn) -> HttpResponse:
    """Change one's keys, switch them off, and choose whether a decision goes on to the next capture."""
    if request.method != "POST":
        return _keyboard(request)
    if request.POST.get("to") == "defaults":
        forget_keys(viewer=request.user)
        messages.success(request, "Your keys are the usual ones again.")
        return HttpResponseRedirect(reverse("keyboard"))
    if request.POST.get("to") == "switch":  # from the sheet
        switch_keys(viewer=request.user, keys_on=request.POST.get("keys_on") == "yes")
        return HttpResponse(status=204)
    written = {action: request.POST[f"key-{action}"] for action in ACTIONS if f"key-{action}" in request.POST}
    try:
        set_keys(
            viewer=request.user,
            keys=written,
            keys_on=request.POST.get("keys_on") == "yes",
            goes_on=request.POST.get("goes_on") == "yes",
        )
    except KeysRefused as fault:
        return _keyboard(request, written=written, faults=fault.faults)
    messages.success(request, "Saved.")
    return HttpResponseRedirect(reverse("keyboard"))


def _keyboard(request: SignedIn, *, written: dict[str, str] | None = None, faults: dict[str, str] | None = None) -> HttpResponse:
    mine, faults = keyboard_of(request.user), faults or {}
    typed = {bound.shortcut.action: bound.written for _, bounds in mine.places for bound in bounds} | (written or {})
    places = tuple(
        (
            place,
            tuple(
                KeyField(each.action, each.words, typed[each.action], ", ".join(each.keys), faults.get(each.action, ""))
                for each in ACTIONS.values()
                if each.place == place
            ),
        )
        for place in PLACES
    )
    is_on = request.POST.get("keys_on") == "yes" if faults else mine.is_on
    goes_on = request.POST.get("goes_on") == "yes" if faults else mine.goes_on
    context = KeyboardContext(is_on, goes_on, True, places, bool(faults))
    return render(request, "captures/keyboard.html", {"keyboard_page": context}, status=422 if faults else 200)


@command
@needs(Right.READ_BEHAVIOUR)
def keep_view(request: SignedIn) -> HttpResponse:
    """Keep the filters of this address under a name."""
    wanted = asked_of(request)
    try:
        save_view(
            viewer=request.user,
            name=request.POST.get("name", ""),
            query=query_of(wanted),
            is_default=request.POST.get("is_default") == "yes",
        )
    except NotAllowedNow as fault:
        messages.error(request, str(fault))
    else:
        messages.success(request, "The view is kept beside the tabs.")
    return HttpResponseRedirect(queue_address(wanted))


@command
@needs(Right.READ_BEHAVIOUR)
@not_found_on(NotFound)
def change_view(request: SignedIn, view_id: int) -> HttpResponse:
    """Begin with a kept view, no longer begin with it, or remove it."""
    view = view_of(request.user, view_id)
    asked = request.POST.get("to", "")
    if asked == "remove":
        remove_view(viewer=request.user, view_id=view.id)
        messages.success(request, "The view is removed.")
        return HttpResponseRedirect(queue_address(asked_of(request)))
    begin_with_view(viewer=request.user, view_id=view.id, is_default=asked == "default")
    messages.success(
        request, "The queue begins with this view now." if asked == "default" else "The queue begins with all that waits again."
    )
    return HttpResponseRedirect(reverse("queue") + (f"?{view.query}" if view.query else ""))


@command
@not_found_on(NotFound)
def viewing(request: SignedIn, number: int) -> HttpResponse:
    """ "I have it open": asked every few seconds by an open capture. Answers who else has, and reads no content."""
    others = be_seen(number=number, viewer=request.user, now=timezone.now())
    return render(request, "captures/_viewing.html", {"others": others})
