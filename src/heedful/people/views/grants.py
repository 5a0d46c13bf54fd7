"""The safeguarding lead lets somebody without content read captures, for hours and for a reason (G02)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.people.access import SignedIn, needs, step_up
from heedful.people.actions import end_grant, grant_content
from heedful.people.clearance.queries import is_trained
from heedful.people.forms import GrantForm
from heedful.people.queries import grants_to_look_after, people_to_grant, schools_to_grant_in
from heedful.people.rules import GrantRefused, Right
from heedful.web.decorators import command, page_with_form


@page_with_form
@needs(Right.GRANT_CONTENT)
def grants(request: SignedIn) -> HttpResponse:
    """Running grants, and the form for a new one."""
    return _give(request) if request.method == "POST" else _show(request, _form(request))


@step_up
def _give(request: SignedIn) -> HttpResponse:
    """Let somebody read: as a role does, it opens captures to them."""
    form = _form(request)
    if form.is_valid():
        given = form.cleaned_data
        try:
            grant = grant_content(
                school_id=given["school"], user_id=given["person"], reason=given["reason"], hours=given["hours"], viewer=request.user,
                now=timezone.now(),
            )  # fmt: skip
        except GrantRefused as fault:
            form.add_error("person", str(fault))
        else:
            until = f"{timezone.localtime(grant.ends_at):%H:%M on %A}"
            if is_trained(grant.user, grant.school_id, now=grant.starts_at):
                messages.success(request, f"{grant.user.name} may read captures until {until}.")
            else:
                messages.warning(
                    request,
                    f"{grant.user.name} may read captures until {until}, once they have passed the reviewers' module and the practice captures. "
                    "Both stand under Training in their menu.",
                )
            return HttpResponseRedirect(reverse("grants"))
    return _show(request, form, status=422)


def _form(request: SignedIn) -> GrantForm:
    schools, people = schools_to_grant_in(request.user), people_to_grant(request.user)
    return GrantForm(request.POST if request.method == "POST" else None, schools=schools, people=people)


def _show(request: SignedIn, form: GrantForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "grants": grants_to_look_after(request.user, now=timezone.now())}
    return render(request, "people/grants.html", context, status=status)


@command
@needs(Right.GRANT_CONTENT)
def grant_end(request: SignedIn, grant: int) -> HttpResponse:
    """End a running grant now."""
    if not end_grant(grant_id=grant, viewer=request.user, now=timezone.now()):
        raise Http404
    messages.success(request, "The grant has ended.")
    return HttpResponseRedirect(reverse("grants"))
