"""The demo's devices: enough that something reports, is silent, is missing and can't be covered."""

from __future__ import annotations

from collections import Counter

import pytest
from django.utils import timezone

from heedful.demo import inventory
from heedful.demo.inventory import CHROMEBOOKS, IPADS, LINUX, MACS, WINDOWS, Tokens, chromebook_id, lists_of, machines, seed_devices
from heedful.demo.school import DemoSchool, seed_school
from heedful.devices.actions import Platform, enrol_profile, make_token
from heedful.devices.coverage.rules import State
from heedful.devices.models import Device
from heedful.devices.queries.standing import standing_of
from heedful.devices.rules import TokenKind

NOW = timezone.now()
pytestmark = pytest.mark.django_db


@pytest.fixture
def school(monkeypatch: pytest.MonkeyPatch) -> DemoSchool:
    """A third of the demo's pupils: what is tested is the devices."""
    monkeypatch.setattr("heedful.demo.school.PUPILS", CHROMEBOOKS)
    return seed_school(now=NOW)


def test_418_devices_can_be_covered_and_no_id_is_there_twice(school: DemoSchool) -> None:
    made = machines(school, over_the_wire=120)
    assert (CHROMEBOOKS + WINDOWS + MACS + LINUX, len(made)) == (418, 418 + IPADS)
    assert made == machines(school, over_the_wire=120)
    for ids in ([m.serial for m in made], [m.label for m in made], [m.directory_id for m in made if m.directory_id]):
        assert len(set(ids)) == len(ids)
    assert [name for name, _ in lists_of(made)] == ["chromebooks.csv", "intune.csv", "lab.csv"]


def test_seeding_leaves_something_of_every_state(school: DemoSchool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inventory, "WINDOWS", 42)
    monkeypatch.setattr(inventory, "MACS", 1)

    def token(kind: TokenKind) -> str:
        return make_token(school_id=school.school.pk, kind=kind, label="", uses=500, valid_for_days=9, made_by=None, now=NOW)[1]

    tokens = Tokens(token(TokenKind.CHROMEOS), token(TokenKind.DEVICE))
    seed_devices(school, tokens=tokens, over_the_wire=290, now=NOW)
    rows = standing_of(school.school, now=NOW)
    states = Counter(row.state for row in rows)
    assert (states[State.NO_AGENT], states[State.NEVER], states[State.SILENT]) == (IPADS, 291, 5)
    assert [row.name for row in rows if len(row.profiles) == 2] == ["IT2-PC01"]
    assert {trouble for row in rows for trouble in row.troubles} == {
        "Its clock is 45 min slow",
        "Its policy differs from what this page gives out",
    }
    platform = Platform("ChromeOS", "Chrome", "0.1.0")
    enrol_profile(token=tokens.chromeos, public_key=bytes(32), platform=platform, directory_device_id=chromebook_id(0), now=NOW)
    assert Device.objects.count() == len(rows)
