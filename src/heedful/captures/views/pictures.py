"""Sealing a picture, the page of a sealed one, and its destruction by two people. No view here can show a picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.captures.actions.reading import set_greyscale
from heedful.captures.actions.seal import ask_destruction, decline_destruction, destroy_picture, seal_picture_of
from heedful.captures.forms_pictures import DestructionForm, RequestForm
from heedful.captures.queries.queue import NotFound
from heedful.captures.queries.sealed import SealedPicture, sealed_picture, sealed_pictures
from heedful.captures.rules import Agency, NotAllowedNow
from heedful.people.access import SignedIn, needs
from heedful.people.queries import my_schools
from heedful.people.rules import Right
from heedful.web.decorators import command, not_found_on, page


@dataclass(frozen=True)
class SealedContext:
    """All that the page of a sealed picture places."""

    seal: SealedPicture
    agencies: tuple[tuple[str, str], ...]
    trouble: str = ""
    typed: dict[str, str] = field(default_factory=dict)


@command
@not_found_on(NotFound)
def seal(request: SignedIn, number: int) -> HttpResponse:
    """Close the picture to everybody; then what to do now."""
    seal_picture_of(number=number, viewer=request.user, now=timezone.now())
    messages.success(request, "The picture is sealed. Nobody can open it, and the safeguarding lead and the head are told.")
    return _to_page(number)


@command
@needs(Right.DECIDE)
def colour(request: SignedIn) -> HttpResponse:
    """Whether this person sees pictures in colour; back to the capture they came from."""
    set_greyscale(viewer=request.user, greyscale=request.POST.get("grey") == "yes")
    number = request.POST.get("number", "")
    return HttpResponseRedirect(reverse("capture", args=[int(number)]) if number.isdecimal() and len(number) < 19 else reverse("queue"))


@page
@needs(Right.DESTROY_PICTURES)
def sealed_list(request: SignedIn) -> HttpResponse:
    """Every sealed picture in which this person has a say."""
    context = {"seals": sealed_pictures(request.user), "many_schools": len(my_schools(request.user)) > 1}
    return render(request, "captures/sealed_list.html", context)


@page
@not_found_on(NotFound)
def sealed(request: SignedIn, number: int) -> HttpResponse:
    """That a picture is sealed, what to do now, and its destruction."""
    return _show(request, number)


@command
@not_found_on(NotFound)
def ask(request: SignedIn, number: int) -> HttpResponse:
    """Ask that it be destroyed."""
    sealed_picture(request.user, number)
    form = DestructionForm(request.POST)
    typed = {name: str(request.POST.get(name, "")) for name in ("agency", "reference")}
    if not form.is_valid():
        return _show(request, number, str(next(iter(next(iter(form.errors.values()))))), typed)

    def act(now: datetime) -> str:
        given = form.cleaned_data
        ask_destruction(number=number, agency=Agency(given["agency"]), reference=given["reference"], viewer=request.user, now=now)
        return "Asked. Nothing is destroyed until a second person agrees; they are told."

    return _acted(request, number, act, typed)


@command
@not_found_on(NotFound)
def agree(request: SignedIn, number: int) -> HttpResponse:
    """The second person agrees."""

    def act(now: datetime) -> str:
        destroy_picture(number=number, asked_at=_asked_at(request), viewer=request.user, now=now)
        return "The picture is destroyed. The record of it stays."

    return _acted(request, number, act, {})


@command
@not_found_on(NotFound)
def decline(request: SignedIn, number: int) -> HttpResponse:
    """The second person declines, or the first one takes it back."""

    def act(now: datetime) -> str:
        decline_destruction(number=number, asked_at=_asked_at(request), viewer=request.user, now=now)
        return "The request is withdrawn. The picture stays sealed."

    return _acted(request, number, act, {})


def _asked_at(request: SignedIn) -> datetime:
    form = RequestForm(request.POST)
    if not form.is_valid():
        raise NotAllowedNow("The request has changed meanwhile. Look at it again.")
    asked_at: datetime = form.cleaned_data["asked_at"]
    return asked_at


def _acted(request: SignedIn, number: int, act: Callable[[datetime], str], typed: dict[str, str]) -> HttpResponse:
    """Do it and say so, or show the page with what stands in the way."""
    sealed_picture(request.user, number)  # not yours is 404, whatever the form holds
    try:
        done = act(timezone.now())
    except NotAllowedNow as fault:
        return _show(request, number, str(fault), typed)
    messages.success(request, done)
    return _to_page(number)


def _show(request: SignedIn, number: int, trouble: str = "", typed: dict[str, str] | None = None) -> HttpResponse:
    context = SealedContext(sealed_picture(request.user, number), tuple(Agency.choices), trouble, typed or {})
    return render(request, "captures/sealed.html", {"page": context}, status=422 if trouble else 200)


def _to_page(number: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("sealed_picture", args=[number]))
