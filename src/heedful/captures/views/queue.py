"""The triage queue, and what is new in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.captures.addresses import query_of, write_address
from heedful.captures.forms import QueueFilterForm
from heedful.captures.queries.filters import MOST_WALKED, QueueFilter
from heedful.captures.queries.own import OwnView, views_of
from heedful.captures.queries.queue import (
    PAGE_ROWS,
    Waiting,
    count_first_looks,
    count_to_review,
    news_since,
    queue_page,
    serious_outside,
    waiting_now,
)
from heedful.captures.queries.search import NOBODY, capture_asked_for, filter_for, my_groups, phrase_meanings, pupil_names
from heedful.captures.rules import MOST_AT_ONCE, QueueTab
from heedful.captures.views.asking import asked_of, asked_of_queue, capture_address, queue_address, tabs_to_show
from heedful.captures.views.choices import Choice, reason_choices, route_choices
from heedful.captures.views.rows import ShownRow, show_row
from heedful.devices.coverage.health import health_sentence
from heedful.devices.coverage.queries.health import coverage_health
from heedful.devices.queries import Reporting, reporting
from heedful.people.access import SignedIn, needs
from heedful.people.queries import my_schools, schools_with
from heedful.people.rules import Right
from heedful.web.decorators import command, page

MOST_PAGES = 10_000


@dataclass(frozen=True)
class Tab:
    title: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Chip:
    """A filter that has no field, and the view without it."""

    words: str
    without_url: str


@dataclass(frozen=True)
class QueueContext:
    """All that the queue's template places."""

    tabs: tuple[Tab, ...]
    own_views: tuple[Tab, ...]
    own_view: OwnView | None
    tab: QueueTab
    form: QueueFilterForm
    chips: tuple[Chip, ...]
    kept: tuple[tuple[str, str], ...]
    is_filtered: bool
    is_burst: bool
    is_partial: bool
    most_walked: int
    rows: tuple[ShownRow, ...]
    waiting: Waiting
    serious_outside: int
    first_looks: int
    sees_all_routes: bool
    cursor: str
    query: str
    news_url: str
    clear_url: str
    this_url: str
    older_url: str
    newer_url: str
    all_url: str
    is_all: bool
    may_decide: bool
    reasons: tuple[Choice, ...]
    routes: tuple[Choice, ...]
    many_schools: bool
    health: str
    is_healthy: bool
    last_self_test_at: datetime | None
    reporting: Reporting


@page
@needs(Right.READ_BEHAVIOUR)
def queue(request: SignedIn) -> HttpResponse:
    """One page of a view of the queue, most serious first."""
    now, wanted, number = timezone.now(), asked_of_queue(request), _page_number(request)
    is_all = request.GET.get("all", "") == "yes"
    found = queue_page(request.user, wanted, page=number, most=MOST_AT_ONCE if is_all else PAGE_ROWS, now=now)
    schools, decides = my_schools(request.user), set(schools_with(request.user, Right.DECIDE))
    sees_all_routes = bool(schools_with(request.user, Right.READ_SAFEGUARDING))
    health = coverage_health(request.user, now=now)
    own = next((view for view in views_of(request.user) if view.query == query_of(wanted)), None)
    context = QueueContext(
        tabs=tuple(Tab(each.label, queue_address(wanted.on(each)), each == wanted.tab and own is None) for each in tabs_to_show(request, wanted.tab)),
        own_views=tuple(Tab(each.name, _view_address(each), each == own) for each in views_of(request.user)),
        own_view=own,
        tab=wanted.tab,
        form=_form(request, wanted),
        chips=_chips(request, wanted),
        kept=tuple((name, value) for name, value in write_address(wanted).items() if name in {"pupils", "rules"}),
        is_filtered=wanted.is_narrowed,
        is_burst=wanted.burst is not None,
        is_partial=found.is_partial,
        most_walked=MOST_WALKED,
        rows=tuple(show_row(row, now, wanted=wanted, may_decide=row.school_id in decides) for row in found.rows),
        waiting=waiting_now(request.user),
        serious_outside=serious_outside(request.user, wanted) if wanted.is_narrowed and wanted.tab == QueueTab.TO_REVIEW else 0,
        first_looks=count_first_looks(request.user) if wanted.tab == QueueTab.TO_REVIEW and not sees_all_routes else 0,
        sees_all_routes=sees_all_routes,
        cursor=found.cursor if number == 1 else "",
        query=query_of(wanted),
        news_url=reverse("queue_news") + "?" + query_of(wanted),
        clear_url=queue_address(QueueFilter(wanted.tab)),
        this_url=queue_address(wanted, page=number),
        older_url=queue_address(wanted, page=number + 1) if found.has_more and not is_all else "",
        newer_url=queue_address(wanted, page=number - 1) if number > 1 else "",
        all_url=queue_address(wanted, more="all=yes"),
        is_all=is_all,
        may_decide=bool(decides),
        reasons=reason_choices(),
        routes=route_choices() if sees_all_routes else (),
        many_schools=len(schools) > 1,
        health=health_sentence(health),
        is_healthy=health.is_healthy,
        last_self_test_at=health.last_self_test_at,
        reporting=reporting(request.user, now=now),
    )
    return render(request, "captures/queue.html", {"queue": context})


@page
@needs(Right.READ_BEHAVIOUR)
def queue_news(request: SignedIn) -> HttpResponse:
    """What changed since the page's cursor, as rows to put in place; 304 when nothing did. Asked each second by open pages."""
    now, wanted = timezone.now(), asked_of(request)
    news = news_since(request.user, request.GET.get("cursor", ""), wanted, now=now)
    if news is None:
        return HttpResponseNotModified()
    decides = set(schools_with(request.user, Right.DECIDE))
    context = {
        "rows": tuple(show_row(row, now, wanted=wanted, may_decide=row.school_id in decides) for row in news.rows),
        "gone": news.gone,
        "cursor": news.cursor,
        "to_review": count_to_review(request.user),
        "many_schools": len(my_schools(request.user)) > 1,
    }
    return render(request, "captures/_news.html", {"news": context})


@command
@needs(Right.READ_BEHAVIOUR)
def search(request: SignedIn) -> HttpResponse:
    """What was typed in the search box, made into filters. It is sent in the body: a name must not stand in an address."""
    typed, wanted = request.POST.get("q", ""), asked_of(request)
    number = capture_asked_for(request.user, typed)
    if number is not None:
        return HttpResponseRedirect(capture_address(number))
    return HttpResponseRedirect(queue_address(filter_for(request.user, typed, wanted, today=timezone.localdate())))


def _form(request: SignedIn, wanted: QueueFilter) -> QueueFilterForm:
    sees_all_routes = bool(schools_with(request.user, Right.READ_SAFEGUARDING))
    return QueueFilterForm(
        write_address(wanted), schools=my_schools(request.user), groups=my_groups(request.user), sees_all_routes=sees_all_routes
    )


def _chips(request: SignedIn, wanted: QueueFilter) -> tuple[Chip, ...]:
    """The filters that came from the search box or a row."""
    chips = []
    if wanted.burst is not None:
        chips.append(Chip(f"Together with capture {wanted.burst}", queue_address(replace(wanted, burst=None))))
    if wanted.pupils:
        names = pupil_names(request.user, wanted.pupils)
        words = f"Pupil: {', '.join(names)}" if names else "No pupil, theme, phrase or host like that"
        chips.append(
            Chip(
                words if wanted.pupils != NOBODY else "No pupil, theme, phrase or host like that", queue_address(replace(wanted, pupils=()))
            )
        )
    if wanted.rules:
        meant = phrase_meanings(wanted.rules)
        words = meant[0] if len(meant) == 1 else f"{len(meant)} phrases, such as “{meant[0]}”"
        chips.append(Chip(f"Phrase: {words}", queue_address(replace(wanted, rules=()))))
    return tuple(chips)


def _view_address(view: OwnView) -> str:
    return reverse("queue") + "?" + (view.query or f"tab={QueueTab.TO_REVIEW}")


def _page_number(request: SignedIn) -> int:
    given = request.GET.get("page", "1")
    return min(int(given), MOST_PAGES) if given.isdecimal() and len(given) < 7 and int(given) > 0 else 1
