"""Silent devices are told of once for each episode, in school hours, to those who can do something."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from heedful.audit.queries import first_break
from heedful.devices.coverage.actions.silence import watch_silence
from heedful.devices.coverage.models import SilenceEpisode
from heedful.devices.models import Device, Profile
from heedful.devices.tasks import look_for_silence
from heedful.escalation.actions import send_notice
from heedful.escalation.models import Notice
from heedful.people.actions import add_staff
from heedful.people.rules import RoleName
from tests.harness.westbrook import NOW, Westbrook


@pytest.fixture
def technician(westbrook: Westbrook) -> str:
    return add_staff(school=westbrook.school, email="it@westbrook.example", name="Sam Whitlock", roles=[RoleName.TECHNICIAN], now=NOW).email


def told() -> list[str]:
    return sorted(notice.recipient.email for notice in Notice.objects.select_related("recipient"))


def watch(westbrook: Westbrook, silent: int, *, in_use: int = 100, now: datetime = NOW) -> str:
    return watch_silence(school=westbrook.school, silent=silent, in_use=in_use, now=now)


def test_over_five_percent_tells_it_and_dsl_once_an_episode(westbrook: Westbrook, technician: str) -> None:
    assert watch(westbrook, 5) == "quiet"
    assert [watch(westbrook, silent) for silent in (6, 9, 4, 3, 12)] == ["began", "goes on", "goes on", "goes on", "goes on"]
    assert told() == ["dsl@westbrook.example", technician]
    assert watch(westbrook, 2) == "ended"
    assert watch(westbrook, 6) == "began"
    assert len(told()) == 4
    assert SilenceEpisode.objects.count() == 2
    assert first_break(westbrook.school.pk) is None


def test_the_mail_says_a_number_and_a_link_and_nothing_else(westbrook: Westbrook, technician: str) -> None:
    watch(westbrook, 8)
    for notice in Notice.objects.all():
        send_notice(notice_id=notice.pk, now=NOW + timedelta(minutes=1))
    assert len(mail.outbox) == 2
    assert mail.outbox[0].subject == "Heedful: devices silent: 8"
    assert f"/coverage/{westbrook.school.pk}/silent/" in mail.outbox[0].body


def test_two_workers_begin_one_episode(westbrook: Westbrook, technician: str, monkeypatch: pytest.MonkeyPatch) -> None:
    watch(westbrook, 8)
    # The second looked before the first had written.
    monkeypatch.setattr("heedful.devices.coverage.actions.silence._open_episode", lambda school: None)
    assert watch(westbrook, 8) == "goes on"
    assert SilenceEpisode.objects.count() == 1
    assert len(told()) == 2


TUESDAY = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "begins"),
    [(TUESDAY, True), (TUESDAY.replace(hour=5), False), (TUESDAY.replace(hour=17), False), (TUESDAY + timedelta(days=4), False)],
)
def test_real_rows_are_looked_at_in_school_hours_alone(westbrook: Westbrook, now: datetime, begins: bool) -> None:
    for number in range(20):
        device = Device.objects.create(school=westbrook.school, kind="windows", label=f"W{number}", listed_at=NOW, added_at=NOW)
        seen_at = now - timedelta(days=6) if number < 2 else now
        Profile.objects.create(
            school=westbrook.school, device=device, public_key=bytes(32), enrolled_at=seen_at, last_seen_at=seen_at, bundle_version="1",
            lines_told_at=seen_at, lines_read_at=seen_at,
        )  # fmt: skip
    look_for_silence(now=now)
    look_for_silence(now=now)
    assert [episode.silent for episode in SilenceEpisode.objects.all()] == ([2] if begins else [])
