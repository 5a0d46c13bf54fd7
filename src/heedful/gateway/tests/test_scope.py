"""What the school does not want is answered `out_of_scope`, and nothing of it is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from heedful.audit.models import Entry
from heedful.captures.models import Capture
from heedful.devices.models import Profile, ProfileHour
from heedful.people.actions import NewAccount, add_accounts, create_group
from heedful.people.models import School
from tests.harness.westbrook import NOW, InProcessDevice, Westbrook

SCHOOL_DAY = [{"days": [1, 2, 3, 4, 5], "from": "08:00", "to": "17:00"}]


def answer(westbrook: Westbrook, device: InProcessDevice, *, at: str = "", account: str = "", source: str = "typed") -> str:
    item = westbrook.capture(device, 5, source=source)
    if at:
        item["observed_at"] = at
    if account:
        item["account"] = {"name": account, "identity_confidence": "certain", "how": "profile"}
    entries = Entry.objects.count()
    [status] = device.statuses(item)
    assert Capture.objects.filter(capture_id=item["id"]).exists() == (status == "stored")
    assert (Entry.objects.count() == entries) == (status != "stored")
    return status


def set_school(westbrook: Westbrook, **settings: object) -> None:
    School.objects.filter(pk=westbrook.school.pk).update(**settings)


@pytest.mark.parametrize(
    ("stage", "status"), [("set_up", "out_of_scope"), ("pilot", "out_of_scope"), ("live", "stored"), ("under_review", "stored")]
)
def test_the_stage_decides_for_a_pupil_outside_the_pilot(westbrook: Westbrook, device: InProcessDevice, stage: str, status: str) -> None:
    set_school(westbrook, stage=stage)
    assert answer(westbrook, device) == status


def test_in_the_pilot_the_group_decides(westbrook: Westbrook, device: InProcessDevice) -> None:
    set_school(westbrook, stage="pilot")
    create_group(school=westbrook.school, name="Year 8", in_pilot=True, now=NOW)
    assert answer(westbrook, device) == "stored"
    assert answer(westbrook, device, account="who@elsewhere.example") == "out_of_scope"
    create_group(school=westbrook.school, name="Year 8", in_pilot=False, now=NOW)
    assert answer(westbrook, device) == "out_of_scope"


def test_a_staff_account_is_out_of_scope_unless_the_school_says_so(westbrook: Westbrook, device: InProcessDevice) -> None:
    add_accounts(westbrook.school, [NewAccount("dsl@westbrook.example", staff=westbrook.dsl)], now=NOW)
    assert answer(westbrook, device, account="DSL@westbrook.example") == "out_of_scope"
    set_school(westbrook, monitors_staff=True)
    assert answer(westbrook, device, account="dsl@westbrook.example") == "stored"


@pytest.mark.parametrize(
    ("at", "status"),
    [
        ("2025-11-18T08:00:00+00:00", "stored"), ("2026-11-24T07:59:59.999+00:00", "out_of_scope"), ("2025-11-18T16:59:59.999Z", "stored"),
        ("2025-11-17T17:00:00Z", "out_of_scope"), ("2025-11-15T10:00:00Z", "out_of_scope"),
        ("2025-06-24T07:30:00Z", "stored"),  # British summer time: half past eight
        ("2025-06-24T16:30:00Z", "out_of_scope"),
        ("2025-11-17T23:30:00+14:00", "stored"),  # half past nine in the morning here
    ],
)  # fmt: skip
def test_the_hours_decide_by_the_schools_own_clock(westbrook: Westbrook, device: InProcessDevice, at: str, status: str) -> None:
    set_school(westbrook, hours=SCHOOL_DAY)
    assert answer(westbrook, device, at=at) == status


def test_a_clock_that_is_known_to_be_wrong_is_put_right(westbrook: Westbrook, device: InProcessDevice) -> None:
    set_school(westbrook, hours=SCHOOL_DAY)
    Profile.objects.filter(pk=device.device_id).update(clock_skew_s=-6 * 3600)
    assert answer(westbrook, device, at="2025-11-18T04:00:00Z") == "stored"  # ten o'clock, as the server's clock has it
    assert answer(westbrook, device, at="2025-11-18T13:00:00Z") == "out_of_scope"  # seven in the evening


def test_no_clock_is_so_wrong_that_it_breaks_anything(westbrook: Westbrook, device: InProcessDevice) -> None:
    set_school(westbrook, hours=SCHOOL_DAY)
    for skew_s in (-2_000_000_000, 2_000_000_000):
        Profile.objects.filter(pk=device.device_id).update(clock_skew_s=skew_s)
        for at in ("2000-01-01T00:00:00+14:00", "2099-12-31T23:59:59-14:00"):
            assert answer(westbrook, device, at=at) in {"stored", "out_of_scope"}


def test_a_moment_still_to_come_counts_as_now(westbrook: Westbrook, device: InProcessDevice) -> None:
    now = datetime.now(UTC)
    set_school(westbrook, hours=[{"days": [(now + timedelta(days=3)).isoweekday()], "from": "00:00", "to": "23:59"}])
    assert answer(westbrook, device, at=(now + timedelta(days=3)).isoformat(timespec="seconds")) == "out_of_scope"


def test_a_child_who_tells_us_something_is_heard_at_any_hour_once_monitoring_has_begun(
    westbrook: Westbrook, device: InProcessDevice
) -> None:
    set_school(westbrook, hours=SCHOOL_DAY, stage="pilot")
    assert answer(westbrook, device, at="2025-11-16T03:00:00Z", source="report") == "stored"
    set_school(westbrook, stage="set_up")
    assert answer(westbrook, device, source="report") == "out_of_scope"


def test_nothing_at_all_is_kept_of_what_is_out_of_scope(westbrook: Westbrook, device: InProcessDevice) -> None:
    set_school(westbrook, stage="set_up")
    assert device.statuses(*(westbrook.capture(device, severity) for severity in (1, 3, 5))) == ["out_of_scope"] * 3
    assert (Capture.objects.count(), ProfileHour.objects.count()) == (0, 0)


def test_one_pupil_in_scope_and_one_outside_share_a_batch(westbrook: Westbrook, device: InProcessDevice) -> None:
    add_accounts(westbrook.school, [NewAccount("dsl@westbrook.example", staff=westbrook.dsl)], now=NOW)
    outside = westbrook.capture(device, 5, account={"name": "dsl@westbrook.example", "identity_confidence": "certain", "how": "profile"})
    assert device.statuses(westbrook.capture(device, 5), outside) == ["stored", "out_of_scope"]
