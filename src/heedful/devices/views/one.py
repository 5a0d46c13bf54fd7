"""One device: its profiles, what is wrong and what to do; revoke a profile, retire the device, say that it is another."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.devices.actions.looking_after import MergeRefused, merge_by_hand, retire_device, return_device, revoke_profile
from heedful.devices.queries.one import device_of, open_device, profile_of
from heedful.devices.rules import InventorySource
from heedful.people.access import SignedIn, needs, step_up
from heedful.people.rules import NotFound, Right
from heedful.web.decorators import command, not_found_on, page


@page
@needs(Right.SEE_DEVICES)
@not_found_on(NotFound)
def device(request: SignedIn, device: int) -> HttpResponse:
    """The device with its profiles."""
    words = " ".join(request.GET.get("q", "").split())[:100]
    opened = open_device(request.user, device, words=words, now=timezone.now())
    source = opened.device.listed_from
    context = {"opened": opened, "words": words, "source": InventorySource(source).label if source else ""}
    return render(request, "devices/device.html", context)


@command
@needs(Right.SEE_DEVICES)
@step_up
@not_found_on(NotFound)
def device_retire(request: SignedIn, device: int) -> HttpResponse:
    """Out of use: it counts no more, and its profiles are revoked."""
    if retire_device(device=device_of(request.user, device), by=request.user, now=timezone.now()):
        messages.success(request, "Retired. It counts no more, and its profiles are revoked.")
    return _back(device)


@command
@needs(Right.SEE_DEVICES)
@step_up
@not_found_on(NotFound)
def device_return(request: SignedIn, device: int) -> HttpResponse:
    """Back in use."""
    if return_device(device=device_of(request.user, device), by=request.user, now=timezone.now()):
        messages.success(request, "Back in use. It enrols again by its policy.")
    return _back(device)


@command
@needs(Right.SEE_DEVICES)
@step_up
@not_found_on(NotFound)
def device_merge(request: SignedIn, device: int) -> HttpResponse:
    """This device, which no list has, is that one of the inventory."""
    into = request.POST.get("into", "")
    if not into.isdigit() or len(into) > 18:
        messages.warning(request, "Choose the device of the inventory that this one is.")
        return _back(device)
    try:
        winner = merge_by_hand(
            device=device_of(request.user, device), into=device_of(request.user, int(into)), by=request.user, now=timezone.now()
        )
    except MergeRefused as fault:
        messages.warning(request, f"Nothing was merged: {fault}.")
        return _back(device)
    messages.success(request, "Merged: its profiles lie under this device now.")
    return _back(winner.pk)


@command
@needs(Right.SEE_DEVICES)
@step_up
@not_found_on(NotFound)
def profile_revoke(request: SignedIn, device: int, profile: UUID) -> HttpResponse:
    """Let nothing in from this profile any more."""
    found = profile_of(request.user, device_of(request.user, device), profile)
    if revoke_profile(profile_id=found.pk, by=request.user, now=timezone.now()):
        messages.success(request, "Revoked. It keeps what it holds, and enrols anew only by a token that still works.")
    return _back(device)


def _back(device: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("device", args=(device,)))
