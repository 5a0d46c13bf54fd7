"""The sentence where a queue is empty: what is known, what is not, and what is quiet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from heedful.devices.coverage.health import CoverageHealth, health_sentence
from heedful.devices.coverage.models import SelfTest
from heedful.devices.coverage.queries.health import coverage_health
from heedful.devices.models import Device, Profile
from heedful.devices.tasks import count_every_school
from tests.personas.people import Persona, Place

ALL_WELL = CoverageHealth(
    418, 412, ("iPads", "apps outside the browser"), ("Year 9 not seen for 3 school days",), datetime(2026, 11, 23, tzinfo=UTC), False
)


def test_the_sentence_says_counts_limits_and_what_is_quiet() -> None:
    assert health_sentence(ALL_WELL) == (
        "412 of 418 devices in use reported today; iPads and apps outside the browser are not covered; Year 9 not seen for 3 school days"
    )


def test_without_an_inventory_no_share_is_claimed() -> None:
    health = CoverageHealth(3, 2, ("apps outside the browser",), (), None, False, has_inventory=False)
    assert health_sentence(health) == (
        "2 of 3 enrolled devices reported today, and no inventory says how many there are; apps outside the browser are not covered"
    )


def test_no_device_in_use_is_said_and_not_counted_as_nought_of_nought() -> None:
    assert health_sentence(CoverageHealth(0, 0, ("apps outside the browser",), (), None, False)).startswith(
        "no device of the inventory is in use"
    )


def listed(place: Place, *, now: datetime, seen_at: datetime | None = None, kind: str = "chromebook", **changes: object) -> Device:
    """A device of the inventory, with an installation on it where it was ever seen."""
    device = Device.objects.create(school=place.school, kind=kind, listed_at=now, added_at=now)
    if seen_at is not None:
        made = {"public_key": bytes(32), "enrolled_at": seen_at, "bundle_version": "1", "lines_told_at": seen_at, "lines_read_at": seen_at}
        Profile.objects.create(school=place.school, device=device, last_seen_at=seen_at, **(made | changes))
    return device


@pytest.mark.parametrize("role", ["dsl", "behaviour_lead", "technician"])
def test_anybody_with_a_queue_gets_the_health_of_their_school_alone(role: str, marsh_end: Place, request: pytest.FixtureRequest) -> None:
    person: Persona = request.getfixturevalue(role)
    place: Place = request.getfixturevalue("larkfield")
    now = timezone.now()
    listed(place, now=now, seen_at=now)
    listed(place, now=now, kind="ipad")
    listed(marsh_end, now=now, seen_at=now - timedelta(days=20))
    assert person.user is not None
    health = coverage_health(person.user, now=now)
    assert (health.in_use, health.reported_today, health.not_covered) == (1, 1, ("iPads", "apps outside the browser"))


def test_it_is_well_only_with_a_self_test_that_passed_this_week(dsl: Persona, larkfield: Place) -> None:
    now = timezone.now()
    listed(larkfield, now=now, seen_at=now)
    assert dsl.user is not None
    assert not coverage_health(dsl.user, now=now).is_healthy
    later = now + timedelta(minutes=2)
    SelfTest.objects.create(school=larkfield.school, started_at=now, finished_at=now, passed=True)
    assert coverage_health(dsl.user, now=later).is_healthy
    SelfTest.objects.create(school=larkfield.school, started_at=later, finished_at=later, passed=False)
    assert not coverage_health(dsl.user, now=later + timedelta(minutes=2)).is_healthy


def test_pages_read_what_the_worker_counted(dsl: Persona, larkfield: Place, django_assert_max_num_queries: Any) -> None:
    now = timezone.now()
    device = listed(larkfield, now=now, seen_at=now)
    listed(larkfield, now=now, kind="ipad")
    count_every_school(now=now)
    Device.objects.filter(pk=device.pk).delete()
    assert dsl.user is not None
    with django_assert_max_num_queries(5):
        health = coverage_health(dsl.user, now=now + timedelta(minutes=10))
    assert (health.in_use, health.reported_today, health.not_covered) == (1, 1, ("iPads", "apps outside the browser"))


def test_without_a_worker_the_page_counts_by_itself_and_at_most_once_a_minute(
    dsl: Persona, larkfield: Place, django_assert_max_num_queries: Any
) -> None:
    now = timezone.now()
    device = listed(larkfield, now=now, seen_at=now)
    count_every_school(now=now)
    Device.objects.filter(pk=device.pk).delete()
    assert dsl.user is not None
    later = now + timedelta(minutes=16)
    assert not coverage_health(dsl.user, now=later).has_inventory
    with django_assert_max_num_queries(2):
        assert not coverage_health(dsl.user, now=later + timedelta(seconds=30)).has_inventory


def test_a_self_test_that_failed_since_the_count_is_heard_of_at_once(dsl: Persona, larkfield: Place) -> None:
    now = timezone.now()
    listed(larkfield, now=now, seen_at=now)
    SelfTest.objects.create(school=larkfield.school, started_at=now, finished_at=now, passed=True)
    count_every_school(now=now)
    assert dsl.user is not None
    assert coverage_health(dsl.user, now=now).is_healthy
    SelfTest.objects.create(school=larkfield.school, started_at=now, finished_at=now, passed=False)
    assert not coverage_health(dsl.user, now=now).is_healthy
