"""Who reads how much, and the locks on reading: for the other leads and the head."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.people.access import SignedIn, needs, step_up
from heedful.people.reading.actions import lift_lock
from heedful.people.reading.queries import locks_of, readers_of
from heedful.people.reading.rules import MOST_READS, WINDOW, UnlockRefused
from heedful.people.rules import NotFound, Right
from heedful.web.decorators import command, not_found_on, page


@page
@needs(Right.LOOK_AFTER_READING)
def reading(request: SignedIn) -> HttpResponse:
    """Locks, and what each reader opened in a week."""
    return _show(request)


@command
@needs(Right.LOOK_AFTER_READING)
@not_found_on(NotFound)
@step_up
def reading_lift(request: SignedIn, lock: int) -> HttpResponse:
    """Let somebody read again."""
    try:
        lift_lock(lock_id=lock, reason=request.POST.get("reason", "")[:300], viewer=request.user, now=timezone.now())
    except UnlockRefused as fault:
        return _show(request, trouble=str(fault), lock=lock, status=422)
    messages.success(request, "The lock is lifted.")
    return HttpResponseRedirect(reverse("reading"))


def _show(request: SignedIn, *, trouble: str = "", lock: int = 0, status: int = 200) -> HttpResponse:
    now = timezone.now()
    locks = locks_of(request.user, now=now)
    context = {
        "open_locks": [each for each in locks if each.lifted_at is None],
        "lifted_locks": [each for each in locks if each.lifted_at is not None],
        "readers": readers_of(request.user, now=now),
        "most_reads": MOST_READS,
        "minutes": int(WINDOW.total_seconds() // 60),
        "trouble": trouble,
        "troubled_lock": lock,
    }
    return render(request, "people/reading.html", context, status=status)
