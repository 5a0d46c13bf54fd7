"""The public page, for anybody, and the page that looks after it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from heedful.assurance.transparency.actions import switch_page
from heedful.assurance.transparency.queries import is_switched_on, public_page, what_it_says
from heedful.assurance.transparency.rules import Reader, is_public
from heedful.people.access import SignedIn
from heedful.people.models import School
from heedful.people.queries import has_right
from heedful.people.rules import Right, Stage
from heedful.programme.access import of_school
from heedful.programme.steps import Step
from heedful.web.decorators import command, page


@require_safe
def about_monitoring(request: HttpRequest, school_id: int, reader: str = Reader.PARENTS) -> HttpResponse:
    """What is monitored, for anybody: no session, no person in it, and not to be indexed by search engines."""
    if reader not in Reader.values:
        raise Http404
    found = public_page(school_id, now=timezone.now())
    if found is None:
        raise Http404
    context = {"page": found, "facts": found.facts, "reader": reader, "readers": _links(school_id, reader)}
    response = render(request, f"transparency/{reader}.html", context)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response


@page
@of_school()
def transparency(request: SignedIn, school: School) -> HttpResponse:
    """Whether the public page is there, where it is, and what it says."""
    shown = is_public(school.stage, is_switched_on=is_switched_on(school.pk))
    context = {
        "school": school, "step": Step.COMMUNICATION, "is_public": shown, "is_early": school.stage == Stage.SET_UP,
        "address": settings.PUBLIC_URL + reverse("about_monitoring", args=[school.pk]), "readers": _links(school.pk, ""),
        "page": what_it_says(school, now=timezone.now()), "runs": has_right(request.user, school.pk, Right.RUN_PROGRAMME),
    }  # fmt: skip
    return render(request, "transparency/transparency.html", context)


@command
@of_school(Right.RUN_PROGRAMME)
def transparency_switch(request: SignedIn, school: School) -> HttpResponse:
    """Show the page before anything is captured, or take it back until then."""
    is_on = request.POST.get("on") == "yes"
    switch_page(school=school, is_on=is_on, viewer=request.user, now=timezone.now())
    messages.success(request, "The public page is there for everybody who has its address." if is_on else "The public page is taken back until the pilot begins.")
    return HttpResponseRedirect(reverse("transparency", args=[school.pk]))


def _links(school_id: int, reader: str) -> list[tuple[str, str, bool]]:
    links = []
    for each in Reader:
        url = reverse("about_monitoring", args=[school_id]) if each is Reader.PARENTS else reverse("about_monitoring_for", args=[school_id, each])
        links.append((each.label, url, each == reader))
    return links
