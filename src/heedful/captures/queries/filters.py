"""What a queue may be narrowed by, and how that stays fast with a million captures stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from heedful.captures.models import Capture
from heedful.captures.rules import QueueTab
from heedful.people.models import User

# Filters without an index of their own look through so many captures of a tab, in its order. The page says when there were more.
MOST_WALKED = 10_000


@dataclass(frozen=True)
class QueueFilter:
    """One view of the queue. Nothing here is captured text or a name: it stands in addresses."""

    tab: QueueTab = QueueTab.TO_REVIEW
    theme: str = ""
    severity: int | None = None
    route: str = ""
    school_id: int | None = None
    source: str = ""
    year: int | None = None
    group: int | None = None
    pupils: tuple[int, ...] = ()
    host: str = ""
    rules: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    is_mine: bool = False
    burst: int | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the tab is asked for."""
        return self != QueueFilter(tab=self.tab)

    def on(self, tab: QueueTab) -> QueueFilter:
        """The same filters on another tab."""
        return replace(self, tab=tab)


def in_order(rows: QuerySet[Capture], tab: QueueTab) -> QuerySet[Capture]:
    """What waits is sorted by severity, then age; what is done or only recorded, newest first."""
    if tab in {QueueTab.CLOSED, QueueTab.RECORD_ONLY}:
        return rows.order_by("-closed_at", "-id")  # none of those on record only is closed, so they stand by number
    return rows.order_by("-severity", "arrived_at", "id")


def narrow(rows: QuerySet[Capture], wanted: QueueFilter, viewer: User) -> QuerySet[Capture]:
    """Filter captures that the viewer may see, whichever they are. The tab is not looked at."""
    if wanted.theme:
        rows = rows.filter(theme=wanted.theme)
    if wanted.severity is not None:
        rows = rows.filter(severity=wanted.severity)
    if wanted.route:
        rows = rows.filter(route=wanted.route)
    if wanted.school_id is not None:
        rows = rows.filter(school_id=wanted.school_id)
    if wanted.source:
        rows = rows.filter(source=wanted.source)
    if wanted.year is not None:
        rows = rows.filter(pupil__year_group=wanted.year)
    if wanted.group is not None:
        rows = rows.filter(pupil__groups=wanted.group)
    if wanted.pupils:
        rows = rows.filter(pupil_id__in=wanted.pupils)
    if wanted.host:
        rows = rows.filter(host__icontains=wanted.host)
    if wanted.rules:
        rows = _with_rules(rows, wanted.rules)
    if wanted.is_mine:
        rows = rows.filter(Q(assigned_to=viewer) | Q(assigned_to=None, acknowledged_by=viewer))
    return _between(rows, wanted)


def found_on_tab(rows: QuerySet[Capture], wanted: QueueFilter, viewer: User) -> tuple[QuerySet[Capture], bool]:
    """The captures of a tab that match, in its order, and whether there were too many to look through them all.

    `rows` are those that the viewer may see. A filter is applied to the first MOST_WALKED of the tab, or of the pupils asked for.
    """
    rows = rows.filter(tab=wanted.tab)
    if not wanted.is_narrowed:
        return in_order(rows, wanted.tab), False
    if wanted.school_id is not None:
        rows = rows.filter(school_id=wanted.school_id)
    if wanted.pupils:
        walk = rows.filter(pupil_id__in=wanted.pupils).order_by("-observed_at")
    elif (wanted.since or wanted.until) and wanted.tab in {QueueTab.CLOSED, QueueTab.RECORD_ONLY}:
        walk = _between(rows, wanted).order_by("-observed_at")  # where most stand, a day is found by its own index
    else:
        walk = in_order(_between(rows, wanted), wanted.tab)
    is_partial = walk.values("pk")[MOST_WALKED : MOST_WALKED + 1].exists()
    # The limit inside keeps the database from guessing another way through the table.
    found = Capture.objects.filter(pk__in=walk.values("pk")[:MOST_WALKED])
    return in_order(narrow(found, wanted, viewer), wanted.tab), is_partial


def _with_rules(rows: QuerySet[Capture], rules: tuple[str, ...]) -> QuerySet[Capture]:
    """Captures with a finding by one of these rules."""
    rows = rows.annotate(findings_as_text=Cast("findings", TextField()))
    any_of = Q()
    for rule in rules:
        any_of |= Q(findings_as_text__contains=f'"{rule}"')
    return rows.filter(any_of)


def _between(rows: QuerySet[Capture], wanted: QueueFilter) -> QuerySet[Capture]:
    if wanted.since is not None:
        rows = rows.filter(observed_at__gte=_start_of(wanted.since))
    if wanted.until is not None:
        rows = rows.filter(observed_at__lt=_start_of(wanted.until + timedelta(days=1)))
    return rows


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
