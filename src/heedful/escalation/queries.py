"""What is due, and what the trace of a clock says. The asker has already checked the right to the subject."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Min, Q

from heedful.escalation.models import Clock, Notice, NoticeState
from heedful.escalation.rules import NoticeKind
from heedful.people.models import User


@dataclass(frozen=True)
class TraceLine:
    """One notice of a clock, as the subject's page shows it."""

    recipient: str
    channel: str
    state: NoticeState
    at: datetime
    attempts: int


@dataclass(frozen=True)
class Trace:
    due_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    lines: tuple[TraceLine, ...]


def trace_of(subject_kind: str, subject_id: int) -> Trace | None:
    """The clock of this subject with its notices; None where it has none. Call it only for a subject the viewer may read."""
    clock = Clock.objects.select_related("acknowledged_by").filter(subject_kind=subject_kind, subject_id=subject_id).first()
    if clock is None:
        return None
    lines = tuple(
        TraceLine(n.recipient.name, n.channel, NoticeState(n.state), n.sent_at or n.claimed_at or n.send_at, n.attempts)
        for n in clock.notices.select_related("recipient").order_by("id")
    )
    by = clock.acknowledged_by.name if clock.acknowledged_by else None
    return Trace(clock.due_at, clock.acknowledged_at, by, lines)


def people_told(*, school_id: int, subject_kind: str, subject_id: int, url_name: str) -> list[User]:
    """Everybody who was sent, or is about to be sent, a notice of this subject: by its clock, or by news that lead to its page. For the system."""
    of_clock = Q(clock__subject_kind=subject_kind, clock__subject_id=subject_id)
    of_news = Q(news__school_id=school_id, news__url_name=url_name, news__url_args=[subject_id])
    ids = Notice.objects.filter(of_clock | of_news).values_list("recipient_id", flat=True)
    return list(User.objects.filter(pk__in=set(ids)).order_by("pk"))


def told_at(person: User, kind: NoticeKind, url_args: list[int | str]) -> datetime | None:
    """When this person was last told this, with a link to these arguments; None where never."""
    rows = Notice.objects.filter(recipient=person, news__kind=kind, news__url_args=url_args).order_by("-pk")
    return rows.values_list("news__made_at", flat=True).first()


def clocks_to_notify(*, now: datetime, most: int = 500) -> list[int]:
    return list(Clock.objects.filter(notify_at__lte=now).order_by("notify_at").values_list("id", flat=True)[:most])


def notices_to_send(*, now: datetime, most: int = 500) -> list[int]:
    return list(Notice.objects.filter(state=NoticeState.QUEUED, send_at__lte=now).order_by("send_at").values_list("id", flat=True)[:most])


def clocks_late(school_id: int, *, since: datetime, now: datetime) -> int:
    """How many clocks started since then ran out before anybody acknowledged."""
    started = Clock.objects.filter(school_id=school_id, started_at__gt=since, is_drill=False)
    return started.filter(Q(acknowledged_at=None, due_at__lt=now) | Q(acknowledged_at__gt=F("due_at"))).count()


def waiting_since(*, now: datetime) -> datetime | None:
    """When the oldest notice that should have gone out became due; None when nothing waits. For `heedful doctor`."""
    untold = Clock.objects.filter(notify_at__lte=now).aggregate(at=Min("notify_at"))["at"]
    unsent = Notice.objects.filter(state=NoticeState.QUEUED, send_at__lte=now).aggregate(at=Min("send_at"))["at"]
    waiting = [moment for moment in (untold, unsent) if moment is not None]
    return min(waiting, default=None)
