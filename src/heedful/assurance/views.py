"""One page of assurance for heads, governors and safeguarding leads."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from heedful.assurance.queries import assurance_for
from heedful.people.access import SignedIn, needs
from heedful.people.rules import Right
from heedful.web.decorators import page


@page
@needs(Right.SEE_ASSURANCE)
def assurance(request: SignedIn) -> HttpResponse:
    """Counts alone, one section per school."""
    return render(request, "assurance/assurance.html", {"schools": assurance_for(request.user, now=timezone.now())})
