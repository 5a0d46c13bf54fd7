"""After each answer to somebody who may read captures: have they read far more than triage needs?

Here, not in each action that reads, so that no new page can forget it: the audit chain already holds what every door showed.
One look at an index per request; nothing is counted for people who can't read, nor for background polls without news.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from heedful.escalation.watching import watch_reading
from heedful.people.queries import schools_with
from heedful.people.rules import Right

log = structlog.get_logger()
NOTHING_SHOWN = {204, 304}


class ReadingWatch:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user: Any = getattr(request, "user", None)
        # Pages remember the viewer's rights; what asked for none of them has read nothing.
        if user is None or response.status_code in NOTHING_SHOWN or not hasattr(user, "_rights_by_school"):
            return response
        if user.is_authenticated and schools_with(user, Right.READ_BEHAVIOUR):
            try:
                watch_reading(person=user, now=timezone.now())
            except DatabaseError:  # the answer stands; the next request looks again
                log.exception("reading.watch_failed")
        return response
