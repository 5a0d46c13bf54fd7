"""No word of a pupil's, no name and no address reaches a log, whatever goes wrong."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
import structlog
from django.db import OperationalError

from heedful.captures.actions import store
from heedful.escalation import actions as escalation
from heedful.escalation.actions import make_notices, send_notice
from heedful.escalation.models import Clock
from heedful.gateway import api
from tests.harness.westbrook import InProcessDevice, Westbrook

WORDS = ("harrowing", "thistledown", "amara", "okonedo", "kill myself", "saltmarsh")


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> list[Any]:
    """Every line of structlog's, as it would be printed, and of the standard library's from DEBUG on."""
    lines: list[Any] = []

    def keep(_: object, __: str, event: dict[str, Any]) -> dict[str, Any]:
        lines.append(dict(event))
        raise structlog.DropEvent

    for module in (api, escalation):
        monkeypatch.setattr(module, "log", structlog.wrap_logger(structlog.ReturnLogger(), processors=[keep]))
    caplog.set_level(logging.DEBUG)
    return lines


def everything(logged: list[Any], caplog: pytest.LogCaptureFixture) -> str:
    formatter = logging.Formatter("%(message)s")
    return (repr(logged) + "\n".join(formatter.format(record) for record in caplog.records)).lower()


def sensitive(westbrook: Westbrook, device: InProcessDevice, **changes: Any) -> dict[str, Any]:
    return westbrook.capture(
        device, 5, text="i want to kill myself harrowing", url="https://chat.example/thistledown?q=harrowing", title="harrowing",
        context_before=[{"text": "at the saltmarsh", "seconds_before": 3}], **changes,
    )  # fmt: skip


def test_a_stored_a_rejected_and_a_refused_capture_leave_no_word(
    westbrook: Westbrook, device: InProcessDevice, logged: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    item = sensitive(westbrook, device)
    assert device.statuses(item, item | {"id": "harrowing"}, sensitive(westbrook, device, harrowing=1)) == [
        "stored",
        "rejected",
        "rejected",
    ]
    body = json.dumps({"captures": [item]}).encode()
    assert device.send_raw("POST", "/device/v1/captures", body, {"Heedful-Device": "harrowing"}).status == 401
    assert device.request("POST", "/device/v1/captures", b"harrowing").status == 415
    assert device.request("GET", "/device/v1/policy?account=amara.okonedo%40westbrook.example").status == 200
    found = everything(logged, caplog)
    assert [word for word in WORDS if word in found] == []


def test_a_failure_in_the_middle_of_storing_leaves_no_word(
    westbrook: Westbrook, device: InProcessDevice, logged: list[Any], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> None:
        raise OperationalError("near 'harrowing': syntax error")

    monkeypatch.setattr(store, "append", full)
    assert device.post_captures(sensitive(westbrook, device)).status == 503
    assert logged == [{"event": "gateway.not_durable", "fault": "OperationalError"}]
    found = everything(logged, caplog)
    assert [word for word in WORDS if word in found] == []


def test_a_mail_that_fails_leaves_no_word_and_no_address(
    westbrook: Westbrook, device: InProcessDevice, logged: list[Any], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: object) -> None:
        raise OSError("dsl@westbrook.example refused: harrowing")

    device.statuses(sensitive(westbrook, device))
    clock = Clock.objects.get()
    monkeypatch.setattr(escalation, "_mail", refused)
    [first, _] = make_notices(clock_id=clock.pk, now=clock.started_at)
    assert not send_notice(notice_id=first, now=clock.started_at)
    assert logged == [{"event": "escalation.notice_failed", "notice": first, "attempt": 1, "fault": "OSError", "gives_up": False}]
    assert "westbrook.example" not in everything(logged, caplog)


def test_a_school_with_nobody_to_tell_is_logged_by_number(westbrook: Westbrook, device: InProcessDevice, logged: list[Any]) -> None:
    device.statuses(sensitive(westbrook, device))
    westbrook.school.roles.all().delete()
    clock = Clock.objects.get()
    assert make_notices(clock_id=clock.pk, now=clock.started_at) == []
    assert logged == [{"event": "escalation.nobody_to_tell", "clock": clock.pk, "school": westbrook.school.pk}]
