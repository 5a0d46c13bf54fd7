"""The technician's page: devices, never content."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from heedful.devices.actions import Heartbeat, record_heartbeat
from heedful.devices.models import Profile
from heedful.devices.views import clock_in_words
from tests.personas.people import Persona, Place


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_a_technician_sees_devices_and_no_content(technician: Persona, larkfield: Place) -> None:
    larkfield.stores("i want to kill myself tonight")
    page = text_of(technician.opens("devices"))
    assert str(larkfield.device.pk)[:8] in page
    for secret in ("kill myself", "Nia", "Merrick", "Suicide"):
        assert secret not in page


def test_a_silent_device_stands_first_and_says_so(technician: Persona, larkfield: Place) -> None:
    silent = Profile.objects.create(
        school=larkfield.school, public_key=bytes(32), enrolled_at=timezone.now(), last_seen_at=timezone.now() - timedelta(days=3)
    )
    page = text_of(technician.opens("devices"))
    assert page.index(str(silent.pk)[:8]) < page.index(str(larkfield.device.pk)[:8])
    assert "Silent" in page
    assert "<dd>1 <span>of 2</span></dd>" in page


def test_what_a_device_says_of_itself_is_shown(technician: Persona, larkfield: Place) -> None:
    beat = Heartbeat(
        agent_version="0.2.0", bundle_version="abc", policy_version="", clock_skew_s=-400, spool_captures=3, set_aside=1, lost_captures=2, lost_pictures=0,
    )  # fmt: skip
    record_heartbeat(profile=larkfield.device, beat=beat)
    page = text_of(technician.opens("devices"))
    for words in ("0.2.0", "library abc", "1 set aside", "6 min slow"):
        assert words in page


@pytest.mark.parametrize(("skew_s", "words"), [(0, ""), (120, ""), (-90, ""), (121, "2 min fast"), (-7200, "2 h slow"), (90_000, "1 day fast")])
def test_a_clock_far_off_is_told_in_words(skew_s: int, words: str) -> None:
    assert clock_in_words(skew_s) == words


def test_devices_of_another_school_are_not_listed(technician: Persona, marsh_end: Place) -> None:
    assert str(marsh_end.device.pk)[:8] not in text_of(technician.opens("devices"))
