"""The inventory: read a list, look at what it would change, take it in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.devices.forms import ListForm
from heedful.devices.inventory.actions import apply_list, read_list, refuse_list
from heedful.devices.inventory.queries import import_of, imports_for, show_import
from heedful.devices.inventory.values import ImportRefused, InventoryRefused
from heedful.devices.queries.standing import schools_of_technician
from heedful.devices.rules import InventorySource
from heedful.people.access import SignedIn, needs, step_up
from heedful.people.rules import NotFound, Right
from heedful.web.decorators import command, not_found_on, page, page_with_form


@page_with_form
@needs(Right.SEE_DEVICES)
def inventory(request: SignedIn) -> HttpResponse:
    """Lists that were read, and the form for the next. Reading changes no device."""
    schools = schools_of_technician(request.user)
    if request.method != "POST":
        return _page(request, ListForm(schools=schools))
    form = ListForm(request.POST, request.FILES, schools=schools)
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data
    school = next(each for each in schools if each.pk == given["school"])
    source = InventorySource(given["source"]) if given["source"] else None
    try:
        made, found = read_list(
            school=school, file="the file", content=given["file"].read(), by=request.user, door="page", now=timezone.now(), source=source
        )
    except InventoryRefused as fault:
        form.add_error("file", str(fault))
        return _page(request, form, status=422)
    if found.is_empty:
        messages.success(request, f"Nothing to change: the inventory is as this list has it ({found.counts['same']} devices).")
    return HttpResponseRedirect(reverse("inventory_import", args=(made.pk,)))


@page
@needs(Right.SEE_DEVICES)
@not_found_on(NotFound)
def inventory_import(request: SignedIn, number: int) -> HttpResponse:
    """One list and what it would change."""
    return render(request, "devices/import.html", {"shown": show_import(request.user, number)})


@command
@needs(Right.SEE_DEVICES)
@step_up
@not_found_on(NotFound)
def inventory_apply(request: SignedIn, number: int) -> HttpResponse:
    """Make the devices as the list has them."""
    waiting = import_of(request.user, number)
    try:
        apply_list(waiting=waiting, anyway="anyway" in request.POST, by=request.user, now=timezone.now())
    except ImportRefused as fault:
        messages.warning(request, str(fault))
    else:
        messages.success(request, "The inventory is as the list has it.")
    return HttpResponseRedirect(reverse("inventory_import", args=(number,)))


@command
@needs(Right.SEE_DEVICES)
@not_found_on(NotFound)
def inventory_refuse(request: SignedIn, number: int) -> HttpResponse:
    """Let the list go; nothing changes."""
    refuse_list(waiting=import_of(request.user, number), now=timezone.now())
    messages.success(request, "Nothing was changed.")
    return HttpResponseRedirect(reverse("inventory"))


def _page(request: SignedIn, form: ListForm, *, status: int = 200) -> HttpResponse:
    rows = imports_for(request.user)
    context = {"form": form, "imports": rows, "many_schools": len(schools_of_technician(request.user)) > 1}
    return render(request, "devices/inventory.html", context, status=status)
