"""The second reading: what came in bulk is read by every layer soon after, once, and nothing that a person has seen goes away."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from heedful.audit.models import Entry
from heedful.audit.queries import entries_about, first_break
from heedful.audit.rules import Action
from heedful.captures import tasks
from heedful.captures.actions import read_again as module
from heedful.captures.actions import retain
from heedful.captures.actions.decide import acknowledge_capture, dismiss_capture, grade_capture, route_capture
from heedful.captures.actions.read_again import read_again
from heedful.captures.models import Capture
from heedful.captures.queries.queue import QueueTab
from heedful.captures.queries.second_readings import due_for_second_reading
from heedful.captures.retention import Kept
from heedful.captures.rules import FalsePositive
from heedful.captures.sealing import open_before, open_column
from heedful.escalation.models import Clock, Notice
from heedful.thresholds.rules import Route, Urgency
from heedful.vault.blobs import blobs_of_school
from heedful.vault.envelope import VaultError
from heedful.vault.queries import SchoolVault, forget_keys
from tests.harness.contention import Contention
from tests.harness.layers import ToldEncoder
from tests.harness.westbrook import NOW, TEXTS, Westbrook, build_school, store

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=2)
LINE = "nobody would notice"
PICTURE = b"RIFF" + (300).to_bytes(4, "little") + b"WEBP" + b"x" * 300


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path
    settings.KEYS_DIR = tmp_path / "keys"


def in_bulk(westbrook: Westbrook, text: str, /, **changes: Any) -> Capture:
    """Store this with four others, in one request; its row."""
    item = westbrook.incoming(text=text, **changes)
    others = [westbrook.incoming(2, observed_at=NOW + timedelta(hours=1 + hour)) for hour in range(4)]
    assert store(westbrook.plain_profile(), item, *others) == ["stored"] * 5
    return Capture.objects.get(capture_id=item.capture_id)


def again(row: Capture, *, now: datetime = LATER) -> Capture:
    """After everything that is due was read."""
    while read_again(now=now):
        pass
    return Capture.objects.get(pk=row.pk)


def test_four_at_once_are_read_by_every_layer_before_the_answer(westbrook: Westbrook, told_encoder: ToldEncoder) -> None:
    told_encoder.reads[LINE] = (4, "suicide")
    items = [westbrook.incoming(text=LINE) for _ in range(4)]
    store(westbrook.plain_profile(), *items)
    rows = Capture.objects.all()
    assert {(row.severity, row.theme, row.second_reading_due_at, len(row.said)) for row in rows} == {(4, "suicide", None, 2)}
    assert not due_for_second_reading(now=LATER).exists()


def test_five_at_once_are_judged_in_haste_and_read_again_a_minute_later(westbrook: Westbrook, told_encoder: ToldEncoder) -> None:
    told_encoder.reads[LINE] = (4, "suicide")
    row = in_bulk(westbrook, LINE)
    assert (row.severity, row.tab, row.said, told_encoder.asked) == (0, QueueTab.RECORD_ONLY, [], [])
    assert read_again(now=NOW) == 0, "devices come first"
    row = again(row)
    assert (row.severity, row.theme, row.tab, row.second_reading_due_at) == (4, "suicide", QueueTab.TO_REVIEW, None)
    assert row.findings[0][3] == "model.suicide"
    assert (row.kept_why, len(row.said)) == (Kept.UNREVIEWED, 2)


def test_with_phrases_alone_nothing_is_read_twice(westbrook: Westbrook) -> None:
    row = in_bulk(westbrook, TEXTS[3])
    assert (row.severity, row.second_reading_due_at) == (3, None)


def test_what_is_urgent_is_urgent_at_once_also_in_bulk(westbrook: Westbrook, told_encoder: ToldEncoder) -> None:
    row = in_bulk(westbrook, TEXTS[5])
    assert Clock.objects.get(subject_id=row.pk).severity == 5
    told_encoder.reads[TEXTS[5]] = (1, "suicide")
    row = again(row)
    assert (row.severity, row.urgency, row.route) == (3, Urgency.NOW, Route.SAFEGUARDING), "it falls in the queue and stays what it was called"
    assert Clock.objects.count() == 1


def test_what_becomes_urgent_is_told_of_as_if_it_came_so(
    westbrook: Westbrook, told_encoder: ToldEncoder, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    told_encoder.reads[LINE] = (4, "suicide")
    row = in_bulk(westbrook, LINE)
    assert not Clock.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        row = again(row)
    assert row.urgency == Urgency.NOW
    assert Clock.objects.get().number == row.pk


def test_the_leads_are_told_where_somebody_has_it_in_hand(westbrook: Westbrook, told_encoder: ToldEncoder) -> None:
    row = in_bulk(westbrook, TEXTS[2])
    acknowledge_capture(number=row.pk, viewer=westbrook.dsl, now=NOW)
    told_encoder.reads[TEXTS[2]] = (4, "suicide")
    row = again(row)
    assert (row.severity, row.acknowledged_by, Clock.objects.filter(subject_id=row.pk).exists()) == (4, westbrook.dsl, False)
    assert {notice.recipient for notice in Notice.objects.all()} == {westbrook.dsl, westbrook.deputy}


def test_a_second_time_changes_nothing_and_the_record_has_one_entry(westbrook: Westbrook, told_encoder: ToldEncoder) -> None:
    told_encoder.reads[LINE] = (4, "suicide")
    row = in_bulk(westbrook, LINE)
    again(row)
    before, entries = list(Capture.objects.order_by("pk").values()), Entry.objects.count()
    again(row)
    assert (list(Capture.objects.order_by("pk").values()), Entry.objects.count()) == (before, entries)
    [entry] = entries_about(westbrook.school.pk, subject_kind="capture", action=Action.CAPTURES_READ_AGAIN)
    assert (entry.subject_ids, entry.details) == ([str(row.pk)], {"from": [0], "to": [4]})
    assert first_break(westbrook.school.pk) is None


def test_what_falls_stays_in_its_queue_and_lower(westbrook: Westbrook, told_encoder: ToldEncoder) -> None:
    row = in_bulk(westbrook, TEXTS[3])
    route, tab = row.route, row.tab
    told_encoder.reads[TEXTS[3]] = (1, "low_mood")
    row = again(row)
    assert (row.severity, row.route, row.tab, row.revision) == (1, route, tab, 1)


def test_what_is_nothing_goes_on_record_without_page_picture_and_earlier_lines(westbrook: Westbrook, told_encoder: ToldEncoder) -> None:
    westbrook.school.pictures = True
    westbrook.school.save()
    item = westbrook.incoming(3)
    row = in_bulk(westbrook, TEXTS[3], content=replace(item.content, before=((9, "an earlier line"),)), picture=PICTURE)
    assert row.picture_blob
    assert row.before_sealed
    told_encoder.reads[TEXTS[3]] = (0, "low_mood")
    row = again(row)
    assert (row.severity, row.tab, row.kept_why, row.keep_until) == (0, QueueTab.RECORD_ONLY, Kept.NOTHING, NOW.date() + timedelta(days=7))
    assert (row.host, bytes(row.title_sealed), bytes(row.url_sealed), bytes(row.before_sealed), row.picture_blob) == ("", b"", b"", b"", "")
    assert open_column(SchoolVault(row.school_id), row.capture_id, "text", row.text_sealed) == TEXTS[3]


def test_its_picture_is_gone_from_the_disk_too(
    westbrook: Westbrook, told_encoder: ToldEncoder, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    westbrook.school.pictures = True
    westbrook.school.save()
    told_encoder.reads[TEXTS[3]] = (0, "low_mood")
    row = in_bulk(westbrook, TEXTS[3], picture=PICTURE)
    with django_capture_on_commit_callbacks(execute=True):
        again(row)
    assert list(blobs_of_school(westbrook.school.pk)) == []


def test_what_comes_alone_and_is_nothing_keeps_no_page_from_the_start_and_goes_after_seven_days(westbrook: Westbrook) -> None:
    westbrook.school.pictures = True
    westbrook.school.save()
    content = replace(westbrook.incoming(0).content, before=((9, "an earlier line"),))
    row = westbrook.stored(0, content=content, picture=PICTURE)
    assert (row.route, row.host, bytes(row.title_sealed), bytes(row.url_sealed), bytes(row.before_sealed)) == (Route.RECORD_ONLY, "", b"", b"", b"")
    assert (row.picture_blob, list(blobs_of_school(westbrook.school.pk))) == ("", [])
    assert retain.delete_captures(school_id=row.school_id, now=NOW + timedelta(days=7)) == 0
    assert retain.delete_captures(school_id=row.school_id, now=NOW + timedelta(days=8)) == 1


def test_earlier_lines_help_the_second_reading_and_go_where_they_are_not_kept(westbrook: Westbrook, told_encoder: ToldEncoder) -> None:
    content = replace(westbrook.incoming(2).content, before=((9, "an earlier line"),))
    low, high = (in_bulk(westbrook, text, content=replace(content, text=text)) for text in (TEXTS[2], LINE))
    told_encoder.reads[LINE] = (3, "suicide")
    low, high = again(low), again(high)
    assert (LINE, ("an earlier line",)) in told_encoder.asked
    assert bytes(low.before_sealed) == b""
    assert open_before(SchoolVault(high.school_id), high.capture_id, high.before_sealed) == ((9, "an earlier line"),)


@pytest.mark.parametrize("verdict", ["graded", "dismissed", "routed"])
def test_what_a_person_has_settled_stands(westbrook: Westbrook, told_encoder: ToldEncoder, verdict: str) -> None:
    row = in_bulk(westbrook, TEXTS[2])
    common: dict[str, Any] = {"number": row.pk, "revision": row.revision, "viewer": westbrook.dsl, "now": NOW}
    if verdict == "graded":
        grade_capture(grade=1, **common)
    elif verdict == "dismissed":
        dismiss_capture(reason=FalsePositive.GAME, **common)
    else:
        route_capture(route=Route.SAFEGUARDING, **common)
    told_encoder.reads[TEXTS[2]] = (4, "suicide")
    before = Capture.objects.values().get(pk=row.pk)
    again(row)
    assert Capture.objects.values().get(pk=row.pk) == before | {"second_reading_due_at": None}


def test_what_is_nothing_and_in_somebodys_hand_stays_with_them(westbrook: Westbrook, told_encoder: ToldEncoder) -> None:
    row = in_bulk(westbrook, TEXTS[3])
    acknowledge_capture(number=row.pk, viewer=westbrook.dsl, now=NOW)
    told_encoder.reads[TEXTS[3]] = (0, "low_mood")
    after = again(row)
    assert (after.severity, after.route, after.tab, after.host) == (0, row.route, row.tab, row.host)


def test_what_somebody_decides_on_meanwhile_is_left(westbrook: Westbrook, told_encoder: ToldEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    row = in_bulk(westbrook, TEXTS[2])
    told_encoder.reads[TEXTS[2]] = (4, "suicide")
    judge = module.judge

    def and_a_person_is_quicker(text: str, **how: Any) -> Any:
        grade_capture(number=row.pk, grade=1, revision=row.revision, viewer=westbrook.dsl, now=NOW)
        return judge(text, **how)

    monkeypatch.setattr(module, "judge", and_a_person_is_quicker)
    read_again(now=LATER, most=1)
    assert (Capture.objects.get(pk=row.pk).severity, Capture.objects.get(pk=row.pk).grade) == (2, 1)


def test_what_can_not_be_opened_holds_nothing_up(westbrook: Westbrook, told_encoder: ToldEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    told_encoder.reads[TEXTS[2]] = (3, "bullying")
    row = in_bulk(westbrook, LINE)
    opened = module.open_column

    def torn(vault: SchoolVault, capture_id: object, *rest: Any) -> str:
        if capture_id == row.capture_id:
            raise VaultError("torn")
        return opened(vault, capture_id, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "open_column", torn)
    row = again(row)
    assert row.second_reading_due_at == LATER + module.LATER
    assert Capture.objects.filter(severity=3, second_reading_due_at=None).count() == 4


def test_the_worker_reads_all_that_is_due_in_steps(westbrook: Westbrook, told_encoder: ToldEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    told_encoder.reads[LINE] = (3, "suicide")
    monkeypatch.setattr(tasks.time, "sleep", lambda seconds: None)
    for _ in range(6):
        in_bulk(westbrook, LINE)
    assert Capture.objects.exclude(second_reading_due_at=None).count() == 30
    tasks.read_what_came_in_bulk.call_local()
    assert not Capture.objects.exclude(second_reading_due_at=None).exists()
    assert Capture.objects.filter(severity=3, theme="suicide").count() == 6


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_read_each_once(tmp_path: Path, told_encoder: ToldEncoder) -> None:
    forget_keys()
    contended = Contention(tmp_path, apps.get_models())
    westbrook = contended.run(build_school)
    told_encoder.reads[LINE] = (4, "suicide")
    row = contended.run(lambda: in_bulk(westbrook, LINE))
    contended.together(lambda number: again(row), threads=3)
    rows = contended.run(lambda: list(Capture.objects.values_list("severity", "second_reading_due_at")))
    assert sorted(rows) == [(2, None)] * 4 + [(4, None)]
    assert contended.run(Clock.objects.count) == 1
    assert len(contended.run(lambda: entries_about(westbrook.school.pk, subject_kind="capture", action=Action.CAPTURES_READ_AGAIN))) == 1
