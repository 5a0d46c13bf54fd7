"""One page of assurance for heads, governors and safeguarding leads."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from heedful.assurance.checkup import last_checkup
from heedful.assurance.queries import assurance_for
from heedful.people.access import SignedIn, needs
from heedful.people.rules import Right
from heedful.web.decorators import page


@page
@needs(Right.SEE_ASSURANCE)
def assurance(request: SignedIn) -> HttpResponse:
    """Counts alone, one section per school."""
    return render(request, "assurance/assurance.html", {"schools": assurance_for(request.user, now=timezone.now())})


@page
@needs(Right.SEE_DEVICES)
def server_check(request: SignedIn) -> HttpResponse:
    """What `heedful doctor` found last, for the technician."""
    return render(request, "assurance/server.html", {"checkup": last_checkup()})
