"""What stands round one capture on its page: the pupil's other captures without content, the lines and captures near it in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from heedful.audit.actions import append
from heedful.audit.rules import Action, Actor, Fact
from heedful.captures.models import Capture
from heedful.captures.queries.queue import NotFound, visible_captures
from heedful.captures.rules import ContextReason, QueueTab, Source, State
from heedful.captures.sealing import open_before
from heedful.people.models import Pupil, User
from heedful.people.queries import has_right
from heedful.people.rules import Right
from heedful.thresholds.rules import THEME_TITLES
from heedful.vault.queries import SchoolVault

MOST_LISTED = 8
MOST_NEAR = 20
MOST_COUNTED = 300  # of one pupil's captures, the newest
SESSION_LASTS = timedelta(minutes=15)
# Of the newest closed captures so many are asked what became of phrases like these; a bound, so that a page costs the same at any size.
JUDGED_ASKED = 1_000
_WITHOUT_CONTENT = (
    "pk", "school_id", "theme", "severity", "grade", "false_positive", "observed_at", "state", "source", "tab",
    "acknowledged_by__name", "assigned_to__name",
)  # fmt: skip


@dataclass(frozen=True)
class Other:
    """Another capture, without content: theme, level and time."""

    number: int
    theme_title: str
    severity: int
    grade: int | None
    is_false_positive: bool
    observed_at: datetime
    state: State
    is_done: bool  # closed, or on record only
    holder: str


@dataclass(frozen=True)
class Now:
    """How it stands with this pupil now: what is open, who has it, and what was before."""

    groups: tuple[str, ...]
    open: tuple[Other, ...]
    open_count: int
    earlier: tuple[Other, ...]
    earlier_count: int
    pupil_id: int
    has_left: bool

    @property
    def numbers(self) -> list[int]:
        return [other.number for other in (*self.open, *self.earlier)]


@dataclass(frozen=True)
class Context:
    """What was asked for with a reason: lines that the device sent with the text, and captures near it, of the same person on the same device."""

    before: tuple[tuple[int, str], ...]  # (seconds before, line), oldest first
    near: tuple[Other, ...]


@dataclass(frozen=True)
class Judged:
    """How often people found a phrase to be nothing of concern here."""

    not_a_concern: int
    times: int


def now_of(viewer: User, capture: Capture) -> Now | None:
    """The pupil's other captures that this viewer may read, in two short lists; None where no pupil is known. No content is read."""
    pupil: Pupil | None = capture.pupil
    if pupil is None:
        return None
    # By the pupil alone, then by number: beside a school, SQLite might walk the whole school instead.
    newest = Capture.objects.filter(pupil_id=pupil.pk).order_by("-observed_at").values_list("pk", flat=True)[:MOST_COUNTED]
    rows = visible_captures(viewer).filter(pk__in=[number for number in newest if number != capture.pk]).order_by("-observed_at", "-pk")
    others = _listed(rows, most=MOST_COUNTED)
    open_ones, earlier = [other for other in others if not other.is_done], [other for other in others if other.is_done]
    return Now(
        groups=tuple(pupil.groups.order_by("name").values_list("name", flat=True)),
        open=tuple(open_ones[:MOST_LISTED]), open_count=len(open_ones), earlier=tuple(earlier[:MOST_LISTED]), earlier_count=len(earlier),
        pupil_id=pupil.pk, has_left=pupil.left_on is not None,
    )  # fmt: skip


def open_context(viewer: User, number: int, *, reason: ContextReason, now: datetime) -> Context:
    """The lines before and the captures near it in time, for somebody who decides on it. One audit entry. Raises NotFound."""
    with transaction.atomic():
        capture = visible_captures(viewer).filter(pk=number).first()
        if capture is None or not has_right(viewer, capture.school_id, Right.DECIDE):
            raise NotFound
        context = Context(open_before(SchoolVault(capture.school_id), capture.capture_id, capture.before_sealed), _near(viewer, capture))
        details = {"reason": str(reason), "lines": len(context.before), "near": [other.number for other in context.near]}
        fact = Fact(Action.CAPTURE_CONTEXT_OPENED, "capture", (str(number),), details)
        append(school_id=capture.school_id, actor=Actor.person(viewer.pk), fact=fact, now=now)
    return context


def judged_before(viewer: User, capture: Capture) -> dict[str, Judged]:
    """By rule of this capture: what people made of the same phrase lately in this school, as far as this viewer may read."""
    rules = {str(finding[3]) for finding in capture.findings}
    if not rules:
        return {}
    mine = visible_captures(viewer).filter(school_id=capture.school_id)
    newest = mine.filter(tab=QueueTab.CLOSED).order_by("-closed_at", "-id").values("pk")[:JUDGED_ASKED]
    times, nothing = dict.fromkeys(rules, 0), dict.fromkeys(rules, 0)
    rows = Capture.objects.filter(pk__in=newest, theme__in={finding[0] for finding in capture.findings}).exclude(pk=capture.pk)
    for findings, false_positive in rows.values_list("findings", "false_positive"):
        for rule in rules & {str(finding[3]) for finding in findings}:
            times[rule] += 1
            nothing[rule] += bool(false_positive)
    return {rule: Judged(nothing[rule], times[rule]) for rule in rules if times[rule]}


def _near(viewer: User, capture: Capture) -> tuple[Other, ...]:
    """Captures of the same profile, account and person within a quarter of an hour, before and after, in order of time."""
    if capture.profile_id is None:
        return ()
    moments = (capture.observed_at - SESSION_LASTS, capture.observed_at + SESSION_LASTS)
    same = {
        "school_id": capture.school_id,
        "profile_id": capture.profile_id,
        "account_id": capture.account_id,
        "pupil_id": capture.pupil_id,
    }
    rows = visible_captures(viewer).filter(observed_at__range=moments, **same).exclude(pk=capture.pk)
    return _listed(rows.order_by("observed_at", "pk"), most=MOST_NEAR)


def _listed(rows: QuerySet[Capture], *, most: int = MOST_LISTED) -> tuple[Other, ...]:
    found = rows.select_related("acknowledged_by", "assigned_to").only(*_WITHOUT_CONTENT)[:most]
    return tuple(_other(row) for row in found)


def _other(row: Capture) -> Other:
    holder = row.assigned_to or row.acknowledged_by
    title = THEME_TITLES.get(row.theme, "Told us" if row.source == Source.REPORT else "Nothing found")
    return Other(
        row.pk,
        title,
        row.severity,
        row.grade,
        bool(row.false_positive),
        row.observed_at,
        State(row.state),
        row.state == State.CLOSED or row.tab == QueueTab.RECORD_ONLY,
        holder.name if holder else "",
    )
