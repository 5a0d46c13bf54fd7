"""Notices: severity, number and a link to whoever must know, until it is sent or given up; nothing else, to nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.db.models import F
from django.test import override_settings

from heedful.audit.queries import entries_about, first_break
from heedful.escalation import actions, tasks
from heedful.escalation.actions import Subject, make_notices, release_dead_claims, send_notice, start_clock, stop_clock
from heedful.escalation.models import Clock, Notice, NoticeState
from heedful.escalation.queries import clocks_to_notify, notices_to_send, trace_of
from heedful.escalation.rules import CLAIM_LASTS, MOST_ATTEMPTS, NOBODY_AGAIN, message_for, retry_after
from heedful.people.actions import add_staff
from heedful.people.models import User
from heedful.people.rules import RoleName
from tests.harness.westbrook import NOW, Westbrook, build_school

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).with_name("notice.golden.txt")
CAPTURE = Subject("capture", 4711, 4711, 5, "capture")


@pytest.fixture(autouse=True)
def in_memory() -> Iterator[None]:
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend", PUBLIC_URL="http://localhost:8000"):
        yield


@pytest.fixture
def clock(westbrook: Westbrook) -> Clock:
    return start(westbrook)


def start(westbrook: Westbrook, *, not_to: tuple[int, ...] = (), subject: Subject = CAPTURE) -> Clock:
    return start_clock(school_id=westbrook.school.pk, subject=subject, not_to=not_to, now=NOW, due_at=NOW + timedelta(minutes=15))


def fail(monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    def refused(_: Notice) -> None:
        raise fault

    monkeypatch.setattr(actions, "_mail", refused)


def told() -> list[str]:
    return sorted(address for message in mail.outbox for address in message.to)


def sweep(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    with monkeypatch.context() as at:
        at.setattr("django.utils.timezone.now", lambda: now)
        tasks.run_sweep()


def test_the_lead_and_each_deputy_get_one_mail(clock: Clock) -> None:
    notices = make_notices(clock_id=clock.pk, now=NOW)
    assert [send_notice(notice_id=notice, now=NOW) for notice in notices] == [True, True]
    assert told() == ["deputy@westbrook.example", "dsl@westbrook.example"]
    assert [len(message.to) for message in mail.outbox] == [1, 1]
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 2


def test_the_mail_is_as_agreed_to_the_letter(clock: Clock, westbrook: Westbrook) -> None:
    westbrook.deputy.roles.all().delete()
    [notice] = make_notices(clock_id=clock.pk, now=NOW)
    send_notice(notice_id=notice, now=NOW)
    [message] = mail.outbox
    sent = re.sub(r"^Date: .*$", "Date: DATE", message.message().as_string(), flags=re.M)
    assert re.sub(r"<[0-9a-f-]{36}@", "<MESSAGE-ID@", sent) == GOLDEN.read_text("utf-8")


def test_a_mail_says_nothing_of_what_it_is_about(westbrook: Westbrook) -> None:
    row = westbrook.stored(5)
    for notice in make_notices(clock_id=Clock.objects.get().pk, now=NOW):
        send_notice(notice_id=notice, now=NOW)
    for message in mail.outbox:
        said = message.message().as_string().lower()
        assert [
            word
            for word in ("suicide", "kill", "myself", "amara", "okonedo", "westbrook school", "chat.example", "8k", "year")
            if word in said
        ] == []
        assert str(row.pk) in said


@pytest.mark.parametrize("severity", [4, 5])
def test_a_drill_says_that_it_is_one(severity: int) -> None:
    message = message_for(severity=severity, number=1, link="http://x", due="10:00 on Monday", is_drill=True)
    assert message.subject.startswith("Drill: ")


def test_who_is_barred_is_not_told(westbrook: Westbrook) -> None:
    clock = start(westbrook, not_to=(westbrook.dsl.pk,))
    for notice in make_notices(clock_id=clock.pk, now=NOW):
        send_notice(notice_id=notice, now=NOW)
    assert told() == ["deputy@westbrook.example"]


def test_nobody_else_of_the_school_and_nobody_of_another_is_told(clock: Clock, westbrook: Westbrook) -> None:
    build_school("Marsh End School", "marshend.example")
    for role in (RoleName.BEHAVIOUR, RoleName.TECHNICIAN, RoleName.HEAD, RoleName.GOVERNOR, RoleName.STAFF):
        add_staff(school=westbrook.school, email=f"{role}@westbrook.example", name=role.label, roles=[role], now=NOW)
    User.objects.filter(pk=westbrook.deputy.pk).update(is_active=False)
    for notice in make_notices(clock_id=clock.pk, now=NOW):
        send_notice(notice_id=notice, now=NOW)
    assert told() == ["dsl@westbrook.example"]


def test_a_person_with_both_roles_gets_one(clock: Clock, westbrook: Westbrook) -> None:
    add_staff(school=westbrook.school, email="dsl@westbrook.example", name="", roles=[RoleName.DEPUTY], now=NOW)
    assert len(make_notices(clock_id=clock.pk, now=NOW)) == 2


def test_asked_twice_the_notices_are_made_once_and_sent_once(clock: Clock) -> None:
    notices = make_notices(clock_id=clock.pk, now=NOW)
    assert make_notices(clock_id=clock.pk, now=NOW) == []
    assert [send_notice(notice_id=notices[0], now=NOW) for _ in range(3)] == [True, False, False]
    assert len(mail.outbox) == 1


def test_what_was_acknowledged_before_anybody_was_told_needs_no_notice(clock: Clock, westbrook: Westbrook) -> None:
    assert stop_clock(subject_kind="capture", subject_id=4711, by=westbrook.dsl, now=NOW)
    assert not stop_clock(subject_kind="capture", subject_id=4711, by=westbrook.deputy, now=NOW)
    assert make_notices(clock_id=clock.pk, now=NOW) == []


def test_a_school_with_nobody_to_tell_is_looked_at_again(clock: Clock, westbrook: Westbrook, monkeypatch: pytest.MonkeyPatch) -> None:
    westbrook.school.roles.all().delete()
    assert make_notices(clock_id=clock.pk, now=NOW) == []
    assert clocks_to_notify(now=NOW + NOBODY_AGAIN - timedelta(seconds=1)) == []
    add_staff(school=westbrook.school, email="new@westbrook.example", name="New lead", roles=[RoleName.DSL], now=NOW)
    sweep(monkeypatch, NOW + NOBODY_AGAIN)
    assert told() == ["new@westbrook.example"]


def test_a_failed_mail_is_tried_again_after_longer_and_longer(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [retry_after(attempt) for attempt in range(1, 7)] == [timedelta(seconds=s) for s in (5, 20, 80, 320, 1280)] + [None]
    [notice, _] = make_notices(clock_id=clock.pk, now=NOW)
    fail(monkeypatch, SMTPServerDisconnected("dsl@westbrook.example: harrowing"))
    moment, waits = NOW, []
    for _ in range(MOST_ATTEMPTS):
        assert not send_notice(notice_id=notice, now=moment)
        row = Notice.objects.get(pk=notice)
        waits.append((row.state, (row.send_at - moment).total_seconds()))
        assert row.fault == "SMTPServerDisconnected"
        assert not send_notice(notice_id=notice, now=moment + timedelta(seconds=4))
        moment = row.send_at
    assert waits[:5] == [("queued", 5), ("queued", 20), ("queued", 80), ("queued", 320), ("queued", 1280)]
    assert waits[5][0] == NoticeState.FAILED
    assert not send_notice(notice_id=notice, now=moment + timedelta(days=1))


@pytest.mark.parametrize(
    "fault", [OSError("away"), SMTPServerDisconnected(), ValueError("header"), UnicodeEncodeError("ascii", "é", 0, 1, "no")]
)
def test_every_kind_of_failure_is_recorded_by_its_kind_alone(clock: Clock, monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    [notice, _] = make_notices(clock_id=clock.pk, now=NOW)
    fail(monkeypatch, fault)
    assert not send_notice(notice_id=notice, now=NOW)
    assert Notice.objects.get(pk=notice).fault == type(fault).__name__


def test_what_was_sent_and_what_was_given_up_is_in_the_chain_without_text(
    clock: Clock, westbrook: Westbrook, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, lost = make_notices(clock_id=clock.pk, now=NOW)
    send_notice(notice_id=sent, now=NOW)
    Notice.objects.filter(pk=lost).update(attempts=MOST_ATTEMPTS - 1)
    fail(monkeypatch, OSError("dsl@westbrook.example"))
    send_notice(notice_id=lost, now=NOW)
    entries = entries_about(westbrook.school.pk, subject_kind="notice")
    assert [(entry.action, entry.subject_ids) for entry in entries] == [("notice.sent", [str(sent)]), ("notice.failed", [str(lost)])]
    assert set(entries[1].details) == {"clock", "recipient", "channel", "attempts"}
    assert "@" not in repr([entry.details for entry in entries])
    assert first_break(westbrook.school.pk) is None


def test_a_notice_whose_sender_died_is_sent_again_under_the_same_id(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    [notice, _] = make_notices(clock_id=clock.pk, now=NOW)
    fail(monkeypatch, KeyboardInterrupt())  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        send_notice(notice_id=notice, now=NOW)
    monkeypatch.undo()
    assert Notice.objects.get(pk=notice).state == NoticeState.SENDING
    assert release_dead_claims(now=NOW + CLAIM_LASTS) == 0
    assert release_dead_claims(now=NOW + CLAIM_LASTS + timedelta(seconds=1)) == 1
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        assert send_notice(notice_id=notice, now=NOW + timedelta(minutes=3))
    assert mail.outbox[-1].extra_headers["Message-ID"] == Notice.objects.get(pk=notice).message_id


def test_a_notice_that_kills_every_sender_is_given_up(clock: Clock) -> None:
    [notice, other] = make_notices(clock_id=clock.pk, now=NOW)
    Notice.objects.update(state=NoticeState.SENDING, claimed_at=NOW)
    Notice.objects.filter(pk=notice).update(attempts=MOST_ATTEMPTS)
    assert release_dead_claims(now=NOW + timedelta(minutes=3)) == 1
    assert Notice.objects.get(pk=notice).state == NoticeState.FAILED
    assert Notice.objects.get(pk=notice).fault == "SenderDied"
    assert Notice.objects.get(pk=other).state == NoticeState.QUEUED


def test_the_sweep_finds_what_the_queue_lost(westbrook: Westbrook, monkeypatch: pytest.MonkeyPatch) -> None:
    lost, made, claimed = (start(westbrook, subject=Subject("capture", number, number, 5, "capture")) for number in (1, 2, 3))
    make_notices(clock_id=made.pk, now=NOW)
    make_notices(clock_id=claimed.pk, now=NOW)
    Notice.objects.filter(clock=claimed).update(state=NoticeState.SENDING, claimed_at=NOW, attempts=F("attempts") + 1)
    assert (clocks_to_notify(now=NOW), len(notices_to_send(now=NOW))) == ([lost.pk], 2)
    sweep(monkeypatch, NOW + timedelta(minutes=3))
    assert len(mail.outbox) == 6
    assert set(Notice.objects.values_list("state", flat=True)) == {NoticeState.SENT}
    sweep(monkeypatch, NOW + timedelta(minutes=4))
    assert len(mail.outbox) == 6


def test_the_task_makes_and_sends(clock: Clock) -> None:
    tasks.tell.call_local(clock.pk)
    tasks.tell.call_local(clock.pk)
    assert len(mail.outbox) == 2


def test_the_trace_says_how_far_it_came(clock: Clock, westbrook: Westbrook, monkeypatch: pytest.MonkeyPatch) -> None:
    assert trace_of("capture", 1) is None
    first, _ = make_notices(clock_id=clock.pk, now=NOW)
    send_notice(notice_id=first, now=NOW)
    stop_clock(subject_kind="capture", subject_id=4711, by=westbrook.dsl, now=NOW + timedelta(minutes=1))
    trace = trace_of("capture", 4711)
    assert trace is not None
    assert [line.state for line in trace.lines] == [NoticeState.SENT, NoticeState.QUEUED]
    assert (trace.acknowledged_by, trace.acknowledged_at) == (westbrook.dsl.name, NOW + timedelta(minutes=1))
