"""The preview of a draft: a page of its own, which the page of the draft takes in by its address."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from heedful.captures.what_if.queries import what_if as preview_of
from heedful.people.access import SignedIn, needs
from heedful.people.rules import Right
from heedful.thresholds.queries import NotFound
from heedful.web.decorators import not_found_on, page


@page
@needs(Right.SEE_THRESHOLDS)
@not_found_on(NotFound)
def what_if(request: SignedIn, draft_id: int) -> HttpResponse:
    """What this draft would have done to the captures of the last 30 days."""
    return render(request, "captures/what_if.html", {"page": preview_of(request.user, draft_id, now=timezone.now())})
