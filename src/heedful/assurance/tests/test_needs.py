"""The gates of those who keep the data: deletions that run, a backup that was restored, a phrase that was seen from everywhere."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from heedful.assurance.actions import record_backup, record_restore, record_restore_tried
from heedful.assurance.models import RetentionRun
from heedful.assurance.needs import NEEDS
from heedful.devices.coverage.models import PhraseProof
from heedful.devices.models import Device
from heedful.devices.rules import DeviceKind
from heedful.people.rules import Stage
from heedful.programme.needs import Found, State, all_needs
from tests.personas.people import Persona, Place

NOW = timezone.now()


def look(key: str, place: Place) -> Found:
    return next(need for need in NEEDS if need.key == key).look(place.school.pk, NOW)


def test_they_are_gates_that_the_board_knows() -> None:
    held = {need.key: need.holds for need in all_needs()}
    assert held["retention_runs"] == held["backup_restored"] == {Stage.PILOT, Stage.LIVE}
    assert held["phrase_seen"] == {Stage.LIVE}


def test_the_nights_deletions_must_have_run_within_two_days(larkfield: Place) -> None:
    assert "have never run" in look("retention_runs", larkfield).says
    old = NOW - timedelta(hours=49)
    RetentionRun.objects.create(started_at=old, finished_at=old)
    RetentionRun.objects.create(started_at=NOW)  # one that was broken off proves nothing
    assert look("retention_runs", larkfield).state == State.OPEN
    RetentionRun.objects.create(started_at=NOW, finished_at=NOW - timedelta(hours=47))
    assert look("retention_runs", larkfield).state == State.MET


def test_a_try_or_a_restore_within_a_term_is_asked_for(larkfield: Place) -> None:
    assert look("backup_restored", larkfield).state == State.OPEN
    record_restore_tried(backup="heedful-1.archive.age", by=None, now=NOW - timedelta(days=130))
    assert "Try one each term." in look("backup_restored", larkfield).says
    record_restore(backup="heedful-2.archive.age", made_at=NOW.isoformat(), now=NOW - timedelta(days=10))
    assert look("backup_restored", larkfield).state == State.MET


def test_who_restored_one_elsewhere_says_which(technician: Persona, governor: Persona, larkfield: Place) -> None:
    record_backup(now=NOW, name="heedful-1.archive.age", size_bytes=10)
    assert governor.posts("backup_tried", backup="heedful-1.archive.age").status_code == 404
    technician.posts("backup_tried", backup="another.archive.age")
    assert look("backup_restored", larkfield).state == State.OPEN
    technician.posts("backup_tried", backup="heedful-1.archive.age")
    assert look("backup_restored", larkfield).state == State.MET
    assert "A backup was last restored and found whole" in technician.opens("backups").content.decode()


def test_the_phrase_must_be_seen_from_every_group_and_site_this_month(larkfield: Place) -> None:
    for site in ("Main", "Sixth form"):
        Device.objects.create(school=larkfield.school, kind=DeviceKind.WINDOWS, label=site, site=site, added_at=NOW, listed_at=NOW)
    names = ["Year 5", "Year 8", "Year 10", "Year 12", "Pilot"]
    assert look("phrase_seen", larkfield).says.endswith("5 groups (Year 5, Year 8, Year 10 …) and 2 sites (Main, Sixth form).")
    for name in names:
        prove(larkfield, name, "Main", NOW - timedelta(days=3))
    prove(larkfield, "Year 5", "Sixth form", NOW - timedelta(days=40))
    assert look("phrase_seen", larkfield).says == "The test phrase was not seen this month from 1 site (Sixth form)."
    prove(larkfield, "Year 12", "Sixth form", NOW - timedelta(days=1))
    assert look("phrase_seen", larkfield).state == State.MET


def prove(place: Place, group: str, site: str, at: datetime) -> None:
    PhraseProof.objects.create(school=place.school, group=group, kind=str(DeviceKind.WINDOWS), site=site, proved_at=at, is_listed=True)
