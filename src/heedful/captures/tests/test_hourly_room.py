"""Sixty an hour from one device at severity 1-3; the rest is counted. What is serious, or told us, always passes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Sum

from heedful.captures.models import Capture
from heedful.devices.models import ProfileHour
from tests.harness.westbrook import NOW, Westbrook, store

pytestmark = pytest.mark.django_db


def fill(westbrook: Westbrook) -> None:
    """Use up the hour's room in two batches."""
    for count in (50, 10):
        assert store(westbrook.plain_profile(), *(westbrook.incoming(2) for _ in range(count))) == ["stored"] * count


def test_the_sixty_first_of_the_hour_is_counted_and_its_text_not_kept(westbrook: Westbrook) -> None:
    fill(westbrook)
    assert store(westbrook.plain_profile(), westbrook.incoming(3), westbrook.incoming(1)) == ["counted", "counted"]
    assert Capture.objects.count() == 60
    assert ProfileHour.objects.values_list("stored", "counted").get() == (60, 2)


def test_a_batch_that_crosses_the_bound_is_stored_up_to_it(westbrook: Westbrook) -> None:
    device = westbrook.plain_profile()
    store(device, *(westbrook.incoming(2) for _ in range(40)))
    assert store(device, *(westbrook.incoming(2) for _ in range(30))) == ["stored"] * 20 + ["counted"] * 10


@pytest.mark.parametrize("severity", [4, 5])
def test_serious_ones_always_pass_and_take_no_room(westbrook: Westbrook, severity: int) -> None:
    fill(westbrook)
    assert store(westbrook.plain_profile(), *(westbrook.incoming(severity) for _ in range(50))) == ["stored"] * 50
    assert ProfileHour.objects.get().stored == 60


def test_what_a_child_tells_us_always_passes(westbrook: Westbrook) -> None:
    fill(westbrook)
    assert store(westbrook.plain_profile(), westbrook.incoming(0, source="report"), westbrook.incoming(2, source="report")) == ["stored"] * 2


def test_the_hour_is_the_one_in_which_it_was_seen(westbrook: Westbrook) -> None:
    fill(westbrook)
    device = westbrook.plain_profile()
    last_minute = NOW.replace(minute=59, second=59, microsecond=999_999)
    assert store(device, westbrook.incoming(2, observed_at=last_minute)) == ["counted"]
    assert store(device, westbrook.incoming(2, observed_at=last_minute + timedelta(microseconds=1))) == ["stored"]
    assert store(device, westbrook.incoming(2, observed_at=NOW - timedelta(hours=1))) == ["stored"]


def test_another_device_has_its_own_room(westbrook: Westbrook) -> None:
    fill(westbrook)
    other = westbrook.device().row()
    assert store(other, westbrook.incoming(2)) == ["stored"]


def test_duplicates_take_no_room(westbrook: Westbrook) -> None:
    device = westbrook.plain_profile()
    items = [westbrook.incoming(2) for _ in range(50)]
    store(device, *items)
    assert store(device, *items) == ["duplicate"] * 50
    assert store(device, *(westbrook.incoming(2) for _ in range(10))) == ["stored"] * 10


def test_every_one_is_either_stored_or_counted(westbrook: Westbrook) -> None:
    device = westbrook.plain_profile()
    answers = [answer for _ in range(4) for answer in store(device, *(westbrook.incoming(1 + n % 3) for n in range(35)))]
    assert (answers.count("stored"), answers.count("counted")) == (60, 80)
    assert ProfileHour.objects.aggregate(Sum("stored"), Sum("counted")) == {"stored__sum": 60, "counted__sum": 80}
