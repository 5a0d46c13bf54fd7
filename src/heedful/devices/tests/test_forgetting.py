"""What devices said is kept for its time and no longer; what still says something stays."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from heedful.devices import models
from heedful.devices.actions.forgetting import forget_what_is_over
from heedful.devices.actions.heartbeats import note_account_day
from heedful.devices.inventory.models import InventoryImport
from heedful.devices.models import AccountDay, Device, Profile
from heedful.devices.rules import ACCOUNT_DAYS_KEPT, REPLACED_PROFILES_KEPT
from tests.harness.westbrook import NOW, Westbrook, store

pytestmark = pytest.mark.django_db


def replaced(westbrook: Westbrook, *, days_ago: int) -> Profile:
    device = Device.objects.create(school=westbrook.school, added_at=NOW)
    then = NOW - timedelta(days=days_ago)
    return Profile.objects.create(
        school=westbrook.school, device=device, public_key=uuid4().bytes * 2, enrolled_at=then, last_seen_at=then, superseded_at=then
    )


def test_who_used_which_device_is_kept_for_its_days(westbrook: Westbrook) -> None:
    profile = replaced(westbrook, days_ago=0)
    for age in (timedelta(0), ACCOUNT_DAYS_KEPT, ACCOUNT_DAYS_KEPT + timedelta(days=1)):
        note_account_day(profile=profile, account=westbrook.account, now=NOW - age)
    assert forget_what_is_over(now=NOW) == 1
    assert forget_what_is_over(now=NOW) == 0
    assert min(AccountDay.objects.values_list("day", flat=True)) == timezone.localdate(NOW) - ACCOUNT_DAYS_KEPT


def test_a_replaced_profile_goes_unless_a_capture_or_a_test_lies_with_it(westbrook: Westbrook) -> None:
    days = REPLACED_PROFILES_KEPT.days
    gone, fresh, with_capture, with_test = (replaced(westbrook, days_ago=ago) for ago in (days + 1, days - 1, days + 1, days + 1))
    store(with_capture, westbrook.incoming())
    models.TestSighting.objects.create(id=uuid4(), profile=with_test, observed_at=NOW, arrived_at=NOW)
    alive = replaced(westbrook, days_ago=days + 9)
    Profile.objects.filter(pk=alive.pk).update(superseded_at=None)
    forget_what_is_over(now=NOW)
    assert set(Profile.objects.values_list("pk", flat=True)) == {fresh.pk, with_capture.pk, with_test.pk, alive.pk}
    assert not Profile.objects.filter(pk=gone.pk).exists()


def test_a_list_that_nobody_decided_on_is_emptied_after_its_hour(westbrook: Westbrook) -> None:
    made = InventoryImport.objects.create(
        school=westbrook.school, made_at=NOW, door="page", source="csv", state="waiting", rows=[[1]], expires_at=NOW - timedelta(seconds=1)
    )
    forget_what_is_over(now=NOW)
    made.refresh_from_db()
    assert (made.state, made.rows) == ("expired", [])
