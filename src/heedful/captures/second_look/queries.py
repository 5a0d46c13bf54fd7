"""What waits for a second look, for whom, and one of them opened blind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from heedful.audit.queries import read_by
from heedful.audit.rules import Action
from heedful.captures.models import Capture, CaptureNote, Decision
from heedful.captures.queries.opened import OpenCapture, _opened
from heedful.captures.queries.queue import SEALED_COLUMNS, NotFound, record_reading, visible_captures
from heedful.captures.rules import DecisionKind, State
from heedful.captures.second_look.models import LeftSample, SecondLook
from heedful.captures.second_look.rules import LookKind, may_look
from heedful.people.models import User
from heedful.people.queries import schools_with
from heedful.people.rules import Right
from heedful.thresholds.rules import Route

# So many that wait are asked after for one page: a school that is far behind sees the oldest.
MOST_ASKED = 400
_RELATED = ("pupil", "school", "account", "profile", "identified_by")


@dataclass(frozen=True)
class WaitingLook:
    """One that this person may take. Nothing here says what is in it, or what was decided."""

    id: int
    kind: LookKind
    drawn_at: datetime
    school: str


@dataclass(frozen=True)
class BlindLook:
    """A capture in clear without anything that people made of it."""

    id: int
    kind: LookKind
    capture: OpenCapture


def waiting_looks(viewer: User) -> tuple[WaitingLook, ...]:
    """What this person may look at, what was drawn first first. No content is read."""
    looks = list(_open_looks(viewer)[:MOST_ASKED])
    return tuple(WaitingLook(look.pk, LookKind(look.kind), look.drawn_at, look.school.name) for look in _mine(viewer, looks))


def look_to_take(viewer: User, look_id: int) -> SecondLook:
    """The look, where this person may take it. Raises NotFound, also for one that somebody has answered."""
    found = _mine(viewer, list(_open_looks(viewer).filter(pk=look_id)))
    if not found:
        raise NotFound
    return found[0]


def open_blind(viewer: User, look_id: int, *, now: datetime) -> BlindLook:
    """Open one for reading: one audit entry, and counted like every reading. Raises NotFound."""
    with transaction.atomic():
        look = look_to_take(viewer, look_id)
        capture = visible_captures(viewer).select_related(*_RELATED).get(pk=look.number)
        opened = _opened(capture, viewer)
        record_reading([capture], viewer, Action.SECOND_LOOK_READ, now)
    return BlindLook(look.pk, LookKind(look.kind), blind(opened))


def blind(opened: OpenCapture) -> OpenCapture:
    """The same without grade, grader, route, notes, outcome, picture, hand-over, and what else this pupil has: only what the machine and the device say."""
    return replace(
        opened, revision=0, grade=None, route=opened.suggested_route, state=State.NEW, acknowledged_by="", acknowledged_at=None, graded_by="",
        graded_at=None, false_positive="", outcome="", action="", closed_by="", closed_at=None, notes=(), trace=None, has_picture=False,
        is_picture_sealed=False, is_picture_destroyed=False, may_decide=False, handover=None, now=None, colleagues=(), has_before=False, approach="", first_look=None,
        reasons=tuple(replace(reason, judged=None) for reason in opened.reasons),
    )  # fmt: skip


def left_alone(school_id: int, *, since: datetime, until: datetime) -> QuerySet[Capture]:
    """What nobody had to read: kept on record only and never graded, or marked as a false positive together with others. For the system."""
    batched = Decision.objects.filter(kind=DecisionKind.DISMISSED, batch__isnull=False, undone_at=None).values("capture_id")
    left = Q(route=Route.RECORD_ONLY, grade=None, false_positive="") | ~Q(false_positive="") & Q(pk__in=batched)
    return Capture.objects.filter(left, school_id=school_id, arrived_at__gte=since, arrived_at__lt=until)


def is_week_drawn(school_id: int, week: date) -> bool:
    return LeftSample.objects.filter(school_id=school_id, week=week).exists()


def _open_looks(viewer: User) -> QuerySet[SecondLook]:
    """Unanswered ones on captures that this person may read and decide on, and that still are what they were drawn as."""
    still = Q(kind=LookKind.GRADE) & (Q(capture__grade__isnull=False) | ~Q(capture__false_positive="")) | Q(kind=LookKind.LEFT, capture__grade=None)
    rows = SecondLook.objects.filter(still, looked_at=None, capture__isnull=False, school_id__in=schools_with(viewer, Right.DECIDE))
    return rows.select_related("school", "capture").defer(*(f"capture__{column}" for column in SEALED_COLUMNS)).order_by("drawn_at", "pk")


def _mine(viewer: User, looks: Sequence[SecondLook]) -> list[SecondLook]:
    numbers = [look.number for look in looks]
    readable = set(visible_captures(viewer).filter(pk__in=numbers).values_list("pk", flat=True))
    part = _had_part(viewer, looks, numbers)
    return [look for look in looks if look.number in readable and may_look(viewer.pk, had_part=part[look.pk])]


def _had_part(viewer: User, looks: Sequence[SecondLook], numbers: Collection[int]) -> dict[int, set[int]]:
    """By look: this viewer, where they decided on it, noted something, or read it when its verdict stood on the page."""
    part: dict[int, set[int]] = defaultdict(set)
    decided = set(Decision.objects.filter(capture__in=numbers, by=viewer).exclude(kind=DecisionKind.ACKNOWLEDGED).values_list("capture_id", flat=True))
    noted = set(CaptureNote.objects.filter(capture__in=numbers, by=viewer).values_list("capture_id", flat=True))
    graded = [look.capture.graded_at for look in looks if look.capture and look.capture.graded_at]
    schools = {look.school_id for look in looks}
    reads = read_by(viewer.pk, schools, Action.CAPTURE_READ, since=min(graded)) if graded else []
    for look in looks:
        graded_at = look.capture.graded_at if look.capture else None
        has_read = graded_at is not None and any(number == look.number and at >= graded_at for at, number in reads)
        if look.number in decided | noted or has_read:
            part[look.pk].add(viewer.pk)
    return part
