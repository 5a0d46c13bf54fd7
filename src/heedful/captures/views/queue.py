"""The triage queue, and what is new in it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.captures.forms import QueueFilterForm
from heedful.captures.queries.filters import QueueFilter
from heedful.captures.queries.queue import count_to_review, news_since, queue_page
from heedful.captures.rules import QueueTab
from heedful.captures.views.presenting import ShownRow, show_row
from heedful.devices.queries import Reporting, reporting
from heedful.people.access import SignedIn, needs
from heedful.people.queries import my_schools, schools_with
from heedful.people.rules import Right
from heedful.web.decorators import page

MOST_PAGES = 10_000


@dataclass(frozen=True)
class Tab:
    title: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class QueueContext:
    """All that the queue's template places."""

    tabs: tuple[Tab, ...]
    tab: QueueTab
    form: QueueFilterForm
    is_filtered: bool
    rows: tuple[ShownRow, ...]
    cursor: str
    news_url: str
    clear_url: str
    this_url: str
    older_url: str
    newer_url: str
    many_schools: bool
    health: Reporting


@page
@needs(Right.READ_BEHAVIOUR)
def queue(request: SignedIn) -> HttpResponse:
    """One page of the queue on one tab, most serious first."""
    now = timezone.now()
    tab, form, wanted = _asked(request)
    number = _page_number(request)
    found = queue_page(request.user, wanted, page=number, now=now)
    filters = _given(wanted)
    context = QueueContext(
        tabs=tuple(Tab(each.label, _url(each, filters), each == tab) for each in _tabs_of(request)),
        tab=tab,
        form=form,
        is_filtered=bool(filters),
        rows=tuple(show_row(row, now) for row in found.rows),
        cursor=found.cursor if number == 1 else "",
        news_url=reverse("queue_news") + "?" + urlencode({"tab": tab, **filters}),
        clear_url=_url(tab, {}),
        this_url=_url(tab, filters, number),
        older_url=_url(tab, filters, number + 1) if found.has_more else "",
        newer_url=_url(tab, filters, number - 1) if number > 1 else "",
        many_schools=len(my_schools(request.user)) > 1,
        health=reporting(request.user, now=now),
    )
    return render(request, "captures/queue.html", {"queue": context})


@page
@needs(Right.READ_BEHAVIOUR)
def queue_news(request: SignedIn) -> HttpResponse:
    """What changed since the page's cursor, as rows to put in place; 304 when nothing did. Asked each second by open pages."""
    now = timezone.now()
    _, _, wanted = _asked(request)
    news = news_since(request.user, request.GET.get("cursor", ""), wanted, now=now)
    if news is None:
        return HttpResponseNotModified()
    context = {
        "rows": tuple(show_row(row, now) for row in news.rows),
        "gone": news.gone,
        "cursor": news.cursor,
        "to_review": count_to_review(request.user),
        "many_schools": len(my_schools(request.user)) > 1,
    }
    return render(request, "captures/_news.html", {"news": context})


def _asked(request: SignedIn) -> tuple[QueueTab, QueueFilterForm, QueueFilter]:
    """The tab and filters of the address; a tab that is not the viewer's is the first one."""
    given = request.GET.get("tab", "")
    tab = QueueTab(given) if given in _tabs_of(request) else QueueTab.TO_REVIEW
    form = QueueFilterForm(
        request.GET, schools=my_schools(request.user), sees_all_routes=bool(schools_with(request.user, Right.READ_SAFEGUARDING))
    )
    return tab, form, form.wanted(tab)


def _tabs_of(request: SignedIn) -> list[QueueTab]:
    """Record only is a route of its own, which a behaviour lead does not read."""
    sees_all_routes = bool(schools_with(request.user, Right.READ_SAFEGUARDING))
    return [tab for tab in QueueTab if sees_all_routes or tab != QueueTab.RECORD_ONLY]


def _given(wanted: QueueFilter) -> dict[str, str]:
    filters = {"theme": wanted.theme, "severity": wanted.severity, "route": wanted.route, "school": wanted.school_id}
    return {name: str(value) for name, value in filters.items() if value not in (None, "")}


def _url(tab: QueueTab, filters: dict[str, str], number: int = 1) -> str:
    query = ({} if tab == QueueTab.TO_REVIEW else {"tab": str(tab)}) | filters | ({"page": str(number)} if number > 1 else {})
    return reverse("queue") + ("?" + urlencode(query) if query else "")


def _page_number(request: SignedIn) -> int:
    given = request.GET.get("page", "1")
    return min(int(given), MOST_PAGES) if given.isdecimal() and int(given) > 0 else 1
