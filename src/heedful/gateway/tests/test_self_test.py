"""The self-test: a synthetic device through the real door, leaving nothing behind but its result."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.db import OperationalError
from django.test import Client

from heedful.audit.queries import first_break
from heedful.captures.models import Capture
from heedful.detection.engine import assess
from heedful.detection.shipped import load_shipped_bundle
from heedful.detection.values import Observation
from heedful.devices import models as devices
from heedful.devices.coverage.models import PhraseProof, SelfTest
from heedful.devices.coverage.queries.self_tests import schools_due
from heedful.devices.models import AccountDay, Device, EnrolmentToken, Profile
from heedful.escalation.models import Clock, Notice
from heedful.gateway import self_test
from heedful.gateway.self_test import Answer, StepFailed, ask_mail_server, run_self_test
from tests.harness.westbrook import Westbrook

NAMES = ["Enrolment", "Policy", "Library", "Matching", "Test phrase", "Captures' door", "Storing", "Notices"]


def through_the_door(method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
    """The door in this process, in place of the network."""
    client, kind = Client(), headers.pop("Content-Type")
    response = client.generic(method, path, body, content_type=kind, headers=headers)
    return Answer(response.status_code, {name.lower(): value for name, value in response.headers.items()}, response.content)


@pytest.fixture(autouse=True)
def mail_server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A mail server that would take everything; who was asked about."""
    settings.EMAIL_HOST = "mail.example"
    asked: list[str] = []
    monkeypatch.setattr(self_test, "ask_mail_server", asked.extend)
    return asked


def test_it_passes_and_leaves_nothing_but_its_result(westbrook: Westbrook, mail_server: list[str]) -> None:
    result = run_self_test(school=westbrook.school, now=datetime.now(UTC), send=through_the_door)
    assert result is not None
    passed, steps = result
    assert [(step.name, step.passed) for step in steps] == [(name, True) for name in NAMES]
    assert passed
    for model in (Capture, Profile, Device, EnrolmentToken, devices.TestSighting, PhraseProof, AccountDay, Clock, Notice):
        assert not model.objects.exists(), model
    row = SelfTest.objects.get()
    assert row.passed
    assert [step["name"] for step in row.steps] == NAMES
    assert first_break(westbrook.school.pk) is None
    assert mail_server == ["dsl@westbrook.example", "deputy@westbrook.example"]


def spoilt(path: str, change: Callable[[Answer], Answer]) -> self_test.Send:
    """The door with one answer spoilt on the way."""

    def send(method: str, asked: str, body: bytes, headers: dict[str, str]) -> Answer:
        answer = through_the_door(method, asked, body, headers)
        return change(answer) if asked.startswith(path) else answer

    return send


@pytest.mark.parametrize(
    ("path", "change", "failed", "words"),
    [
        ("/device/v1/enrol", lambda a: Answer(502, {}, b"<html>"), "Enrolment", "answered 502, not 201"),
        ("/device/v1/enrol", lambda a: Answer(201, {}, b"<html>hello"), "Enrolment", "the answer is not Heedful's"),
        ("/device/v1/enrol", lambda a: Answer(201, {}, a.body.replace(b'key": "', b'key": "A')), "Enrolment", "another installation"),
        (
            "/device/v1/policy",
            lambda a: Answer(200, a.headers, a.body.replace(b"live", b"none")),
            "Policy",
            "not signed by this installation",
        ),
        ("/device/v1/bundle", lambda a: Answer(200, a.headers, a.body + b"x"), "Library", "not signed by this installation"),
        ("/device/v1/heartbeat", lambda a: Answer(503, {}, b"{}"), "Test phrase", "answered 503, not 200"),
        ("/device/v1/captures", lambda a: Answer(200, {}, b'{"results": []}'), "Captures' door", "was not turned down"),
    ],
)
def test_each_step_fails_by_its_name_and_tells_it_and_dsl(
    westbrook: Westbrook, path: str, change: Callable[[Answer], Answer], failed: str, words: str
) -> None:
    result = run_self_test(school=westbrook.school, now=datetime.now(UTC), send=spoilt(path, change))
    assert result is not None
    passed, steps = result
    first = next(step for step in steps if not step.passed)
    assert (passed, first.name) == (False, failed)
    assert words in first.found
    assert [n.recipient for n in Notice.objects.select_related("recipient")] == [westbrook.dsl]
    assert not Profile.objects.exists()
    assert not Capture.objects.exists()


def test_a_fault_of_the_store_is_found(westbrook: Westbrook, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: Any) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(self_test, "rehearse_storing", full)
    result = run_self_test(school=westbrook.school, now=datetime.now(UTC), send=through_the_door)
    assert result is not None
    assert [step.name for step in result[1] if not step.passed] == ["Storing"]


def test_without_mail_nobody_can_be_told_and_that_is_a_failure(westbrook: Westbrook, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    result = run_self_test(school=westbrook.school, now=datetime.now(UTC), send=through_the_door)
    assert result is not None
    assert [step.name for step in result[1] if not step.passed] == ["Notices"]


def test_the_same_fault_is_told_once_a_week(westbrook: Westbrook, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    for hour in range(3):
        run_self_test(school=westbrook.school, now=datetime.now(UTC) + timedelta(minutes=hour), send=through_the_door)
    assert Notice.objects.count() == 1


def test_two_workers_make_one_run_of_an_occasion(westbrook: Westbrook) -> None:
    now = datetime.now(UTC)
    [(school, key)] = schools_due(now=now)
    assert run_self_test(school=school, due_key=key, now=now, send=through_the_door) is not None
    assert run_self_test(school=school, due_key=key, now=now, send=through_the_door) is None
    assert SelfTest.objects.count() == 1


@pytest.mark.parametrize(
    ("age", "finished", "passed", "is_due"),
    [
        (timedelta(days=6, hours=23), True, True, False), (timedelta(days=7), True, True, True), (timedelta(hours=23), True, False, False),
        (timedelta(days=1), True, False, True), (timedelta(minutes=30), False, None, False), (timedelta(hours=1), False, None, True),
    ],
)  # fmt: skip
def test_it_is_due_weekly_after_a_failure_daily_and_after_a_death_at_once(
    westbrook: Westbrook, age: timedelta, finished: bool, passed: bool | None, is_due: bool
) -> None:
    now = datetime.now(UTC)
    SelfTest.objects.create(
        school=westbrook.school, due_key="before", started_at=now - age, finished_at=now - age if finished else None, passed=passed
    )
    assert bool(schools_due(now=now)) == is_due


def test_what_a_dead_run_left_is_cleared_away_by_a_later_one_and_a_running_one_is_let_be(westbrook: Westbrook) -> None:
    now = datetime.now(UTC)
    for began in (now - timedelta(hours=2), now - timedelta(minutes=1)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(self_test, "finish_self_test", lambda **_: False)
            run_self_test(school=westbrook.school, now=began, send=through_the_door)
    assert Profile.objects.count() == 2
    run_self_test(school=westbrook.school, now=now, send=through_the_door)
    assert [token.made_at for token in EnrolmentToken.objects.all()] == [now - timedelta(minutes=1)]
    assert Profile.objects.count() == 1


def test_the_lines_of_the_self_test_are_what_the_shipped_library_finds_and_does_not() -> None:
    bundle = load_shipped_bundle()
    assert assess(Observation(self_test.FOUND), bundle=bundle).severity >= 1
    assert assess(Observation(self_test.NOT_FOUND), bundle=bundle).severity == 0


def test_the_real_devices_door_can_not_be_reached(westbrook: Westbrook, settings: Any) -> None:
    settings.DEVICE_URL = "http://127.0.0.1:9"  # nothing listens there
    result = run_self_test(school=westbrook.school, now=datetime.now(UTC))
    assert result is not None
    assert "can't be reached (ConnectionRefusedError)" in result[1][0].found
    assert [step.tried for step in result[1]] == [True, False, False, False, False, False, False, True]


class MailServer:
    """Stands in for smtplib.SMTP: it has no `data`, so sending a message would fail the test."""

    said: ClassVar[list[str]] = []
    answers: ClassVar[dict[str, int]] = {}

    def __init__(self, host: str, port: int, timeout: float) -> None:
        self.said.append(host)

    def __enter__(self) -> MailServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.said.append("quit")

    def mail(self, sender: str) -> tuple[int, bytes]:
        return 250, b""

    def rcpt(self, address: str) -> tuple[int, bytes]:
        self.said.append(address)
        return self.answers.get(address, 250), b""

    def rset(self) -> None:
        self.said.append("rset")

    def starttls(self, context: object) -> None:
        self.said.append("tls")

    def ehlo_or_helo_if_needed(self) -> None:
        self.said.append("greeted")


@pytest.fixture
def smtp(settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[MailServer]:
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = "mail.example", True, ""
    monkeypatch.setattr(MailServer, "said", [])
    monkeypatch.setattr(MailServer, "answers", {})
    monkeypatch.setattr(smtplib, "SMTP", MailServer)
    return MailServer


def test_the_mail_server_is_asked_and_nothing_is_sent(smtp: type[MailServer]) -> None:
    ask_mail_server(["dsl@westbrook.example"])
    assert smtp.said == ["mail.example", "tls", "greeted", "dsl@westbrook.example", "rset", "quit"]


def test_a_mail_server_that_would_refuse_a_lead_fails_the_step(smtp: type[MailServer]) -> None:
    smtp.answers["dsl@westbrook.example"] = 550
    with pytest.raises(StepFailed, match="answered 550"):
        ask_mail_server(["dsl@westbrook.example"])
