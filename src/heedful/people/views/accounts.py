"""Accounts: which are shared, whose one is, and saying so."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from heedful.people.access import SignedIn, needs
from heedful.people.actions import mark_shared, match_account
from heedful.people.queries import count_unmatched, my_schools, schools_with
from heedful.people.roll.forms import OwnerForm
from heedful.people.roll.queries.pupils import LEAST_SEARCH, MOST_ACCOUNTS, account_for, accounts_for, owners_for
from heedful.people.rules import NotFound, Right
from heedful.web.decorators import command, not_found_on, page


@page
@needs(Right.CHANGE_ROLL)
def accounts(request: SignedIn) -> HttpResponse:
    """Accounts to look after; a search finds any."""
    words = request.GET.get("q", "").strip()[:80]
    context = {
        "accounts": accounts_for(request.user, words=words),
        "words": words,
        "is_search": len(words) >= LEAST_SEARCH,
        "most": MOST_ACCOUNTS,
        "unmatched": count_unmatched(request.user),
        "may_match": bool(schools_with(request.user, Right.MATCH_ACCOUNTS)),
        "many_schools": len(my_schools(request.user)) > 1,
    }
    return render(request, "people/accounts.html", context)


@page
@needs(Right.MATCH_ACCOUNTS)
@not_found_on(NotFound)
def account(request: SignedIn, account: int) -> HttpResponse:
    """Whose an account is, and a search for whose it should be."""
    return _choose(request, account, words=request.GET.get("q", ""))


@command
@needs(Right.MATCH_ACCOUNTS)
@not_found_on(NotFound)
def account_match(request: SignedIn, account: int) -> HttpResponse:
    """Give an account to a pupil or a member of staff, or say that several use it."""
    form = OwnerForm(request.POST)
    if not form.is_valid():
        return _choose(request, account, words=request.POST.get("q", ""), trouble="Choose whose it is.", status=422)
    found = match_account(account_id=account, viewer=request.user, now=timezone.now(), **form.owner())
    messages.success(request, "It is marked as shared." if found.shared else "It is theirs now.")
    return HttpResponseRedirect(reverse("account", args=[account]))


@command
@needs(Right.CHANGE_ROLL)
@not_found_on(NotFound)
def account_shared(request: SignedIn, account: int) -> HttpResponse:
    """Say that several people use an account."""
    mark_shared(account_id=account, viewer=request.user, now=timezone.now())
    messages.success(request, "The account is marked as shared: it names nobody for certain from now on.")
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return HttpResponseRedirect(back if is_ours else reverse("accounts"))


def _choose(request: SignedIn, account_id: int, *, words: str, trouble: str = "", status: int = 200) -> HttpResponse:
    words = words.strip()[:80]
    context = {
        "account": account_for(request.user, account_id),
        "owners": owners_for(request.user, account_id, words),
        "words": words,
        "trouble": trouble,
    }
    return render(request, "people/account.html", context, status=status)
