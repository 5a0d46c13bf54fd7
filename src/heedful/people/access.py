"""Who may open a page: by right, in any of the viewer's schools. Without it the page is not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse

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
