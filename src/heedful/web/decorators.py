"""What every page of the console has in common: who may ask, how, and that nothing of it is kept by a browser or proxy."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseNotAllowed

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)
# A view may ask for a request whose `user` is known to be a person; what these decorators return takes any request.
AskedView = Callable[Concatenate[R, P], HttpResponse]
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
POLL_HEADER = "X-Heedful-Poll"


def page(view: AskedView[R, P]) -> View[P]:
    """A page that is read: GET, signed in. A background poll without a session gets 403, a person the sign-in page."""
    return _guarded(view, {"GET", "HEAD"})


def command(view: AskedView[R, P]) -> View[P]:
    """A change that a form asks for: POST, signed in. CSRF is checked by the middleware."""
    return _guarded(view, {"POST"})


def page_with_form(view: AskedView[R, P]) -> View[P]:
    """A page whose form comes back to the same address."""
    return _guarded(view, {"GET", "HEAD", "POST"})


def not_found_on(*faults: type[Exception]) -> Callable[[AskedView[R, P]], AskedView[R, P]]:
    """Answer 404 when the view raises one of these: what is not yours is not there."""

    def decorate(view: AskedView[R, P]) -> AskedView[R, P]:
        @wraps(view)
        def guarded(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except faults as fault:
                raise Http404 from fault

        return guarded

    return decorate


def _guarded(view: AskedView[R, P], methods: Collection[str]) -> View[P]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return _ask_to_sign_in(request)
        if request.method not in methods:
            return HttpResponseNotAllowed(sorted(methods))
        response = view(cast(R, request), *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    return guarded


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    if POLL_HEADER in request.headers:
        return HttpResponseForbidden()
    # A form can't be sent again after signing in, so its address is no place to go back to.
    return redirect_to_login(request.get_full_path() if request.method in {"GET", "HEAD"} else "/")
