"""Before the page: whether this person is practising. After it: where a capture is closed to somebody untrained, the way to open it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from heedful.people.clearance.queries import practice_schools_of
from heedful.people.queries import waits_for_clearance

PRACTISING = "heedful_practising"
# Of these pages somebody is told why they are closed to them; every other answers 404 as ever.
TOLD_ON = frozenset({"queue", "capture"})


class PracticeAndClearance:
    """Practice is a matter of the session: while it lasts, the person's only rights are in their practice school."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and (practice := request.session.get(PRACTISING)) is not None:
            if practice in practice_schools_of(user):
                user.practising_in = practice
            else:
                del request.session[PRACTISING]
        response = self.get_response(request)
        if response.status_code == 404 and request.method == "GET" and user.is_authenticated and _is_told(request):
            schools = waits_for_clearance(user)
            if schools:
                return HttpResponseRedirect(f"{reverse('break_glass', args=(schools[0],))}?{urlencode({'next': request.path})}")
        return response


def _is_told(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.url_name in TOLD_ON
