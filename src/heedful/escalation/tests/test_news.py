"""News without a clock: each kind's words to the letter, told once to each person, through the same outbox."""

from __future__ import annotations

import string
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import override_settings
from django.urls import NoReverseMatch

from heedful.audit.queries import entries_about
from heedful.escalation import rules
from heedful.escalation.actions import Subject, send_notice, start_clock, tell_people
from heedful.escalation.models import News, Notice
from heedful.escalation.queries import notices_to_send
from heedful.escalation.rules import NoticeKind, news_for
from heedful.escalation.tasks import run_sweep, send_waiting
from tests.harness.westbrook import NOW, Westbrook

GOLDEN = Path(__file__).with_name("news.golden.txt")
LINK = "http://localhost:8000/somewhere/"


@pytest.fixture(autouse=True)
def in_memory() -> Iterator[None]:
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend", PUBLIC_URL="http://localhost:8000"):
        yield


def tell(westbrook: Westbrook, *, once_key: str = "", kind: NoticeKind = NoticeKind.DEVICES_SILENT, number: int = 7) -> list[int]:
    people = [westbrook.dsl, westbrook.deputy]
    return tell_people(
        school_id=westbrook.school.pk, kind=kind, people=people, now=NOW, number=number, url_name="devices", once_key=once_key
    )


def test_every_kind_reads_as_agreed_to_the_letter() -> None:
    shown = []
    for kind in NoticeKind:
        message = news_for(kind, number=41, severity=4, digest="ab" * 32, link=LINK)
        shown.append(f"=== {kind}\nSubject: {message.subject}\n\n{message.body}")
    assert "\n".join(shown) == GOLDEN.read_text("utf-8")


def test_words_have_room_for_numbers_and_nothing_else() -> None:
    fields = {
        field
        for words in rules._WORDS.values()
        for sentence in (words.subject, words.happened, words.asked)
        for _, field, _, _ in string.Formatter().parse(sentence)
        if field is not None
    }
    assert fields == {"number", "severity", "level", "digest"}


def test_each_person_gets_one_mail_with_the_link(westbrook: Westbrook) -> None:
    for notice in tell(westbrook):
        assert send_notice(notice_id=notice, now=NOW)
    assert sorted(address for message in mail.outbox for address in message.to) == ["deputy@westbrook.example", "dsl@westbrook.example"]
    assert "http://localhost:8000/devices/" in str(mail.outbox[0].body)
    assert mail.outbox[0].subject == "Heedful: devices silent: 7"


def test_the_same_occasion_is_told_once_to_each_person(westbrook: Westbrook) -> None:
    assert len(tell(westbrook, once_key="2026-11-24")) == 2
    assert tell(westbrook, once_key="2026-11-24", number=9) == []
    assert len(tell(westbrook, once_key="2026-11-25")) == 2
    assert len(tell(westbrook, once_key="2026-11-24", kind=NoticeKind.BACKUP_OLD)) == 2
    assert Notice.objects.count() == 6


def test_who_comes_later_to_the_same_occasion_is_told_too(westbrook: Westbrook) -> None:
    def say(*people: object) -> list[int]:
        return tell_people(
            school_id=westbrook.school.pk, kind=NoticeKind.ROLL_WAITS, people=people, now=NOW, url_name="devices", once_key="import 3"  # type: ignore[arg-type]
        )  # fmt: skip

    assert len(say(westbrook.dsl)) == 1
    assert [Notice.objects.get(pk=pk).recipient for pk in say(westbrook.dsl, westbrook.deputy)] == [westbrook.deputy]


def test_without_a_key_each_call_is_an_occasion(westbrook: Westbrook) -> None:
    assert len(tell(westbrook) + tell(westbrook)) == 4
    assert News.objects.count() == 2


def test_who_has_left_is_not_told(westbrook: Westbrook) -> None:
    westbrook.deputy.is_active = False
    assert [Notice.objects.get(pk=pk).recipient for pk in tell(westbrook)] == [westbrook.dsl]


def test_a_link_that_can_not_be_made_fails_before_anything_is_kept(westbrook: Westbrook) -> None:
    with pytest.raises(NoReverseMatch):
        tell_people(school_id=westbrook.school.pk, kind=NoticeKind.BACKUP_OLD, people=[westbrook.dsl], now=NOW, url_name="no-such-page")
    assert not News.objects.exists()


def test_what_was_sent_is_in_the_chain_by_ids_alone(westbrook: Westbrook) -> None:
    [first, _] = tell(westbrook)
    send_notice(notice_id=first, now=NOW)
    [entry] = entries_about(westbrook.school.pk, subject_kind="notice")
    assert (entry.action, set(entry.details)) == ("notice.sent", {"news", "recipient", "channel", "attempts"})


def test_the_sweep_and_the_task_send_it(westbrook: Westbrook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    tell(westbrook, once_key="a")
    run_sweep()
    assert len(mail.outbox) == 2
    tell(westbrook, once_key="b")
    send_waiting.call_local()
    assert len(mail.outbox) == 4
    assert notices_to_send(now=NOW) == []


def test_it_is_asked_for_at_once_when_the_cause_is_committed(
    westbrook: Westbrook, django_capture_on_commit_callbacks: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr("heedful.escalation.tasks.send_waiting", lambda: asked.append(True))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        tell(westbrook, once_key="a")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        tell(westbrook, once_key="a")
    assert asked == [True]


def test_a_notice_stands_on_a_clock_or_on_news_and_never_on_both(westbrook: Westbrook) -> None:
    clock = start_clock(
        school_id=westbrook.school.pk, subject=Subject("capture", 1, 1, 5, "capture"), not_to=(), now=NOW, due_at=NOW + timedelta(minutes=1)
    )
    tell(westbrook)
    for wrong in ({"clock": clock, "news": News.objects.get()}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Notice.objects.create(recipient=westbrook.dsl, message_id="<x@y>", send_at=NOW, **wrong)
