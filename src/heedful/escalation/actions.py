"""Clocks and notices. A notice goes through rows with conditional updates, so that a lost queue or a dead worker loses nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from smtplib import SMTPException
from uuid import uuid4

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from heedful.audit.actions import append
from heedful.audit.rules import SYSTEM, Action, Fact
from heedful.escalation.models import Clock, News, Notice, NoticeState
from heedful.escalation.rules import (
    ABOUT_CAPTURES,
    CLAIM_LASTS,
    MOST_ATTEMPTS,
    NOBODY_AGAIN,
    Message,
    NoticeKind,
    message_for,
    news_for,
    retry_after,
)
from heedful.people.clearance.queries import is_practice
from heedful.people.models import User
from heedful.people.queries import people_with_role, who_may_be_told
from heedful.people.rules import RoleName

log = structlog.get_logger()


@dataclass(frozen=True)
class Subject:
    """What a clock is about, in the words that a notice may use."""

    kind: str
    id: int
    number: int
    severity: int
    url_name: str


def start_clock(
    *, school_id: int, subject: Subject, not_to: Iterable[int], now: datetime, due_at: datetime, is_drill: bool = False
) -> Clock:
    """Start the subject's clock and ask for notices at once. Call it in the transaction that stores the subject."""
    return Clock.objects.create(
        school_id=school_id, subject_kind=subject.kind, subject_id=subject.id, number=subject.number, severity=subject.severity,
        url_name=subject.url_name, is_drill=is_drill, started_at=now, due_at=due_at, notify_at=now, not_to=sorted(not_to),
    )  # fmt: skip


def stop_clock(*, subject_kind: str, subject_id: int, by: User, now: datetime) -> bool:
    """Somebody has acknowledged. True the first time. Call it in the transaction that records the acknowledgement."""
    running = Clock.objects.filter(subject_kind=subject_kind, subject_id=subject_id, acknowledged_at=None)
    return bool(running.update(acknowledged_at=now, acknowledged_by=by, notify_at=None))


def keep_from(*, subject_kind: str, subject_id: int, not_to: Iterable[int]) -> bool:
    """From now on the subject's clock tells everybody but these people. False where it has no clock."""
    return bool(Clock.objects.filter(subject_kind=subject_kind, subject_id=subject_id).update(not_to=sorted(not_to)))


def tell_people(
    *, school_id: int, kind: NoticeKind, people: Iterable[User], now: datetime, number: int = 0, severity: int = 0, digest: str = "",
    url_name: str, url_args: tuple[int | str, ...] = (), once_key: str = "",
) -> list[int]:  # fmt: skip
    """Put a notice to each of these people into the outbox; returns the ids of the new ones. Call it in the transaction of its cause.

    It goes out within a minute, at once where a worker runs. With a `once_key` a second call tells only people who
    were not told before. Who has left is not told, nor of captures who is outside a running pilot's audience (D03). `digest` is for AUDIT_HEAD. Raises NoReverseMatch for a wrong link.
    Of what happens in a practice school nobody is told.
    """
    if is_practice(school_id):
        return []
    reverse(url_name, args=url_args)  # a link that can't be made must fail here, not when the mail is due
    if kind in ABOUT_CAPTURES:
        people = who_may_be_told(school_id, list(people))
    facts = {"number": number, "severity": severity, "digest": digest, "url_name": url_name, "url_args": list(url_args), "made_at": now}
    with transaction.atomic():
        if once_key:
            news, _ = News.objects.get_or_create(school_id=school_id, kind=kind, once_key=once_key, defaults=facts)
        else:
            news = News.objects.create(school_id=school_id, kind=kind, **facts)
        told = set(news.notices.values_list("recipient_id", flat=True))
        wanted = {person.pk: person for person in people if person.is_active}
        made = [_new_notice(person, now, news=news).pk for pk, person in sorted(wanted.items()) if pk not in told]
        if made:
            transaction.on_commit(_send_soon, robust=True)
    if not wanted:
        log.error("escalation.nobody_to_tell", news=news.pk, kind=str(kind), school=school_id)
    return made


def make_notices(*, clock_id: int, now: datetime) -> list[int]:
    """Write a notice to the outbox for the DSL and each deputy; returns their ids, empty when it was done before."""
    with transaction.atomic():
        if not Clock.objects.filter(pk=clock_id, notify_at__isnull=False).update(notify_at=None):
            return []
        clock = Clock.objects.get(pk=clock_id)
        leads = [each for each in people_with_role(clock.school_id, RoleName.DSL, RoleName.DEPUTY) if each.pk not in clock.not_to]
        told = who_may_be_told(clock.school_id, leads)
        notices = [_new_notice(person, now, clock=clock) for person in told]
        if not notices:
            Clock.objects.filter(pk=clock_id).update(notify_at=now + NOBODY_AGAIN)
    if not notices:
        log.error("escalation.nobody_to_tell", clock=clock_id, school=clock.school_id)
    return [notice.pk for notice in notices]


def send_notice(*, notice_id: int, now: datetime) -> bool:
    """Claim one queued notice, send it, record how it went. False when somebody else has it or it failed."""
    due = Notice.objects.filter(pk=notice_id, state=NoticeState.QUEUED, send_at__lte=now)
    if not due.update(state=NoticeState.SENDING, claimed_at=now, attempts=F("attempts") + 1):
        return False
    notice = Notice.objects.select_related("clock", "news", "recipient").get(pk=notice_id)
    try:
        _mail(notice)
    except (OSError, SMTPException, ValueError) as fault:  # ValueError: an address that can't be written in a header
        _record_failure(notice, fault=type(fault).__name__, now=now)
        return False
    with transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(state=NoticeState.SENT, sent_at=timezone.now(), fault="")
        _audit(notice, Action.NOTICE_SENT, now)
    return True


def release_dead_claims(*, now: datetime) -> int:
    """Put back notices whose sender died between claiming and recording; they may reach somebody twice, with one Message-ID.

    One that has killed its sender time after time is given up, like any other.
    """
    dead = Notice.objects.filter(state=NoticeState.SENDING, claimed_at__lt=now - CLAIM_LASTS)
    for notice in dead.filter(attempts__gte=MOST_ATTEMPTS).select_related("clock", "news"):
        _record_failure(notice, fault="SenderDied", now=now)
    return dead.filter(attempts__lt=MOST_ATTEMPTS).update(state=NoticeState.QUEUED, send_at=now)


def _new_notice(person: User, now: datetime, *, clock: Clock | None = None, news: News | None = None) -> Notice:
    return Notice.objects.create(clock=clock, news=news, recipient=person, message_id=f"<{uuid4()}@heedful.invalid>", send_at=now)


def _send_soon() -> None:
    from heedful.escalation.tasks import send_waiting  # tasks import this module

    send_waiting()  # the queue may lose it or be full: the sweep finds the rows


def _mail(notice: Notice) -> None:
    message = _of_clock(notice.clock) if notice.clock else _of_news(notice.news)
    headers = {"Message-ID": notice.message_id, "Auto-Submitted": "auto-generated"}
    EmailMessage(message.subject, message.body, to=[notice.recipient.email], headers=headers).send()


def _of_clock(clock: Clock) -> Message:
    due = timezone.localtime(clock.due_at).strftime("%H:%M on %A")
    link = settings.PUBLIC_URL + reverse(clock.url_name, args=[clock.number])
    return message_for(severity=clock.severity, number=clock.number, is_drill=clock.is_drill, due=due, link=link)


def _of_news(news: News | None) -> Message:
    assert news is not None  # the database holds a notice to one of the two
    link = settings.PUBLIC_URL + reverse(news.url_name, args=news.url_args)
    return news_for(NoticeKind(news.kind), number=news.number, severity=news.severity, digest=news.digest, link=link)


def _record_failure(notice: Notice, *, fault: str, now: datetime) -> None:
    wait = retry_after(notice.attempts)
    with transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(
            state=NoticeState.QUEUED if wait else NoticeState.FAILED, send_at=now + wait if wait else notice.send_at, fault=fault
        )
        if wait is None:
            _audit(notice, Action.NOTICE_FAILED, now)
    log.warning("escalation.notice_failed", notice=notice.pk, attempt=notice.attempts, fault=fault, gives_up=wait is None)


def _audit(notice: Notice, action: Action, now: datetime) -> None:
    cause = {"clock": notice.clock_id} if notice.clock_id else {"news": notice.news_id}
    details = cause | {"recipient": notice.recipient_id, "channel": notice.channel, "attempts": notice.attempts}
    append(school_id=notice.source.school_id, actor=SYSTEM, fact=Fact(action, "notice", (str(notice.pk),), details), now=now)
