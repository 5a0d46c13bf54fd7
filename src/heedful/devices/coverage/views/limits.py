"""What Heedful can and can't do, generated from what its agents can."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from heedful.devices.coverage.queries.limits import limits_for
from heedful.people.access import SignedIn
from heedful.web.decorators import page


@page
def limits(request: SignedIn) -> HttpResponse:
    """For everybody who works in the school; the school's own numbers only for those who see its coverage."""
    return render(request, "coverage/limits.html", {"limits": limits_for(request.user, now=timezone.now())})
