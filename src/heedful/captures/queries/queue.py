"""Reading captures. Every read of content is one audit entry per answer, with the ids that it showed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from heedful.audit.actions import append
from heedful.audit.models import Entry, Head
from heedful.audit.rules import Action, Actor, Fact
from heedful.captures.identity import identity_of, who_in_words
from heedful.captures.models import Capture
from heedful.captures.queries.filters import QueueFilter, found_on_tab, in_order, narrow
from heedful.captures.queries.presence import viewing_now
from heedful.captures.rules import (
    FOLDED,
    HEADS,
    WAITS_FIRST,
    Confidence,
    FirstLook,
    Level,
    QueueTab,
    Source,
    State,
    is_of_the_whole,
    lane_of,
)
from heedful.captures.sealing import open_column
from heedful.people.models import Account, User
from heedful.people.queries import barred_pupils, has_right, narrowed_in, schools_with
from heedful.people.rules import Right
from heedful.thresholds.rules import THEME_TITLES, Route, Urgency
from heedful.vault.queries import SchoolVault

PAGE_ROWS = 50
SNIPPET_CHARACTERS = 110
SEALED_COLUMNS = ("text_sealed", "title_sealed", "url_sealed", "account_sealed", "before_sealed", "action_sealed")
RELATED = ("pupil", "school", "account", "acknowledged_by", "assigned_to")  # fetched apart: joins would cost SQLite its index order
NEWS_ACTIONS = (
    Action.CAPTURES_STORED, Action.CAPTURE_ACKNOWLEDGED, Action.CAPTURE_GRADED, Action.CAPTURE_ROUTED, Action.CAPTURE_CLOSED,
    Action.CAPTURE_MOVED, Action.CAPTURES_MATCHED, Action.CAPTURE_PASSED, Action.CAPTURE_REOPENED, Action.CAPTURE_UNDONE,
    Action.CAPTURE_SNOOZED, Action.CAPTURES_WOKEN, Action.FIRST_LOOK_PASSED_ON, Action.FIRST_LOOK_NOISE, Action.FIRST_LOOK_NOISE_UNDONE,
    Action.FIRST_LOOK_OVER, Action.CAPTURES_READ_AGAIN,
)  # fmt: skip

# By these a capture may leave somebody's sight. Of what never was in it, no other news says so much as the number.
LEAVES_SIGHT = (
    Action.CAPTURE_GRADED, Action.CAPTURE_ROUTED, Action.CAPTURE_MOVED, Action.CAPTURES_MATCHED, Action.CAPTURE_UNDONE,
    Action.FIRST_LOOK_OVER, Action.CAPTURES_READ_AGAIN,
)  # fmt: skip


# What stays open to somebody whose clearance has run out: the serious, the urgent, and what a pupil told us.
CANNOT_WAIT = Q(severity__gte=Level.SERIOUS) | Q(grade__gte=Level.SERIOUS) | Q(urgency=Urgency.NOW) | Q(source=Source.REPORT)


class NotFound(Exception):
    """There is no such capture, or it is not the viewer's: the two can't be told apart."""


@dataclass(frozen=True)
class Snippet:
    """A few words round the first finding: before, the matched words, after."""

    before: str
    match: str
    after: str


@dataclass(frozen=True)
class Folded:
    """What stands folded under a row: how many, and how many of them nobody has acknowledged."""

    count: int = 0
    new: int = 0


@dataclass(frozen=True)
class QueueRow:
    """One line of the queue. `level` is what it is sorted by: the machine's severity until a person grades it."""

    number: int
    school: str
    school_id: int
    severity: int
    grade: int | None
    theme: str
    theme_title: str
    more_themes: int
    pupil: str
    year_group: int | None
    confidence: Confidence
    source: Source
    host: str
    observed_at: datetime
    arrived_at: datetime
    route: Route
    urgency: Urgency
    state: State
    acknowledged_by: str
    assigned_to: str
    false_positive: str
    snippet: Snippet
    revision: int
    snoozed_until: datetime | None
    under_it: Folded
    viewers: tuple[str, ...]
    first_look: FirstLook | None


@dataclass(frozen=True)
class QueuePage:
    rows: tuple[QueueRow, ...]
    cursor: str
    has_more: bool
    is_partial: bool


@dataclass(frozen=True)
class Waiting:
    """How many rows wait on the tab to review, and how many captures with those folded under them."""

    rows: int
    captures: int


@dataclass(frozen=True)
class News:
    """What changed since a cursor: rows that belong on this tab now, and numbers that no longer do."""

    cursor: str
    rows: tuple[QueueRow, ...]
    gone: tuple[int, ...]


def visible_captures(viewer: User) -> QuerySet[Capture]:
    """The captures this viewer may read; the only door to them for a person."""
    all_routes = schools_with(viewer, Right.READ_SAFEGUARDING)
    behaviour = [school for school in schools_with(viewer, Right.READ_BEHAVIOUR) if school not in all_routes]
    mine = _of_schools(all_routes)
    if behaviour:
        theirs = _of_schools(behaviour) & _on_behaviours_side() & _not_of_staff(behaviour)
        mine = mine | theirs if all_routes else theirs
    rows = Capture.objects.filter(mine)
    narrowed = narrowed_in(viewer)
    if narrowed:
        rows = rows.filter(~Q(school_id__in=narrowed) | CANNOT_WAIT)
    barred = barred_pupils(viewer)
    # Not `exclude`: a capture whose pupil is not known must stay visible.
    return rows.filter(Q(pupil=None) | ~Q(pupil_id__in=barred)) if barred else rows


def _on_behaviours_side() -> Q:
    """What the behaviour lead reads; `rules.behaviour_reads` says the same of one row. Not `~Q`: most rows have no first look."""
    elsewhere = Q(first_look=None) | Q(first_look__in=[each for each in FirstLook if each != FirstLook.TECHNICIAN])
    return Q(first_look=FirstLook.PASTORAL) | Q(route=Route.BEHAVIOUR) & elsewhere


def _not_of_staff(schools: list[int]) -> Q:
    """What a member of staff wrote is read by the safeguarding team alone: so they were told. No join, for the same reason as below."""
    of_staff = Account.objects.filter(school_id__in=schools, staff__isnull=False).values("pk")
    return Q(pupil__isnull=False) | Q(account=None) | ~Q(account_id__in=of_staff)


def _of_schools(schools: list[int]) -> Q:
    """Captures of these schools. One school is asked for by equality: SQLite then reads the queue in the order of its index."""
    return Q(school_id=schools[0]) if len(schools) == 1 else Q(school_id__in=schools)


def capture_to_decide(viewer: User, number: int) -> Capture:
    """The capture, when the viewer may decide on it. Raises NotFound."""
    capture = visible_captures(viewer).filter(pk=number).first()
    if capture is None or not has_right(viewer, capture.school_id, Right.DECIDE):
        raise NotFound
    return capture


def readable_capture(viewer: User, number: int) -> Capture:
    """The row without its content, when the viewer may read it. Raises NotFound."""
    capture = visible_captures(viewer).filter(pk=number).defer(*SEALED_COLUMNS).first()
    if capture is None:
        raise NotFound
    return capture


def is_visible(viewer: User, number: int) -> bool:
    """Whether the viewer may read this capture now. No content is read."""
    return visible_captures(viewer).filter(pk=number).exists()


def queue_page(viewer: User, wanted: QueueFilter, *, page: int = 1, most: int = PAGE_ROWS, now: datetime | None = None) -> QueuePage:
    """One page of the queue, most serious first, then oldest; closed ones newest first. Audited as one reading."""
    first, now = (page - 1) * most, now or timezone.now()
    with transaction.atomic():
        cursor = cursor_now(viewer)
        matching, is_partial = _queue(viewer, wanted)
        found = list(matching[first : first + most + 1])
        rows = _rows(viewer, found[:most], now)
        record_reading(found[:most], viewer, Action.CAPTURES_LISTED, now)
    return QueuePage(rows, cursor, len(found) > most, is_partial)


def count_to_review(viewer: User) -> int:
    """How many wait for a first look, for the menu. No content is read."""
    counted: Waiting | None = getattr(viewer, "_waiting", None)
    return counted.rows if counted is not None else visible_captures(viewer).filter(tab__in=_waiting_tabs(viewer)).count()


def _waiting_tabs(viewer: User) -> tuple[QueueTab, ...]:
    """What waits for this viewer: for who looks first, that too; for the safeguarding team it waits with somebody else."""
    return (QueueTab.TO_REVIEW,) if schools_with(viewer, Right.READ_SAFEGUARDING) else HEADS


def count_first_looks(viewer: User) -> int:
    """How many rows wait for this viewer's own first look. No content is read."""
    return visible_captures(viewer).filter(tab=QueueTab.FIRST_LOOK).count()


def has_first_looks(viewer: User) -> bool:
    """Whether anything that the viewer may read is with somebody for a first look. No content is read."""
    return visible_captures(viewer).filter(tab=QueueTab.FIRST_LOOK).exists()


def waiting_now(viewer: User) -> Waiting:
    """Rows and captures that wait, for the head of the queue; the menu then need not count again. No content is read."""
    mine = _waiting_tabs(viewer)
    # By tab alone: its index answers that without a look at the rows.
    tabs = visible_captures(viewer).filter(tab__in=(*mine, FOLDED)).order_by().values("tab").annotate(n=Count("pk"))
    counted = {row["tab"]: row["n"] for row in tabs}
    folded = counted.pop(FOLDED, 0)
    if folded and QueueTab.FIRST_LOOK not in mine:  # what is folded under somebody else's first look waits with it
        folded -= visible_captures(viewer).filter(tab=FOLDED, first_look__in=WAITS_FIRST).count()
    rows = sum(counted.values())
    viewer._waiting = Waiting(rows, rows + folded)  # type: ignore[attr-defined]
    return viewer._waiting  # type: ignore[attr-defined, no-any-return]


def serious_outside(viewer: User, wanted: QueueFilter) -> int:
    """How many of severity 4 or 5 wait that these filters do not show."""
    serious = visible_captures(viewer).filter(tab=QueueTab.TO_REVIEW, severity__gte=Level.SERIOUS)
    shown = narrow(serious, wanted, viewer)
    return serious.count() - shown.count()


def next_to_review(viewer: User, *, after: Capture, wanted: QueueFilter | None = None, passing: bool = False) -> int | None:
    """The number of the capture to look at after this one: the top of these filters that is not this one.

    When one is only `passing`, it is the one below: what was passed over does not come again at once.
    """
    waiting, _ = _queue(viewer, wanted or QueueFilter())
    if wanted is not None and wanted.burst is not None:
        waiting = waiting.filter(tab__in=(*HEADS, FOLDED))
    if passing:
        same_age = Q(arrived_at=after.arrived_at, pk__gt=after.pk)
        waiting = waiting.filter(
            Q(severity__lt=after.severity) | Q(severity=after.severity) & (Q(arrived_at__gt=after.arrived_at) | same_age)
        )
    return waiting.exclude(pk=after.pk).values_list("pk", flat=True).first()


def folded_under(viewer: User, capture: Capture) -> list[Capture]:
    """The captures that stand folded under this one, most serious first. No content is read."""
    if capture.burst is None or capture.tab not in HEADS:
        return []
    rows = visible_captures(viewer).filter(burst=capture.burst, route=capture.route, tab=FOLDED).defer(*SEALED_COLUMNS)
    lane = lane_of(capture.route, capture.first_look)
    return [row for row in rows.order_by("-severity", "observed_at", "id") if lane_of(row.route, row.first_look) == lane]


def cursor_now(viewer: User) -> str:
    """Where the audit chains of the viewer's schools stand: `school:number,…`. The chain puts commits in order, ids do not."""
    schools = sorted(set(schools_with(viewer, Right.READ_BEHAVIOUR)))
    heads = dict(Head.objects.filter(school_id__in=schools).values_list("school_id", "number"))
    return ",".join(f"{school}:{heads.get(school, 0)}" for school in schools)


def news_since(viewer: User, cursor: str, wanted: QueueFilter, *, now: datetime | None = None) -> News | None:
    """What happened to captures since the cursor; None when nothing did. Audited only when it shows rows."""
    numbers, leaving = set[int](), set[int]()
    for school_id, number in _read_cursor(viewer, cursor):
        entries = Entry.objects.filter(school_id=school_id, number__gt=number, action__in=NEWS_ACTIONS, subject_kind="capture")
        for action, ids in entries.values_list("action", "subject_ids"):
            numbers |= {int(pk) for pk in ids}
            leaving |= {int(pk) for pk in ids if action in LEAVES_SIGHT}
    if not numbers:
        return None
    numbers |= _others_of_bursts(viewer, numbers)
    now = now or timezone.now()
    with transaction.atomic():
        here = _matching(viewer, wanted).filter(pk__in=numbers)
        found, staying = list(here[:PAGE_ROWS]), set(here.values_list("pk", flat=True))
        in_sight = set(visible_captures(viewer).filter(pk__in=numbers).values_list("pk", flat=True))
        rows = _rows(viewer, found, now)
        record_reading(found, viewer, Action.CAPTURES_LISTED, now)
    return News(cursor_now(viewer), rows, tuple(sorted((in_sight | leaving) - staying)))


def _others_of_bursts(viewer: User, numbers: set[int]) -> set[int]:
    """Captures that wait in the same bursts: what happened to one may have put another on top, or changed its count."""
    bursts = Capture.objects.filter(pk__in=numbers, burst__isnull=False).values("burst")
    return set(visible_captures(viewer).filter(burst__in=bursts, tab__in=(*HEADS, FOLDED)).values_list("pk", flat=True))


def record_reading(captures: Sequence[Capture], viewer: User, action: Action, now: datetime) -> None:
    """One audit entry per school for this answer, with the numbers it showed. Call it last in the transaction of the reading."""
    for school_id in sorted({capture.school_id for capture in captures}):
        shown = tuple(str(c.pk) for c in captures if c.school_id == school_id)
        append(school_id=school_id, actor=Actor.person(viewer.pk), fact=Fact(action, "capture", shown), now=now)


def _queue(viewer: User, wanted: QueueFilter) -> tuple[QuerySet[Capture], bool]:
    """The rows of a view in its order, and whether there were too many to look through them all."""
    if wanted.burst is not None:
        return _burst(viewer, wanted.burst), False
    if wanted.tab == QueueTab.RECORD_ONLY and not schools_with(viewer, Right.READ_SAFEGUARDING):
        return Capture.objects.none(), False  # a behaviour lead reads behaviour alone; no need to walk past what was only recorded
    rows, is_partial = found_on_tab(visible_captures(viewer), wanted, viewer)
    return rows.prefetch_related(*RELATED), is_partial


def _matching(viewer: User, wanted: QueueFilter) -> QuerySet[Capture]:
    """The same rows without walking the tab, for a question about few of them."""
    if wanted.burst is not None:
        return _burst(viewer, wanted.burst)
    rows = visible_captures(viewer).filter(tab=wanted.tab)
    return in_order(narrow(rows, wanted, viewer), wanted.tab).prefetch_related(*RELATED)


def _burst(viewer: User, number: int) -> QuerySet[Capture]:
    """Every capture of the burst of this one that has its route, wherever it stands."""
    one = visible_captures(viewer).filter(pk=number).first()
    if one is None:
        return Capture.objects.none()
    rows = visible_captures(viewer).filter(pk=number)
    if one.burst is not None:
        rows = visible_captures(viewer).filter(burst=one.burst, route=one.route)
    return rows.order_by("-severity", "arrived_at", "id").prefetch_related(*RELATED)


def _read_cursor(viewer: User, cursor: str) -> Iterable[tuple[int, int]]:
    """The parts of a cursor that are well formed and the viewer's; a torn one is treated as the start of nothing."""
    mine = set(schools_with(viewer, Right.READ_BEHAVIOUR))
    for part in cursor.split(","):
        school, _, number = part.partition(":")
        if school.isdecimal() and number.isdecimal() and int(school) in mine:
            yield int(school), int(number)


def _rows(viewer: User, captures: Sequence[Capture], now: datetime) -> tuple[QueueRow, ...]:
    vaults = {school_id: SchoolVault(school_id) for school_id in {capture.school_id for capture in captures}}
    folded, viewers = _folded(viewer, captures), viewing_now([capture.pk for capture in captures], viewer, now=now)
    return tuple(
        _row(capture, vaults[capture.school_id], folded.get((capture.burst, _lane(capture)), Folded()), tuple(viewers.get(capture.pk, ())))
        for capture in captures
    )


def _folded(viewer: User, captures: Sequence[Capture]) -> dict[tuple[UUID | None, str], Folded]:
    """What stands folded in the bursts of these rows, by burst and lane."""
    bursts = {capture.burst for capture in captures if capture.burst is not None and capture.tab in HEADS}
    if not bursts:
        return {}
    rows = visible_captures(viewer).filter(burst__in=bursts, tab=FOLDED).order_by().values("burst", "route", "first_look")
    found: dict[tuple[UUID | None, str], Folded] = {}
    for row in rows.annotate(n=Count("pk"), fresh=Count("pk", filter=Q(acknowledged_at=None))):
        key = (row["burst"], lane_of(row["route"], row["first_look"]))
        before = found.get(key, Folded())
        found[key] = Folded(before.count + row["n"], before.new + row["fresh"])
    return found


def _lane(capture: Capture) -> str:
    return lane_of(capture.route, capture.first_look)


def _row(capture: Capture, vault: SchoolVault, under_it: Folded, viewers: tuple[str, ...]) -> QueueRow:
    text = open_column(vault, capture.capture_id, "text", capture.text_sealed)
    return QueueRow(
        number=capture.pk, school=capture.school.name, school_id=capture.school_id, severity=capture.severity, grade=capture.grade,
        theme=capture.theme, theme_title=THEME_TITLES.get(capture.theme, "Told us" if capture.source == Source.REPORT else "Nothing found"),
        more_themes=max(0, len(capture.themes) - 1), pupil=who_in_words(capture),
        year_group=capture.pupil.year_group if capture.pupil else None,
        confidence=identity_of(capture).confidence,
        source=Source(capture.source), host=capture.host, observed_at=capture.observed_at, arrived_at=capture.arrived_at,
        route=Route(capture.route), urgency=Urgency(capture.urgency), state=State(capture.state),
        acknowledged_by=capture.acknowledged_by.name if capture.acknowledged_by else "",
        assigned_to=capture.assigned_to.name if capture.assigned_to else "",
        false_positive=capture.get_false_positive_display() if capture.false_positive else "",
        snippet=snippet_of(text, capture.findings), revision=capture.revision, snoozed_until=capture.snoozed_until,
        under_it=under_it if capture.tab in HEADS else Folded(), viewers=viewers,
        first_look=FirstLook(capture.first_look) if capture.tab == QueueTab.FIRST_LOOK and capture.first_look else None,
    )  # fmt: skip


def snippet_of(text: str, findings: list[list[object]]) -> Snippet:
    """A window of about SNIPPET_CHARACTERS round the most severe finding that has words of its own."""
    findings = [finding for finding in findings if not is_of_the_whole(finding, len(text))]
    if not findings:
        return Snippet(text[:SNIPPET_CHARACTERS], "", "")
    _, start, end, _, _, _ = max(findings, key=lambda finding: int(str(finding[4])))
    first, last = int(str(start)), int(str(end))
    side = max(10, (SNIPPET_CHARACTERS - (last - first)) // 2)
    before = text[max(0, first - side) : first]
    after = text[last : last + side]
    return Snippet(
        "…" + before.lstrip() if first > side else before, text[first:last], after.rstrip() + "…" if last + side < len(text) else after
    )


def all_captures_without_content(school_id: int | None = None) -> Iterator[Capture]:
    """Every capture with its sealed columns left out, oldest first. For the command line of the machine's owner."""
    rows = Capture.objects.defer(*SEALED_COLUMNS)
    rows = rows.filter(school_id=school_id) if school_id is not None else rows.filter(school__practice_of=None)
    return rows.order_by("pk").iterator(chunk_size=1000)
