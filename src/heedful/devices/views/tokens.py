"""Enrolment tokens: what there is, make one (shown once), revoke one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.devices.actions.tokens import make_token, revoke_token
from heedful.devices.forms import TokenForm
from heedful.devices.queries.standing import schools_of_technician
from heedful.devices.queries.tokens import tokens_for
from heedful.devices.rules import TokenKind
from heedful.people.access import SignedIn, needs, step_up
from heedful.people.queries import schools_with
from heedful.people.rules import Right
from heedful.web.decorators import command, page


@page
@needs(Right.SEE_DEVICES)
def tokens(request: SignedIn) -> HttpResponse:
    """Tokens and the form for a new one."""
    return _page(request, TokenForm(schools=schools_of_technician(request.user)))


@command
@needs(Right.SEE_DEVICES)
@step_up
def token_make(request: SignedIn) -> HttpResponse:
    """Make one. The answer shows it, this once; the token itself is kept nowhere."""
    form = TokenForm(request.POST, schools=schools_of_technician(request.user))
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data
    row, token = make_token(
        school_id=given["school"], kind=TokenKind(given["kind"]), label=given["label"], uses=given["uses"], valid_for_days=given["days"],
        made_by=request.user, now=timezone.now(),
    )  # fmt: skip
    target = "google" if row.kind == TokenKind.CHROMEOS else "intune"
    made = {"token": token, "label": row.label, "target": target}
    return _page(request, TokenForm(schools=schools_of_technician(request.user)), made=made)


@command
@needs(Right.SEE_DEVICES)
@step_up
def token_revoke(request: SignedIn, token: int) -> HttpResponse:
    """Let nothing enrol by it any more."""
    schools = schools_with(request.user, Right.SEE_DEVICES)
    if not revoke_token(token_id=token, school_ids=schools, by=request.user, now=timezone.now()):
        raise Http404
    messages.success(request, "Revoked. Nothing enrols by it any more; what has enrolled stays.")
    return HttpResponseRedirect(reverse("tokens"))


def _page(request: SignedIn, form: TokenForm, *, status: int = 200, made: dict[str, str] | None = None) -> HttpResponse:
    rows = tokens_for(request.user, now=timezone.now())
    context = {"form": form, "tokens": rows, "made": made, "many_schools": len({row.school_id for row in rows}) > 1}
    return render(request, "devices/tokens.html", context, status=status)
