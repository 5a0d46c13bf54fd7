"""Storing: each id once, all or nothing, and only what may be kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, OperationalError

from heedful.audit.models import Entry
from heedful.audit.queries import entries_about, first_break
from heedful.audit.rules import Action
from heedful.captures.actions import store as store_module
from heedful.captures.actions.store import store_captures
from heedful.captures.models import Capture
from heedful.captures.queries.queue import count_to_review
from heedful.captures.sealing import open_before
from heedful.devices.models import ProfileHour
from heedful.escalation.models import Clock
from heedful.people.actions import bar_from_pupil
from heedful.vault.envelope import VaultError
from heedful.vault.queries import SchoolVault
from tests.harness.westbrook import NOW, Westbrook, build_school, store

pytestmark = pytest.mark.django_db


def test_an_id_is_stored_once_within_a_batch_and_across_batches(westbrook: Westbrook) -> None:
    device, item = westbrook.plain_profile(), westbrook.incoming(3)
    assert store(device, item, item) == ["stored", "stored"]
    assert store(device, item) == ["duplicate"]
    assert Capture.objects.count() == 1


def test_a_duplicate_changes_nothing_of_what_was_stored(westbrook: Westbrook) -> None:
    device, item = westbrook.plain_profile(), westbrook.incoming(3)
    store(device, item)
    before = Capture.objects.values().get()
    store(device, replace(westbrook.incoming(5), capture_id=item.capture_id), now=NOW + timedelta(hours=1))
    assert Capture.objects.values().get() == before
    assert not Clock.objects.exists()


def test_two_schools_may_have_the_same_id(westbrook: Westbrook) -> None:
    other = build_school("Marsh End School", "marshend.example")
    item = westbrook.incoming(3)
    assert store(westbrook.plain_profile(), item) == ["stored"]
    assert store(other.plain_profile(), replace(other.incoming(3), capture_id=item.capture_id)) == ["stored"]


def test_a_batch_is_one_audit_entry_with_its_numbers(westbrook: Westbrook) -> None:
    device = westbrook.plain_profile()
    first = westbrook.incoming(2)
    store(device, first, westbrook.incoming(3))
    store(device, first, westbrook.incoming(4))
    store(device, first)
    entries = entries_about(westbrook.school.pk, subject_kind="capture", action=Action.CAPTURES_STORED)
    numbers = [str(number) for number in Capture.objects.order_by("pk").values_list("pk", flat=True)]
    assert [entry.subject_ids for entry in entries] == [numbers[:2], numbers[2:]]
    assert [entry.details for entry in entries] == [{"duplicates": 0}, {"duplicates": 1}]
    assert first_break(westbrook.school.pk) is None


def test_what_fails_in_the_transaction_undoes_all_of_it(westbrook: Westbrook, monkeypatch: pytest.MonkeyPatch) -> None:
    device = westbrook.plain_profile()
    entries = Entry.objects.count()

    def full(**_: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(store_module, "append", full)
    with pytest.raises(OperationalError):
        store(device, westbrook.incoming(5), westbrook.incoming(2))
    assert (Capture.objects.count(), Clock.objects.count(), ProfileHour.objects.count(), Entry.objects.count()) == (0, 0, 0, entries)


def test_a_used_sequence_number_undoes_all_of_it(westbrook: Westbrook) -> None:
    def used() -> None:
        raise RuntimeError("used")

    with pytest.raises(RuntimeError):
        store_captures(profile=westbrook.plain_profile(), incoming=[westbrook.incoming(5)], now=NOW, in_transaction=used)
    assert not Capture.objects.exists()


def test_an_id_that_arrives_twice_at_the_same_moment_is_stored_once(westbrook: Westbrook, monkeypatch: pytest.MonkeyPatch) -> None:
    device, item = westbrook.plain_profile(), westbrook.incoming(3)
    real = store_module._store
    calls: list[int] = []

    def beaten_to_it(*arguments: object) -> object:
        calls.append(1)
        if len(calls) == 1:
            raise IntegrityError
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(store_module, "_store", beaten_to_it)
    assert store(device, item) == ["stored"]
    assert Capture.objects.count() == 1


def test_nothing_is_kept_that_a_dropped_key_sealed(westbrook: Westbrook, monkeypatch: pytest.MonkeyPatch) -> None:
    def replaced(_: SchoolVault) -> None:
        raise VaultError("replaced")

    monkeypatch.setattr(SchoolVault, "confirm", replaced)
    with pytest.raises(VaultError):
        store(westbrook.plain_profile(), westbrook.incoming(3))
    assert not Capture.objects.exists()


@pytest.mark.parametrize(("severity", "kept"), [(0, 0), (1, 0), (2, 0), (3, 1), (4, 1), (5, 1)])
def test_earlier_lines_are_kept_from_severity_three(westbrook: Westbrook, severity: int, kept: int) -> None:
    item = westbrook.incoming(severity)
    row = westbrook.stored(severity, content=replace(item.content, before=((30, "nobody said hello"),)))
    assert row.severity == severity
    assert len(open_before(SchoolVault(row.school_id), row.capture_id, row.before_sealed)) == kept


def test_the_servers_severity_stands(westbrook: Westbrook) -> None:
    row = westbrook.stored(0)
    assert (row.severity, row.theme, row.route, row.urgency) == (0, "", "record_only", "none")
    assert count_to_review(westbrook.dsl) == 0


@pytest.mark.parametrize("text", ["please talk to me", "oh shut up please", "nobody likes you"])
def test_what_a_child_tells_us_is_read_the_same_day_by_safeguarding(westbrook: Westbrook, text: str) -> None:
    row = westbrook.stored(text=text, source="report")
    assert row.severity == 3
    assert (row.route, row.urgency) == ("safeguarding", "today")


def test_a_child_who_tells_us_of_danger_is_heard_at_once(westbrook: Westbrook) -> None:
    row = westbrook.stored(5, source="report")
    assert (row.severity, row.urgency) == (5, "now")
    assert Clock.objects.get().subject_id == row.pk


def test_an_urgent_capture_starts_its_clock_in_the_same_transaction(westbrook: Westbrook) -> None:
    row = westbrook.stored(5)
    clock = Clock.objects.get()
    assert (clock.school_id, clock.subject_kind, clock.subject_id, clock.number) == (row.school_id, "capture", row.pk, row.pk)
    assert (clock.severity, clock.url_name, clock.due_at) == (5, "capture", NOW + timedelta(minutes=15))
    assert clock.notify_at == NOW
    westbrook.stored(3)
    assert Clock.objects.count() == 1


def test_who_is_barred_from_the_pupil_is_noted_on_the_clock(westbrook: Westbrook) -> None:
    bar_from_pupil(user=westbrook.deputy, pupil=westbrook.pupil, now=NOW)
    westbrook.stored(5)
    assert Clock.objects.get().not_to == [westbrook.deputy.pk]


def test_the_notice_is_asked_for_once_the_rows_are_safe(
    westbrook: Westbrook, django_capture_on_commit_callbacks: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(store_module, "tell", asked.append)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        westbrook.stored(5)
        assert asked == []
    assert asked == [Clock.objects.get().pk]


def test_a_queue_that_is_away_does_not_undo_what_was_stored(
    westbrook: Westbrook, django_capture_on_commit_callbacks: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: int) -> None:
        raise OSError

    monkeypatch.setattr(store_module, "tell", away)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        westbrook.stored(5)
    assert Clock.objects.get().notify_at == NOW


def test_an_unknown_account_is_stored_without_a_pupil_at_the_strictest_line(westbrook: Westbrook) -> None:
    row = westbrook.stored(text="nobody likes you", account=None, identity_confidence="unknown")
    assert (row.pupil, row.account, row.age_band) == (None, None, "unknown")
    assert row.route == "safeguarding"  # bullying at 3: behaviour for year 8, safeguarding for the youngest
    assert westbrook.stored(text="nobody likes you", capture_id=uuid4()).route == "behaviour"


def test_the_offset_and_moment_are_kept_as_the_device_said(westbrook: Westbrook) -> None:
    row = westbrook.stored(observed_at=NOW.astimezone(ZoneInfo("Asia/Kolkata")))
    assert (row.observed_at, row.utc_offset_minutes) == (NOW, 330)
