"""Sorting by source: what a technician does first, where the school's handling approach says so. No content, no name, no theme."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.captures.actions.first_look import bring_back_noise, mark_noise, pass_on
from heedful.captures.queries.first_look import Noise, SourceOf, noise_of, waiting_by_source
from heedful.people.access import SignedIn, needs
from heedful.people.queries import my_schools, schools_with
from heedful.people.rules import Right
from heedful.thresholds.approaches.queries import somebody_looks_first
from heedful.web.decorators import command, page

VERBS = {"pass": pass_on, "noise": mark_noise, "back": bring_back_noise}


@dataclass(frozen=True)
class SourcesContext:
    """All that the template places."""

    sources: tuple[SourceOf, ...]
    noise: tuple[Noise, ...]
    waiting: int
    is_tried: bool
    many_schools: bool


@page
@needs(Right.SEE_DEVICES)
def source_filter(request: SignedIn) -> HttpResponse:
    """What waits, by source, and what was set aside."""
    sources = waiting_by_source(request.user, now=timezone.now())
    context = SourcesContext(
        sources=sources,
        noise=noise_of(request.user),
        waiting=sum(len(each.waiting) for each in sources),
        is_tried=somebody_looks_first(schools_with(request.user, Right.SEE_DEVICES)),
        many_schools=len(my_schools(request.user)) > 1,
    )
    return render(request, "captures/sources.html", {"sorting": context})


@command
@needs(Right.SEE_DEVICES)
def source_sort(request: SignedIn) -> HttpResponse:
    """Pass on, set aside as noise, or bring back."""
    verb = VERBS.get(request.POST.get("verb", ""))
    numbers = {int(each) for each in request.POST.getlist("number") if each.isdecimal() and len(each) < 16}
    if verb is None or not numbers:
        messages.error(request, "Nothing was changed: tick at least one capture first.")
        return HttpResponseRedirect(reverse("source_filter"))
    done = verb(numbers=numbers, viewer=request.user, now=timezone.now())
    messages.success(request, _said(request.POST["verb"], done, len(numbers)))
    return HttpResponseRedirect(reverse("source_filter"))


def _said(verb: str, done: int, asked: int) -> str:
    captures = f"{done} capture{'' if done == 1 else 's'}"
    words = {"pass": f"{captures} passed on.", "noise": f"{captures} set aside as noise. You can bring them back below.", "back": f"{captures} brought back."}
    left = asked - done
    return words[verb] + (f" {left} had been dealt with meanwhile." if left else "")
