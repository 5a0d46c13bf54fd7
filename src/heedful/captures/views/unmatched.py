"""The unmatched tray: whose an account is that devices report and the roll doesn't know."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.captures.actions.adopt import adopt_captures
from heedful.captures.queries.queue import NotFound
from heedful.captures.queries.unmatched import tray, waiting_account
from heedful.people.access import SignedIn, needs
from heedful.people.actions import match_account
from heedful.people.queries import my_schools
from heedful.people.roll.forms import OwnerForm
from heedful.people.roll.queries.pupils import owners_for
from heedful.people.rules import NotFound as NobodyThere
from heedful.people.rules import Right
from heedful.web.decorators import not_found_on, page, page_with_form

MOST_SEARCH_CHARACTERS = 80


@page
@needs(Right.MATCH_ACCOUNTS)
def unmatched(request: SignedIn) -> HttpResponse:
    """The accounts that wait, with counts and last seen."""
    waiting, has_more = tray(request.user, now=timezone.now())
    context = {"waiting": waiting, "has_more": has_more, "many_schools": len(my_schools(request.user)) > 1}
    return render(request, "captures/unmatched.html", context)


@page_with_form
@needs(Right.MATCH_ACCOUNTS)
@not_found_on(NotFound, NobodyThere)
def unmatched_account(request: SignedIn, account: int) -> HttpResponse:
    """Find whose it is, and say so: what it sent before goes with it."""
    waiting = waiting_account(request.user, account)
    words = request.POST.get("words", "").strip()[:MOST_SEARCH_CHARACTERS]
    trouble = ""
    if request.method == "POST" and "search" not in request.POST:
        form = OwnerForm(request.POST)
        if form.is_valid():
            return _matched(request, account, form)
        trouble = "Choose whose it is."
    owners = owners_for(request.user, account, words) if words else []
    context = {"account": waiting, "owners": owners, "words": words, "trouble": trouble}
    return render(request, "captures/unmatched_account.html", context, status=422 if trouble else 200)


def _matched(request: SignedIn, account: int, form: OwnerForm) -> HttpResponse:
    now = timezone.now()
    matched = match_account(account_id=account, viewer=request.user, now=now, **form.owner())
    moved = adopt_captures(account_id=account, by=request.user, now=now)
    if matched.shared:
        said = "It is marked as shared: what it sends names nobody."
    elif matched.staff_id is not None:
        said = "It is a member of staff's. What it sends is put down to no pupil."
    else:
        said = (
            f"It is theirs now, and so are {moved} capture{'' if moved == 1 else 's'} that came from it." if moved else "It is theirs now."
        )
    messages.success(request, said)
    return HttpResponseRedirect(reverse("unmatched"))
