"""Pages that only the demo has: signing in by link, and the outbox in place of a mail server."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from heedful.demo.links import email_of, outbox, replay_counts
from heedful.people.access import SignedIn
from heedful.people.queries import user_by_email
from heedful.web.decorators import page

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def demo_only(view: View[P]) -> View[P]:
    """Outside `heedful demo` these pages are not there."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@demo_only
@never_cache
@require_safe
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in as the persona of this link."""
    email = email_of(settings.DATA_DIR / "demo", token)
    user = user_by_email(email) if email else None
    if user is None:
        raise Http404
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return HttpResponseRedirect(reverse("home"))


@demo_only
@page
def demo_outbox(request: SignedIn) -> HttpResponse:
    """Every notice that Heedful has sent, as it would have reached its reader, and what the replayed day counted."""
    context = {"mails": outbox(settings.OUTBOX_DIR), "replay": replay_counts(settings.DATA_DIR / "demo")}
    return render(request, "demo/outbox.html", context)
