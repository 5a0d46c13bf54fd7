"""The technician's list of devices: what reports and what does not, never content."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from heedful.devices.queries import devices_for, reporting
from heedful.people.access import SignedIn, needs
from heedful.people.queries import my_schools
from heedful.people.rules import Right
from heedful.web.decorators import page
from heedful.web.templatetags.console import duration_in_words

MOST_ROWS = 500
SKEW_WORTH_SAYING_S = 120


@page
@needs(Right.SEE_DEVICES)
def devices(request: SignedIn) -> HttpResponse:
    """Devices, the longest silent first."""
    now = timezone.now()
    context = {
        "devices": [(row, clock_in_words(row.clock_skew_s)) for row in devices_for(request.user, now=now, most=MOST_ROWS)],
        "health": reporting(request.user, now=now),
        "most": MOST_ROWS,
        "many_schools": len(my_schools(request.user)) > 1,
    }
    return render(request, "devices/devices.html", context)


def clock_in_words(skew_s: int) -> str:
    """How far the device's clock is off, in words; empty when it is near enough."""
    if abs(skew_s) <= SKEW_WORTH_SAYING_S:
        return ""
    return f"{duration_in_words(timedelta(seconds=skew_s))} {'fast' if skew_s > 0 else 'slow'}"
