""" "Wrong child": the page that says whose a capture is, and the page for those who had read it before."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from heedful.captures.actions.decide import StaleEdit
from heedful.captures.actions.move import move_capture
from heedful.captures.forms_moving import MoveForm
from heedful.captures.queries.moving import ToMove, capture_to_move, moved_from, moved_news
from heedful.captures.queries.pupils import FoundPupil, find_pupils
from heedful.captures.queries.queue import NotFound, is_visible
from heedful.captures.rules import MoveReason, NotAllowedNow
from heedful.people.access import SignedIn
from heedful.web.decorators import not_found_on, page, page_with_form

MOST_SEARCH_CHARACTERS = 80
STALE = "Somebody else decided on this capture meanwhile, so nothing was moved. Look at it again, then move it if it is still wrong."


@dataclass(frozen=True)
class MoveContext:
    """All that the page of a move places. `words` is what was searched for: in the form that comes back, never in an address."""

    capture: ToMove
    words: str
    found: tuple[FoundPupil, ...]
    before: FoundPupil | None  # whose it was, where this person has just moved it
    has_more: bool
    has_searched: bool
    reasons: tuple[tuple[str, str], ...]
    chosen: str
    reason: str
    trouble: str = ""


@page_with_form
@not_found_on(NotFound)
def move(request: SignedIn, number: int) -> HttpResponse:
    """Find the pupil it belongs to, then move it there; or put it down to nobody."""
    capture = capture_to_move(request.user, number)
    if request.method != "POST" or "search" in request.POST:
        return _show(request, capture)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _show(request, capture, str(next(iter(next(iter(form.errors.values()))))), status=422)
    given = form.cleaned_data
    try:
        move_capture(
            number=number,
            to=given["to"],
            reason=MoveReason(given["reason"]),
            revision=given["revision"],
            viewer=request.user,
            now=timezone.now(),
        )
    except StaleEdit:
        return _show(request, capture, STALE, status=409)
    except NotAllowedNow as fault:
        return _show(request, capture, str(fault), status=422)
    may_open = is_visible(request.user, number)
    back = format_html(' <a href="{}">Move it back</a>', reverse("capture_move", args=[number])) if may_open else ""
    messages.success(request, format_html("Capture {} was moved. Whoever had read it is told.{}", number, back))
    return HttpResponseRedirect(reverse("capture", args=[number]) if may_open else reverse("queue"))


@page
@not_found_on(NotFound)
def moved(request: SignedIn, number: int) -> HttpResponse:
    """For whoever had read it: that it was put down to the wrong person."""
    return render(request, "captures/moved.html", {"page": moved_news(request.user, number)})


def _show(request: SignedIn, capture: ToMove, trouble: str = "", *, status: int = 200) -> HttpResponse:
    words = request.POST.get("words", "")[:MOST_SEARCH_CHARACTERS]
    before = moved_from(request.user, capture, now=timezone.now())
    found, has_more = find_pupils(request.user, capture.school_id, words, but=capture.pupil_id)
    context = MoveContext(
        capture=capture,
        words=words,
        found=(before, *(each for each in found if each.id != before.id)) if before else found,
        before=before,
        has_more=has_more,
        has_searched=bool(words.strip()),
        reasons=tuple(MoveReason.choices),
        chosen=request.POST.get("to", str(before.id) if before else ""),
        reason=request.POST.get("reason", str(MoveReason.WRONG_MOVE) if before else ""),
        trouble=trouble,
    )
    return render(request, "captures/move.html", {"page": context}, status=status)
