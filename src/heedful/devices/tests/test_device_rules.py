"""Tokens, sequence numbers and the hour's room: each is taken once, whoever asks at the same moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from heedful.audit.models import Entry, Head
from heedful.audit.queries import entries_about
from heedful.devices.actions import (
    EnrolmentRefused,
    Platform,
    SequenceUsed,
    enrol_profile,
    record_test_sighting,
    take_hourly_room,
    use_sequence,
)
from heedful.devices.models import Device, EnrolmentToken, Profile, ProfileHour
from heedful.devices.queries import find_profile, is_of_another_school
from heedful.devices.rules import STORED_PER_HOUR, Reason, TokenKind, new_token, scope_of, token_hash, within_hours
from heedful.people.models import Account, Group, Pupil, School, Trust, User
from heedful.people.rules import Stage
from tests.harness.contention import Contention
from tests.harness.westbrook import NOW, Westbrook, build_school

needs_db = pytest.mark.django_db
PLATFORM = Platform("ChromeOS", "Chrome 140", "0.1.0")
HOUR = NOW.replace(minute=0)
LONDON = ZoneInfo("Europe/London")
TABLES = [Trust, School, User, Group, Pupil, Account, Device, EnrolmentToken, Profile]


def enrol(token: str, *, now: datetime = NOW, directory_device_id: str = "") -> Profile:
    return enrol_profile(token=token, public_key=uuid4().bytes * 2, platform=PLATFORM, directory_device_id=directory_device_id, now=now)


@needs_db
def test_a_token_is_good_until_the_moment_it_expires(westbrook: Westbrook) -> None:
    token = westbrook.token(days=1, now=NOW)
    enrol(token, now=NOW + timedelta(days=1) - timedelta(microseconds=1))
    with pytest.raises(EnrolmentRefused):
        enrol(token, now=NOW + timedelta(days=1))


@needs_db
def test_a_used_up_a_revoked_and_a_wrong_kind_of_token_are_refused(westbrook: Westbrook) -> None:
    token = westbrook.token(uses=1, now=NOW)
    enrol(token)
    with pytest.raises(EnrolmentRefused):
        enrol(token)
    chromeos = westbrook.token(kind=TokenKind.CHROMEOS, now=NOW)
    with pytest.raises(EnrolmentRefused):
        enrol(chromeos)
    enrol(chromeos, directory_device_id="dir-1")
    EnrolmentToken.objects.update(revoked_at=NOW)
    with pytest.raises(EnrolmentRefused):
        enrol(chromeos, directory_device_id="dir-1")
    assert Profile.objects.count() == 2


@needs_db
def test_enrolling_and_tokens_are_in_the_chain_without_the_token(westbrook: Westbrook) -> None:
    token = westbrook.token(now=NOW)
    device = enrol(token)
    [made] = entries_about(westbrook.school.pk, subject_kind="enrolment_token")
    [enrolled] = entries_about(westbrook.school.pk, subject_kind="device")
    assert (made.details, enrolled.actor_id) == ({"kind": "device", "uses": 10, "days": 30}, str(device.pk))
    assert token not in repr(list(Entry.objects.values()))


def test_no_two_tokens_are_alike_and_a_hash_does_not_show_them() -> None:
    tokens = {new_token() for _ in range(200)}
    assert len(tokens) == 200
    assert all(len(token) >= 30 and token not in token_hash(token) for token in tokens)


@needs_db
def test_a_number_is_taken_once_and_only_upwards(westbrook: Westbrook) -> None:
    device = westbrook.plain_profile()
    for number in (1, 2, 9):
        use_sequence(profile=device, sequence=number, now=NOW)
    for number in (9, 3, 1):
        with pytest.raises(SequenceUsed) as used:
            use_sequence(profile=device, sequence=number, now=NOW)
        assert used.value.last_sequence == 9


@needs_db
def test_a_number_taken_in_a_transaction_that_is_undone_is_free_again(westbrook: Westbrook) -> None:
    device = westbrook.plain_profile()

    def undone() -> None:
        with transaction.atomic():
            use_sequence(profile=device, sequence=5, now=NOW)
            raise ValueError("undo")

    with pytest.raises(ValueError, match="undo"):
        undone()
    use_sequence(profile=device, sequence=5, now=NOW)


@needs_db
@pytest.mark.parametrize("wanted", [1, 59, 60, 61, 200])
def test_an_hour_has_room_for_sixty_and_counts_the_rest(westbrook: Westbrook, wanted: int) -> None:
    device = westbrook.plain_profile()
    assert take_hourly_room(profile_id=device.pk, wanted={HOUR: wanted}) == {HOUR: min(wanted, STORED_PER_HOUR)}
    assert take_hourly_room(profile_id=device.pk, wanted={HOUR: 1}) == {HOUR: 1 if wanted < STORED_PER_HOUR else 0}
    row = ProfileHour.objects.get()
    assert row.stored + row.counted == wanted + 1
    assert row.stored <= STORED_PER_HOUR


@pytest.mark.django_db(transaction=True)
def test_of_requests_with_one_number_at_the_same_moment_one_gets_it(tmp_path: Path) -> None:
    contended = Contention(tmp_path, TABLES)
    device = contended.run(lambda: _plain_profile())

    def take(_: int) -> bool:
        try:
            with transaction.atomic():
                use_sequence(profile=device, sequence=7, now=NOW)
        except SequenceUsed:
            return False
        return True

    assert sorted(contended.together(take, threads=4)) == [False, False, False, True]


@pytest.mark.django_db(transaction=True)
def test_a_tokens_last_use_goes_to_one_of_those_who_ask_together(tmp_path: Path) -> None:
    contended = Contention(tmp_path, [*TABLES, Head, Entry])
    token = contended.run(_token_of_one_use)

    def ask(_: int) -> bool:
        try:
            enrol(token)
        except EnrolmentRefused:
            return False
        return True

    assert sorted(contended.together(ask, threads=4)) == [False, False, False, True]
    assert contended.run(Profile.objects.count) == 1


def _plain_profile() -> Profile:
    return Profile.objects.create(school=School.objects.create(name="Westbrook School"), public_key=bytes(32), enrolled_at=NOW)


def _token_of_one_use() -> str:
    token = new_token()
    EnrolmentToken.objects.create(
        school=School.objects.create(name="Westbrook School"),
        hash=token_hash(token),
        expires_at=NOW + timedelta(days=1),
        uses_left=1,
        made_at=NOW,
    )
    return token


@needs_db
def test_devices_are_found_by_their_id_and_by_nothing_else(westbrook: Westbrook) -> None:
    device = westbrook.plain_profile()
    assert find_profile(str(device.pk)) == device
    for wrong in ("", "x", str(uuid4()), "\ud800", "0" * 5000):
        assert find_profile(wrong) is None


@needs_db
def test_only_a_known_device_of_another_school_is_of_another_school(westbrook: Westbrook) -> None:
    mine, theirs = westbrook.plain_profile(), build_school("Marsh End School", "marshend.example").plain_profile()
    school = westbrook.school.pk
    assert is_of_another_school({str(theirs.pk), "x", "\ud800"}, school_id=school)
    assert not is_of_another_school({str(mine.pk), str(uuid4()), "x"}, school_id=school)


@needs_db
def test_a_sighting_is_kept_once(westbrook: Westbrook) -> None:
    device, sighting = westbrook.plain_profile(), uuid4()
    made = [
        record_test_sighting(sighting_id=sighting, profile=device, account=westbrook.account, observed_at=NOW, now=NOW) for _ in range(2)
    ]
    assert made == [True, False]


@pytest.mark.parametrize(
    ("stage", "in_pilot", "is_staff", "monitors_staff", "monitor", "reason"),
    [
        (Stage.SET_UP, True, False, True, False, Reason.SET_UP), (Stage.PILOT, True, False, False, True, Reason.PILOT),
        (Stage.PILOT, False, False, False, False, Reason.NOT_IN_SCOPE), (Stage.LIVE, False, False, False, True, Reason.LIVE),
        (Stage.UNDER_REVIEW, False, False, False, True, Reason.LIVE), (Stage.LIVE, False, True, False, False, Reason.STAFF),
        (Stage.LIVE, False, True, True, True, Reason.LIVE), (Stage.PILOT, False, True, True, False, Reason.NOT_IN_SCOPE),
    ],
)  # fmt: skip
def test_stage_group_and_staff_decide(
    stage: Stage, in_pilot: bool, is_staff: bool, monitors_staff: bool, monitor: bool, reason: Reason
) -> None:
    scope = scope_of(stage=stage, in_pilot_group=in_pilot, is_staff=is_staff, monitors_staff=monitors_staff)
    assert (scope.monitor, scope.reason) == (monitor, reason)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC)))
def test_no_windows_is_always_and_a_window_without_days_never(moment: datetime) -> None:
    assert within_hours([], moment, LONDON)
    assert not within_hours([{"days": [], "from": "00:00", "to": "23:59"}], moment, LONDON)


def test_several_windows_add_up() -> None:
    windows = [{"days": [2], "from": "08:00", "to": "10:00"}, {"days": [2], "from": "10:00", "to": "12:00"}]
    assert [within_hours(windows, NOW.replace(hour=hour, minute=0), LONDON) for hour in (7, 8, 10, 12)] == [False, True, True, False]
