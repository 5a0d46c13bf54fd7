"""What a request asks for: the view of the queue that its address names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl

from django.urls import reverse

from heedful.captures.addresses import query_of, read_address
from heedful.captures.queries.filters import QueueFilter
from heedful.captures.queries.own import views_of
from heedful.captures.queries.queue import has_first_looks
from heedful.captures.rules import QueueTab
from heedful.people.access import SignedIn
from heedful.people.queries import schools_with
from heedful.people.rules import Right
from heedful.thresholds.approaches.queries import somebody_looks_first


def tabs_of(request: SignedIn) -> list[QueueTab]:
    """Record only is a route of its own, which a behaviour lead does not read."""
    sees_all_routes = bool(schools_with(request.user, Right.READ_SAFEGUARDING))
    return [tab for tab in QueueTab if sees_all_routes or tab != QueueTab.RECORD_ONLY]


def tabs_to_show(request: SignedIn, current: QueueTab) -> list[QueueTab]:
    """Of these, first looks only where somebody takes one."""
    is_tried = current == QueueTab.FIRST_LOOK or somebody_looks_first(schools_with(request.user, Right.READ_BEHAVIOUR))
    return [tab for tab in tabs_of(request) if tab != QueueTab.FIRST_LOOK or is_tried or has_first_looks(request.user)]


def asked_of(request: SignedIn) -> QueueFilter:
    """The view that the address names; a tab that is not the viewer's is the first one, a school that is not counts as not given."""
    return _mine(request, read_address(given_of(request.GET), tabs=tabs_of(request)))


def asked_of_queue(request: SignedIn) -> QueueFilter:
    """The same; an address that names nothing at all is the viewer's own first view, where they have chosen one."""
    if not request.GET:
        for view in views_of(request.user):
            if view.is_default:
                return _mine(request, read_address(dict(parse_qsl(view.query)), tabs=tabs_of(request)))
    return asked_of(request)


def _mine(request: SignedIn, wanted: QueueFilter) -> QueueFilter:
    return wanted if wanted.school_id in schools_with(request.user, Right.READ_BEHAVIOUR) else replace(wanted, school_id=None)


def given_of(parameters: Mapping[str, str]) -> dict[str, str]:
    """Parameters as plain text, the last of each name."""
    return {name: str(parameters[name]) for name in parameters}


def queue_address(wanted: QueueFilter, *, page: int = 1, more: str = "") -> str:
    """The address of a view. The tab is always named: without it one's own first view would come."""
    query = query_of(wanted)
    parts = [
        part
        for part in (query if wanted.tab != QueueTab.TO_REVIEW else f"tab={wanted.tab}&{query}", f"page={page}" if page > 1 else "", more)
        if part
    ]
    return reverse("queue") + "?" + "&".join(part.rstrip("&") for part in parts)


def capture_address(number: int, wanted: QueueFilter | None = None) -> str:
    """The address of a capture. It remembers the view that it was opened from, so that the next one is of the same."""
    query = query_of(wanted) if wanted is not None else ""
    return reverse("capture", args=[number]) + (f"?{query}" if query else "")
