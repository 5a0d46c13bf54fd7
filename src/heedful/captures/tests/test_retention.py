"""How long captures are kept: the dates, what moves them, what holds them, and what a night that is broken off leaves."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from heedful.audit.queries import entries_about
from heedful.audit.rules import Action
from heedful.captures.actions import retain
from heedful.captures.actions.decide import close_capture, dismiss_capture, grade_capture, route_capture, snooze_capture
from heedful.captures.actions.hold import hold_capture, hold_pupil, release_hold
from heedful.captures.actions.periods import choose_days
from heedful.captures.actions.undo import reopen_capture, undo_decision
from heedful.captures.models import Capture, Decision, Deletion, PictureSeal
from heedful.captures.queries.ciphertexts import uses_key
from heedful.captures.queries.queue import NotFound
from heedful.captures.queries.retained import days_in_force
from heedful.captures.retention import BOUNDS, HoldReason, Kept, RetentionRefused, days_of, keep_until
from heedful.captures.rules import Closing, FalsePositive, Outcome, State
from heedful.escalation.models import News, Notice
from heedful.people.actions import bar_from_pupil, take_role
from heedful.people.models import User
from heedful.people.rules import RoleName
from heedful.thresholds.rules import Route
from heedful.vault.actions import make_key
from heedful.vault.models import SchoolKey
from tests.harness.westbrook import NOW, Westbrook, build_school

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
PICTURE = b"RIFF" + (300).to_bytes(4, "little") + b"WEBP" + b"x" * 300
DAYS = days_of({})


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path
    settings.KEYS_DIR = tmp_path / "keys"


def after(days: int) -> datetime:
    return NOW + timedelta(days=days)


def kept(row: Capture) -> tuple[str, date]:
    row.refresh_from_db()
    return row.kept_why, row.keep_until


def delete(westbrook: Westbrook, day: int) -> int:
    """One night's step on captures, that day."""
    return retain.delete_captures(school_id=westbrook.school.pk, now=after(day))


@pytest.mark.parametrize(
    ("state", "route", "grade", "is_false_positive", "decided", "why", "until"),
    [
        (State.NEW, Route.SAFEGUARDING, None, False, None, Kept.UNREVIEWED, TODAY + timedelta(days=90)),
        (State.ACKNOWLEDGED, Route.SAFEGUARDING, None, False, TODAY + timedelta(days=5), Kept.UNREVIEWED, TODAY + timedelta(days=90)),
        (State.NEW, Route.RECORD_ONLY, None, False, None, Kept.RECORD_ONLY, TODAY + timedelta(days=30)),
        (State.CLOSED, Route.SAFEGUARDING, None, True, TODAY + timedelta(days=5), Kept.FALSE_POSITIVE, TODAY + timedelta(days=35)),
        (State.CLOSED, Route.RECORD_ONLY, 4, True, TODAY, Kept.FALSE_POSITIVE, TODAY + timedelta(days=30)),
        (State.GRADED, Route.RECORD_ONLY, 1, False, TODAY + timedelta(days=2), Kept.RECORD_ONLY, TODAY + timedelta(days=32)),
        (State.GRADED, Route.RECORD_ONLY, 3, False, TODAY + timedelta(days=2), Kept.GRADED, TODAY + timedelta(days=367)),
        (State.CLOSED, Route.BEHAVIOUR, 3, False, TODAY + timedelta(days=9), Kept.GRADED, TODAY + timedelta(days=374)),
    ],
)
def test_each_verdict_has_its_time(
    state: str, route: str, grade: int | None, is_false_positive: bool, decided: date | None, why: Kept, until: date
) -> None:
    keeping = keep_until(
        state=state, route=route, severity=2, grade=grade, is_false_positive=is_false_positive, arrived_on=TODAY, decided_on=decided, days=DAYS
    )
    assert (keeping.why, keeping.until) == (why, until)


def test_what_is_nothing_goes_after_seven_days_unless_a_person_made_something_of_it() -> None:
    def why(*, grade: int | None = None, route: Route = Route.RECORD_ONLY, is_false_positive: bool = False) -> tuple[Kept, date]:
        keeping = keep_until(
            state=State.NEW, route=route, severity=0, grade=grade, is_false_positive=is_false_positive, arrived_on=TODAY, decided_on=None, days=DAYS
        )
        return keeping.why, keeping.until

    assert why() == (Kept.NOTHING, TODAY + timedelta(days=7))
    assert why(route=Route.SAFEGUARDING)[0] == Kept.UNREVIEWED
    assert why(grade=2)[0] == Kept.RECORD_ONLY
    assert why(is_false_positive=True)[0] == Kept.FALSE_POSITIVE


def test_a_capture_has_its_dates_from_the_start_and_each_decision_moves_them(westbrook: Westbrook) -> None:
    row, dsl = westbrook.stored(3), westbrook.dsl
    assert kept(row) == (Kept.UNREVIEWED, TODAY + timedelta(days=90))
    assert row.parts_until is None
    snooze_capture(number=row.pk, until=after(1), revision=1, viewer=dsl, now=NOW)
    assert kept(row) == (Kept.UNREVIEWED, TODAY + timedelta(days=90))
    grade_capture(number=row.pk, grade=3, revision=row.revision, viewer=dsl, now=after(1))
    assert kept(row) == (Kept.GRADED, TODAY + timedelta(days=366))
    close_capture(number=row.pk, closing=Closing("Spoke", Outcome.SPOKE_WITH_PUPIL), revision=row.revision, viewer=dsl, now=after(10))
    assert kept(row) == (Kept.GRADED, TODAY + timedelta(days=375))
    reopen_capture(number=row.pk, revision=row.revision, viewer=dsl, now=after(11))
    row.refresh_from_db()
    dismiss_capture(number=row.pk, reason=FalsePositive.GAME, revision=row.revision, viewer=dsl, now=after(12))
    assert kept(row) == (Kept.FALSE_POSITIVE, TODAY + timedelta(days=42))
    undo_decision(decision_id=Decision.objects.latest("pk").pk, viewer=dsl, now=after(12) + timedelta(minutes=1))
    assert kept(row) == (Kept.GRADED, TODAY + timedelta(days=376)), "taking it back takes its dates back"


def test_routing_to_the_record_starts_its_month(westbrook: Westbrook) -> None:
    row = westbrook.stored(2)
    route_capture(number=row.pk, route=Route.RECORD_ONLY, revision=1, viewer=westbrook.dsl, now=after(3))
    assert kept(row) == (Kept.RECORD_ONLY, TODAY + timedelta(days=33))


def test_what_somebody_graded_and_nobody_closed_stays(westbrook: Westbrook) -> None:
    row = westbrook.stored(4)
    grade_capture(number=row.pk, grade=4, revision=1, viewer=westbrook.dsl, now=NOW)
    assert delete(westbrook, 4000) == 0
    row.refresh_from_db()
    close_capture(number=row.pk, closing=Closing("Spoke", Outcome.REFERRED), revision=row.revision, viewer=westbrook.dsl, now=after(4000))
    assert delete(westbrook, 4365) == 0
    assert delete(westbrook, 4366) == 1


def test_nobody_told_nothing_deleted(westbrook: Westbrook) -> None:
    row, school = westbrook.stored(5), westbrook.school
    for person, role in ((westbrook.dsl, RoleName.DSL), (westbrook.deputy, RoleName.DEPUTY)):
        take_role(user=person, school=school, role=role, now=NOW)
    for day in (80, 95, 120):
        assert retain.tell_before_deletion(school_id=school.pk, now=after(day)) == 0
        assert delete(westbrook, day) == 0
    assert News.objects.count() == 0
    westbrook.dsl.roles.create(school=school, name=RoleName.DSL)
    assert retain.tell_before_deletion(school_id=school.pk, now=after(121)) == 1
    assert retain.tell_before_deletion(school_id=school.pk, now=after(121)) == 0, "a second run tells nobody again"
    assert [delete(westbrook, day) for day in (121, 123, 124)] == [0, 0, 1]
    assert not Capture.objects.filter(pk=row.pk).exists()


def test_the_lead_is_told_two_weeks_and_three_days_before_in_one_mail_each(westbrook: Westbrook) -> None:
    for _ in range(3):
        westbrook.stored(4)
    told = {day: retain.tell_before_deletion(school_id=westbrook.school.pk, now=after(day)) for day in range(60, 92)}
    assert {day: count for day, count in told.items() if count} == {76: 3, 87: 3}, "76 is the Monday on which it comes within three weeks"
    assert list(News.objects.order_by("pk").values_list("number", flat=True)) == [3, 3]
    assert Notice.objects.count() == 4


def test_whoever_was_told_of_an_end_is_told_again_of_another(westbrook: Westbrook) -> None:
    rows, dsl, school = [westbrook.stored(3) for _ in range(2)], westbrook.dsl, westbrook.school
    opened, held = rows
    assert retain.tell_before_deletion(school_id=school.pk, now=after(87)) == 2
    dismiss_capture(number=opened.pk, reason=FalsePositive.GAME, revision=1, viewer=dsl, now=after(88))
    hold = hold_capture(number=held.pk, reason=HoldReason.CASE, review_on=TODAY + timedelta(days=100), viewer=dsl, now=after(88))
    reopen_capture(number=opened.pk, revision=2, viewer=dsl, now=after(100))
    release_hold(hold_id=hold.pk, viewer=dsl, now=after(100))
    assert delete(westbrook, 100) == delete(westbrook, 110) == 0, "both wait, and nobody has been told that they would go now"
    assert retain.tell_before_deletion(school_id=school.pk, now=after(110)) == 2
    assert [delete(westbrook, day) for day in (112, 113)] == [0, 2]


def test_a_longer_period_is_told_of_anew(westbrook: Westbrook) -> None:
    westbrook.stored(3)
    school = westbrook.school
    assert retain.tell_before_deletion(school_id=school.pk, now=after(87)) == 1
    choose_days(school_id=school.pk, kind=Kept.UNREVIEWED, days=120, reason="A long break", viewer=westbrook.dsl, now=after(88))
    assert retain.apply_choices(school_id=school.pk, now=after(88)) == 1
    assert delete(westbrook, 125) == 0
    assert retain.tell_before_deletion(school_id=school.pk, now=after(125)) == 1


def test_nothing_held_is_deleted_until_it_is_released(westbrook: Westbrook) -> None:
    held, other, later = (westbrook.stored(0) for _ in range(3))
    hold = hold_capture(number=held.pk, reason=HoldReason.POLICE, review_on=TODAY + timedelta(days=90), viewer=westbrook.dsl, now=NOW)
    assert delete(westbrook, 31) == 2
    assert Capture.objects.get().pk == held.pk
    release_hold(hold_id=hold.pk, viewer=westbrook.deputy, now=after(40))
    assert delete(westbrook, 41) == 1
    hold.refresh_from_db()
    assert (hold.capture_id, hold.number) == (None, held.pk), "the log of holds outlives what was held"
    assert other.pk != later.pk
    with pytest.raises(NotFound):
        release_hold(hold_id=hold.pk, viewer=westbrook.dsl, now=after(42))


def test_a_hold_on_a_pupil_keeps_all_that_is_theirs_and_nothing_else(westbrook: Westbrook) -> None:
    theirs, nobodys = westbrook.stored(0), westbrook.stored(0, account=None)
    hold_pupil(pupil_id=westbrook.pupil.pk, reason=HoldReason.REQUEST, review_on=TODAY + timedelta(days=9), viewer=westbrook.dsl, now=NOW)
    came_later = westbrook.stored(0)
    assert delete(westbrook, 31) == 1
    assert set(Capture.objects.values_list("pk", flat=True)) == {theirs.pk, came_later.pk}
    assert nobodys.pk not in {theirs.pk, came_later.pk}


def test_who_may_hold_and_for_how_long(westbrook: Westbrook) -> None:
    row, other = westbrook.stored(3), build_school("Marsh End School", "marshend.example")
    review = TODAY + timedelta(days=30)
    with pytest.raises(NotFound):
        hold_capture(number=row.pk, reason=HoldReason.CASE, review_on=review, viewer=other.dsl, now=NOW)
    with pytest.raises(NotFound):
        hold_pupil(pupil_id=westbrook.pupil.pk, reason=HoldReason.CASE, review_on=review, viewer=other.dsl, now=NOW)
    for wrong in (TODAY, TODAY + timedelta(days=400)):
        with pytest.raises(RetentionRefused, match="within the next year"):
            hold_capture(number=row.pk, reason=HoldReason.CASE, review_on=wrong, viewer=westbrook.dsl, now=NOW)
    hold = hold_capture(number=row.pk, reason=HoldReason.CASE, review_on=review, viewer=westbrook.dsl, now=NOW)
    with pytest.raises(RetentionRefused, match="held already"):
        hold_capture(number=row.pk, reason=HoldReason.CASE, review_on=review, viewer=westbrook.dsl, now=NOW)
    bar_from_pupil(user=westbrook.deputy, pupil=westbrook.pupil, now=NOW)
    with pytest.raises(NotFound):
        release_hold(hold_id=hold.pk, viewer=User.objects.get(pk=westbrook.deputy.pk), now=NOW)
    assert [entry.details["reason"] for entry in entries_about(westbrook.school.pk, subject_kind="hold", action=Action.HOLD_PUT)] == ["case"]


def test_a_school_may_keep_longer_at_once_and_shorter_in_a_week(westbrook: Westbrook) -> None:
    school, row = westbrook.school.pk, westbrook.stored(1)
    choose_days(school_id=school, kind=Kept.RECORD_ONLY, days=60, reason="Our policy", viewer=westbrook.dsl, now=NOW)
    retain.apply_choices(school_id=school, now=NOW)
    assert kept(row) == (Kept.RECORD_ONLY, TODAY + timedelta(days=60))
    choose_days(school_id=school, kind=Kept.RECORD_ONLY, days=7, reason="A slip", viewer=westbrook.dsl, now=after(1))
    assert days_in_force(school, on=TODAY + timedelta(days=7))[Kept.RECORD_ONLY] == 60
    assert days_in_force(school, on=TODAY + timedelta(days=8))[Kept.RECORD_ONLY] == 7
    choose_days(school_id=school, kind=Kept.RECORD_ONLY, days=60, reason="Put right", viewer=westbrook.dsl, now=after(2))
    assert days_in_force(school, on=TODAY + timedelta(days=30))[Kept.RECORD_ONLY] == 60
    assert retain.apply_choices(school_id=school, now=after(30)) == 0
    [entry, *_] = entries_about(school, subject_kind="retention_choice")
    assert entry.details == {"kind": "record_only", "from": 30, "to": 60, "counts_from": "2026-11-24"}, "no words of a person in the chain"


def test_a_period_has_bounds_and_takes_a_reason_and_the_right(westbrook: Westbrook) -> None:
    other = build_school("Marsh End School", "marshend.example")
    for kind, bounds in BOUNDS.items():
        for days in (bounds.least - 1, bounds.most + 1):
            with pytest.raises(RetentionRefused, match=f"from {bounds.least} to {bounds.most} days"):
                choose_days(school_id=westbrook.school.pk, kind=kind, days=days, reason="Why", viewer=westbrook.dsl, now=NOW)
    with pytest.raises(RetentionRefused, match="Say why"):
        choose_days(school_id=westbrook.school.pk, kind=Kept.PARTS, days=30, reason=" ", viewer=westbrook.dsl, now=NOW)
    for viewer in (westbrook.deputy, other.dsl):
        with pytest.raises(NotFound):
            choose_days(school_id=westbrook.school.pk, kind=Kept.PARTS, days=30, reason="Why", viewer=viewer, now=NOW)


def test_pictures_and_earlier_lines_go_first_and_their_period_may_move(
    westbrook: Westbrook, tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    row, school = _with_parts(westbrook), westbrook.school.pk
    assert row.parts_until == TODAY + timedelta(days=30)
    choose_days(school_id=school, kind=Kept.PARTS, days=60, reason="Our policy", viewer=westbrook.dsl, now=NOW)
    assert retain.apply_choices(school_id=school, now=NOW) == 1
    with django_capture_on_commit_callbacks(execute=True):
        assert retain.delete_parts(school_id=school, now=after(60)) == 0
        assert retain.delete_parts(school_id=school, now=after(61)) == 1
    row.refresh_from_db()
    assert (row.picture_blob, bytes(row.before_sealed), row.parts_until) == ("", b"", None)
    assert list(tmp_path.glob("blobs/*/*")) == []


def test_a_night_killed_between_a_row_and_its_file_leaves_a_file_that_a_later_night_takes(
    westbrook: Westbrook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    row, stays = _with_parts(westbrook), _with_parts(westbrook)
    dismiss_capture(number=row.pk, reason=FalsePositive.GAME, revision=1, viewer=westbrook.dsl, now=NOW)
    hold_capture(number=stays.pk, reason=HoldReason.CASE, review_on=TODAY + timedelta(days=99), viewer=westbrook.dsl, now=NOW)
    monkeypatch.setattr(retain, "_remove", lambda *_: None)  # the process dies here
    with django_capture_on_commit_callbacks(execute=True):
        assert delete(westbrook, 31) == 1
    monkeypatch.undo()
    files = sorted(tmp_path.glob("blobs/*/*.sealed"))
    assert len(files) == 2
    assert retain.sweep_files(school_id=westbrook.school.pk, now=timezone.now()) == 0, "a young file may be about to get its row"
    for path in files:
        os.utime(path, (0, 0))
    assert retain.sweep_files(school_id=westbrook.school.pk, now=timezone.now()) == 1
    assert [path.stem for path in tmp_path.glob("blobs/*/*.sealed")] == [stays.picture_blob]
    assert Deletion.objects.filter(kind="files.orphaned").values_list("count", flat=True)[0] == 1


def test_a_step_that_fails_changes_nothing(westbrook: Westbrook, monkeypatch: pytest.MonkeyPatch) -> None:
    westbrook.stored(0)

    def killed(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(retain, "append", killed)
    with pytest.raises(KeyboardInterrupt):
        delete(westbrook, 31)
    monkeypatch.undo()
    assert (Capture.objects.count(), Deletion.objects.count()) == (1, 0)
    assert delete(westbrook, 31) == 1


def test_what_is_deleted_in_steps_is_all_deleted_and_one_school_leaves_the_other(westbrook: Westbrook) -> None:
    other = build_school("Marsh End School", "marshend.example")
    theirs = other.stored(0)
    for _ in range(5):
        westbrook.stored(0)
    steps = [retain.delete_captures(school_id=westbrook.school.pk, now=after(31), most=2) for _ in range(4)]
    assert steps == [2, 2, 1, 0]
    assert Capture.objects.get().pk == theirs.pk
    assert sum(Deletion.objects.filter(school=westbrook.school).values_list("count", flat=True)) == 5


def test_a_sealed_picture_holds_its_capture(westbrook: Westbrook) -> None:
    row = westbrook.stored(0)
    seal = PictureSeal.objects.create(
        school=westbrook.school, number=row.pk, capture=row, sealed_at=NOW, sealed_by=westbrook.dsl, blob="x", key_sealed=b"x"
    )
    assert delete(westbrook, 100) == 0
    PictureSeal.objects.filter(pk=seal.pk).update(destroyed_at=NOW)
    assert delete(westbrook, 100) == 1


def test_a_key_goes_only_with_the_last_of_what_it_protects(westbrook: Westbrook) -> None:
    school = westbrook.school.pk
    row = _with_parts(westbrook)
    SchoolKey.objects.filter(school_id=school).update(made_at=NOW)
    assert retain.renew_keys(school_id=school, now=after(29)) == []
    assert retain.renew_keys(school_id=school, now=after(31)) == []
    assert list(SchoolKey.objects.order_by("version").values_list("version", flat=True)) == [1, 2]
    SchoolKey.objects.filter(version=2).update(made_at=after(31))
    assert uses_key(school, 1)
    assert retain.renew_keys(school_id=school, now=after(40)) == []
    Capture.objects.filter(pk=row.pk).delete()
    assert uses_key(school, 1), "its picture's file is still there"
    retain._remove(school, [row.picture_blob])
    assert retain.renew_keys(school_id=school, now=after(41)) == [1]
    assert retain.renew_keys(school_id=school, now=after(42)) == []
    [entry] = entries_about(school, subject_kind="school", action=Action.SCHOOL_KEY_DESTROYED)
    assert entry.details == {"versions": [1]}


def test_the_newest_key_and_one_that_was_newest_until_just_now_stay(westbrook: Westbrook) -> None:
    school = westbrook.school.pk
    make_key(school_id=school)
    make_key(school_id=school)
    SchoolKey.objects.update(made_at=after(-1))
    assert retain.renew_keys(school_id=school, now=NOW) == []
    assert retain.renew_keys(school_id=school, now=after(3)) == [1]
    assert list(SchoolKey.objects.values_list("version", flat=True)) == [2]


def _with_parts(westbrook: Westbrook) -> Capture:
    westbrook.school.pictures = True
    westbrook.school.save()
    content = replace(westbrook.incoming(3).content, before=((9, "before that"),))
    return westbrook.stored(3, content=content, picture=PICTURE)
