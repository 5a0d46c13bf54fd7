"""Who may open a page: by right, in any of the viewer's schools. Without it the page is not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from heedful.people.adapter import proved_recently
from heedful.people.models import User
from heedful.people.queries import schools_with
from heedful.people.rules import Right

P = ParamSpec("P")


class SignedIn(HttpRequest):
    """A request behind a session, as the page decorators let it through."""

    user: User


View = Callable[Concatenate[SignedIn, P], HttpResponse]


def needs(right: Right) -> Callable[[View[P]], View[P]]:
    """Answer 404 unless the signed-in person holds the right in some school. The view's queries still ask per school."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: SignedIn, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not schools_with(request.user, right):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def step_up(view: View[P]) -> View[P]:
    """Ask again who it is, unless they proved it within the last quarter of an hour; the change they asked for is made then.

    Put it below `needs`. Who has neither password nor second factor here signs in at their provider again. The demo asks nobody.
    """

    @wraps(view)
    def guarded(request: SignedIn, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if settings.DEMO or proved_recently(request):
            return view(request, *args, **kwargs)
        if get_reauthentication_flows(request.user):
            raise ReauthenticationRequired
        logout(request)
        messages.info(request, "Please sign in again: this change asks who you are, and you signed in more than 15 minutes ago.")
        return redirect_to_login("/")

    return guarded
