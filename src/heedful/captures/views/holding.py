"""Holding a capture, or everything of its pupil, from the capture's page; releasing from wherever it is shown."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from heedful.captures.actions.hold import hold_capture, hold_pupil, release_hold
from heedful.captures.queries.queue import NotFound, capture_to_decide
from heedful.captures.retention import HoldReason, RetentionRefused
from heedful.captures.views.capture import Trouble, show_capture
from heedful.people.access import SignedIn
from heedful.web.decorators import command, not_found_on


@command
@not_found_on(NotFound)
def hold(request: SignedIn, number: int) -> HttpResponse:
    """Hold the capture, or its pupil. What can't be is said beside the form."""
    capture = capture_to_decide(request.user, number)
    given, now = request.POST, timezone.now()
    try:
        if given.get("reason") not in HoldReason.values:
            raise RetentionRefused("Choose why it is kept.")
        reason, review_on = HoldReason(given["reason"]), _day(given.get("review_on", ""))
        if given.get("what") == "pupil" and capture.pupil_id:
            hold_pupil(pupil_id=capture.pupil_id, reason=reason, review_on=review_on, viewer=request.user, now=now)
        else:
            hold_capture(number=number, reason=reason, review_on=review_on, viewer=request.user, now=now)
    except RetentionRefused as fault:
        typed = {name: given.get(name, "") for name in ("reason", "what", "review_on")}
        return show_capture(request, number, Trouble("hold", str(fault), typed, 422))
    messages.success(request, "Held: nothing of it is deleted until somebody releases it.")
    return HttpResponseRedirect(reverse("capture", args=[number]) + "#keeping")


@command
@not_found_on(NotFound)
def release(request: SignedIn, hold_id: int) -> HttpResponse:
    """Release a hold and go back to where it was shown."""
    released = release_hold(hold_id=hold_id, viewer=request.user, now=timezone.now())
    messages.success(request, "Released: from the next night on its dates count again.")
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("capture", args=[released.number]) if released.capture_id else reverse("retention")
    return HttpResponseRedirect(back)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RetentionRefused("Say when somebody looks at this again, as a date.") from None
