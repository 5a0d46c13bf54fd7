"""The night, the weekly seal, the age of backups, and their pages."""

from __future__ import annotations

import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone
from huey.contrib.djhuey import HUEY
from pytest_django import Settings

from heedful.assurance import tasks
from heedful.assurance.actions import record_backup, run_night, send_heads, tell_of_old_backup
from heedful.assurance.models import BackupRun, RetentionRun
from heedful.assurance.records import RECORDS
from heedful.audit.actions import check_chain_on, check_whole_chain
from heedful.audit.models import Checkpoint, Entry, Head
from heedful.audit.queries import Mark, _hash_of, extends, first_break, head_of
from heedful.captures.models import Deletion
from heedful.captures.retention import Kept
from heedful.cli import main
from heedful.devices import models as devices
from heedful.escalation.models import News, Notice
from heedful.people.actions import change_school
from heedful.settings_table import read_settings
from tests.personas.people import Persona, Place

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Settings, small_library: None) -> None:
    settings.DATA_DIR = tmp_path
    settings.KEYS_DIR = tmp_path / "keys"


def test_a_night_writes_down_what_it_did_and_a_second_one_does_nothing(larkfield: Place) -> None:
    for age in (10, 399, 401):
        moment = NOW - timedelta(days=age)
        devices.TestSighting.objects.create(id=uuid4(), profile=larkfield.device, observed_at=moment, arrived_at=moment)
    assert run_night(now=NOW)["devices.testsighting"] == 1
    assert devices.TestSighting.objects.count() == 2
    assert "devices.testsighting" not in run_night(now=NOW)
    first, second = RetentionRun.objects.order_by("pk")
    assert first.finished_at is not None
    assert first.counts["devices.testsighting"] == 1
    assert second.finished_at is not None
    assert Deletion.objects.get(kind="devices.testsighting").school is None


def test_every_record_names_a_real_column() -> None:
    for record in RECORDS:
        model = apps.get_model(record.model)
        assert model._meta.get_field(record.since).get_internal_type() in {"DateTimeField", "DateField"}
        list(model._default_manager.filter(**record.only)[:1])


def test_the_weekly_mail_carries_number_and_seal_once_to_lead_and_head(larkfield: Place) -> None:
    head = head_of(larkfield.school.pk)
    assert head is not None
    assert send_heads(now=NOW) == [larkfield.school.pk]
    send_heads(now=NOW)
    [news] = News.objects.filter(kind="audit_head")
    assert (news.number, news.digest, news.url_name) == (head.number, head.hash, "record")
    told = {notice.recipient.name for notice in Notice.objects.filter(news=news)}
    assert told == {larkfield.staff["dsl"].name, larkfield.staff["head"].name}
    send_heads(now=NOW + timedelta(days=7))
    assert News.objects.filter(kind="audit_head").count() == 2


def test_a_broken_chain_is_told_in_place_of_its_seal(larkfield: Place) -> None:
    Entry.objects.filter(school_id=larkfield.school.pk, number=3).update(details={"changed": True})
    send_heads(now=NOW)
    [news] = News.objects.all()
    assert (news.kind, news.number, news.digest) == ("audit_broken", 3, "")


def test_todays_chain_is_held_to_a_mailed_seal(larkfield: Place, capsys: pytest.CaptureFixture[str]) -> None:
    school = larkfield.school.pk
    mailed = head_of(school)
    assert mailed is not None
    change_school(larkfield.school, reason="Agreed", now=NOW, capture_from=3)
    seal = f"{mailed.number}:{mailed.hash}"
    assert main(["audit", "verify", "--against", seal]) == 0
    assert f"goes on from entry {mailed.number}" in capsys.readouterr().out
    assert main(["audit", "verify", "--against", f"{mailed.number}:{'0' * 64}"]) == 1
    assert "it was changed since, or a backup" in capsys.readouterr().err
    assert main(["audit", "verify", "--against", "nonsense"]) == 2
    # Somebody with the database rewrites the chain from an entry on: whole in itself, and yet not what was mailed.
    _rewrite_from(school, 2)
    assert first_break(school) is None
    assert not extends(school, mailed)
    assert main(["audit", "verify", "--against", seal]) == 1


def _rewrite_from(school_id: int, number: int) -> None:
    """Forge: change an entry, and seal it and all after it anew."""
    previous = Entry.objects.get(school_id=school_id, number=number - 1).hash
    for entry in Entry.objects.filter(school_id=school_id, number__gte=number).order_by("number"):
        if entry.number == number:
            entry.actor_id = "999"
        entry.previous = previous
        entry.hash = previous = _hash_of(entry)
        entry.save()
    Head.objects.filter(school_id=school_id).update(hash=previous)


def test_a_page_walks_only_what_came_since_the_last_check(larkfield: Place) -> None:
    school = larkfield.school.pk
    assert check_whole_chain(school, now=NOW) is None
    mark = Checkpoint.objects.get(school_id=school)
    change_school(larkfield.school, reason="Agreed", now=NOW, capture_from=3)
    assert check_chain_on(school, now=NOW + timedelta(hours=1)) is None
    later = Checkpoint.objects.get(school_id=school)
    assert later.number == mark.number + 1
    assert later.from_start_at == mark.from_start_at
    Entry.objects.filter(school_id=school, number=1).update(details={"changed": True})
    assert check_chain_on(school, now=NOW) is None, "what lies before the mark is looked at each week, from the start"
    broken = check_whole_chain(school, now=NOW)
    assert broken is not None
    assert broken.number == 1
    change_school(larkfield.school, reason="Agreed", now=NOW, capture_from=4)
    Entry.objects.filter(school_id=school, number=later.number + 1).update(details={"changed": True})
    found = first_break(school, after=Mark(later.number, later.hash))
    assert found is not None
    assert found.number == later.number + 1


def test_entries_cut_off_after_a_check_are_noticed(larkfield: Place) -> None:
    school = larkfield.school.pk
    check_whole_chain(school, now=NOW)
    last = Entry.objects.get(school_id=school, number=head_of(school).number)  # type: ignore[union-attr]
    last.delete()
    Head.objects.filter(school_id=school).update(number=last.number - 1, hash=last.previous)
    broken = check_chain_on(school, now=NOW)
    assert broken is not None
    assert broken.reason == "entries at the end are missing"


def test_an_old_backup_is_told_each_day_until_one_is_made(larkfield: Place) -> None:
    record_backup(now=NOW - timedelta(hours=30), name="a", size_bytes=1)
    assert tell_of_old_backup(now=NOW) == 0
    record_backup(now=NOW + timedelta(days=1), fault="OSError")
    assert tell_of_old_backup(now=NOW + timedelta(days=2)) == 3
    tell_of_old_backup(now=NOW + timedelta(days=2))
    [news] = News.objects.all()
    assert (news.kind, news.number) == ("backup_old", 3)
    assert {notice.recipient.name for notice in news.notices.all()} == {larkfield.staff["technician"].name, larkfield.staff["dsl"].name}
    record_backup(now=NOW + timedelta(days=3), name="b", size_bytes=1)
    assert tell_of_old_backup(now=NOW + timedelta(days=3)) == 0


def test_a_lead_sets_a_period_for_a_reason_and_a_governor_sees_no_name(dsl: Persona, governor: Persona, larkfield: Place) -> None:
    form = {"school": str(larkfield.school.pk), "kind": str(Kept.GRADED), "days": "730", "reason": "Agreed by the governors"}
    assert dsl.posts("retention_period", **form).status_code == 302
    page = dsl.opens("retention").content.decode()
    assert "730" in page
    assert "Agreed by the governors" in page
    refused = dsl.posts("retention_period", **form | {"days": "4000"})
    assert refused.status_code == 422
    assert "from 90 to 2557 days" in refused.content.decode()
    number = larkfield.stores("i want to kill myself tonight")
    day = timezone.localdate() + timedelta(days=30)
    held = dsl.posts("capture_hold", number, reason="police", what="pupil", review_on=str(day))
    assert held.status_code == 302
    pupil = str(larkfield.pupils[0])
    assert pupil in dsl.opens("retention").content.decode()
    theirs = governor.opens("retention").content.decode()
    assert "Something is held." in theirs
    for told in (pupil, "Everything of a pupil", "olice"):
        assert told not in theirs
    assert "Held" in dsl.opens("capture", number).content.decode()


def test_a_hold_without_a_reason_or_a_day_is_refused_beside_the_form(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores("i want to kill myself tonight")
    answer = dsl.posts("capture_hold", number, reason="", review_on="2027-01-01")
    assert answer.status_code == 422
    assert "Choose why it is kept." in answer.content.decode()
    answer = dsl.posts("capture_hold", number, reason="police", review_on="soon")
    assert answer.status_code == 422
    assert "as a date" in answer.content.decode()


def test_a_release_leads_back_only_within_the_console(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores("i want to kill myself tonight")
    day = str(timezone.localdate() + timedelta(days=30))
    dsl.posts("capture_hold", number, reason="police", review_on=day)
    hold = larkfield.school.holds.get()
    answer = dsl.posts("hold_release", hold.pk, back="https://elsewhere.example/")
    assert answer["Location"] == reverse("capture", args=[number])


def test_the_backups_page_says_what_is_missing(technician: Persona, larkfield: Place) -> None:
    page = technician.opens("backups").content.decode()
    assert "No backup was made yet" in page
    assert "heedful keys recovery" in page
    record_backup(now=NOW, name="a", size_bytes=2048, captures=7)
    BackupRun.objects.create(at=NOW - timedelta(days=1), fault="OSError")
    page = technician.opens("backups").content.decode()
    assert "7 captures" in page
    assert "Failed" in page


def test_the_nightly_backup_runs_where_a_folder_is_set(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    started: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        started.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(tasks.subprocess, "run", run)
    tasks.nightly_backup.call_local()
    assert started == []
    settings.VALUES = read_settings({"HEEDFUL_BACKUP_DIR": str(tmp_path), "HEEDFUL_BACKUP_KEEP": "7"})
    tasks.nightly_backup.call_local()
    assert [command[-4:] for command in started] == [["heedful", "backup", "--keep", "7"]]


@pytest.mark.parametrize(
    ("task", "at"),
    [
        (tasks.nightly_backup, datetime(2026, 11, 25, 1, 10)),
        (tasks.nightly_retention, datetime(2026, 11, 25, 2, 20)),
        (tasks.look_at_backups, datetime(2026, 11, 25, 7, 0)),
        (tasks.weekly_heads, datetime(2026, 11, 23, 7, 5)),
    ],
)
def test_each_task_has_its_hour(task: Any, at: datetime) -> None:
    [instance] = [one for one in HUEY._registry.periodic_tasks if type(one).__name__.endswith(task.func.__name__)]
    assert instance.validate_datetime(at)
    assert not instance.validate_datetime(at + timedelta(minutes=1))
    assert instance.validate_datetime(at + timedelta(days=1)) == (task is not tasks.weekly_heads), "the seal goes on Mondays alone"
