"""Heartbeats: what a device says of itself, and the test phrase that proves coverage."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from heedful.captures.models import Capture
from heedful.demo.device import uuid7
from heedful.devices import models
from heedful.people.models import Account
from tests.harness.westbrook import InProcessDevice, Westbrook

PATH = "/device/v1/heartbeat"
KNOWN = {"name": "amara.okonedo@westbrook.example", "identity_confidence": "certain", "how": "profile"}


def beat(**changes: Any) -> dict[str, Any]:
    spool = {"captures": 7, "bytes": 900, "set_aside": 1, "lost_pictures": 2, "lost_captures": 3}
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return {"agent_version": "0.1.0", "bundle_version": "b1", "policy_version": "p1", "device_time": now, "spool": spool} | changes


def sighting(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {"id": uuid7(1_764_000_000_000 + number), "observed_at": "2026-11-24T10:00:00Z", "account": KNOWN} | changes


def send(device: InProcessDevice, document: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    answer = device.request("POST", PATH, json.dumps(document).encode())
    return answer.status, answer.document()


def test_what_the_device_says_is_kept_and_answered_with_what_is_current(westbrook: Westbrook, device: InProcessDevice) -> None:
    status, told = send(device, beat(account=KNOWN))
    assert status == 200
    assert told["bundle_version"] in json.dumps(device.policy(KNOWN["name"])["bundle"])
    assert told["policy_version"] == device.policy(KNOWN["name"])["version"]
    assert abs(datetime.fromisoformat(told["server_time"]) - datetime.now(UTC)) < timedelta(minutes=1)
    row = device.row()
    assert (row.agent_version, row.bundle_version, row.policy_version) == ("0.1.0", "b1", "p1")
    assert (row.spool_captures, row.set_aside, row.lost_captures, row.lost_pictures) == (7, 1, 3, 2)
    assert abs(row.clock_skew_s) <= 1


@pytest.mark.parametrize(("hours", "skew_s"), [(0, 0), (-6, -21_600), (26, 93_600)])
def test_a_wrong_clock_is_known_from_then_on(westbrook: Westbrook, device: InProcessDevice, hours: int, skew_s: int) -> None:
    send(device, beat(device_time=(datetime.now(UTC) + timedelta(hours=hours)).isoformat(timespec="seconds")))
    assert abs(device.row().clock_skew_s - skew_s) <= 2


@pytest.mark.parametrize("moment", ["2000-01-01T00:00:00+14:00", "2099-12-31T23:59:59-14:00"])
def test_a_clock_decades_away_is_within_bounds(westbrook: Westbrook, device: InProcessDevice, moment: str) -> None:
    assert send(device, beat(device_time=moment))[0] == 200


def test_a_test_phrase_is_proof_of_coverage_and_no_capture(westbrook: Westbrook, device: InProcessDevice) -> None:
    unknown = KNOWN | {"name": "who@elsewhere.example"}
    tests = [sighting(1), sighting(2, account=unknown), sighting(3, account=KNOWN | {"name": ""})]
    assert send(device, beat(tests=tests))[0] == 200
    unmatched = Account.objects.get(address="who@elsewhere.example")
    assert list(models.TestSighting.objects.order_by("id").values_list("account", flat=True)) == [westbrook.account.pk, unmatched.pk, None]
    assert not Capture.objects.exists()


def test_a_sighting_that_is_sent_again_is_kept_once(westbrook: Westbrook, device: InProcessDevice) -> None:
    one = sighting()
    for _ in range(2):
        assert send(device, beat(tests=[one, one]))[0] == 200
    assert models.TestSighting.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"spool": {}}, "/spool"), ({"device_time": "yesterday"}, "/device_time"), ({"device_time": "2026-02-30T00:00:00Z"}, "/device_time"),
        ({"tests": [sighting(observed_at="2026-02-30T00:00:00Z")]}, "/device_time"), ({"tests": [sighting()] * 21}, "/tests"),
        ({"tests": [sighting(text="harrowing")]}, "/tests/0"), ({"text": "harrowing"}, "/"), ({"agent_version": "\ud800"}, "/"),
        ({"account": KNOWN | {"name": "\udc00"}}, "/"), ({"account": KNOWN | {"name": "\0harrowing"}}, "/account/name"),
    ],
)  # fmt: skip
def test_a_wrong_shape_is_422_without_its_value(
    westbrook: Westbrook, device: InProcessDevice, changes: dict[str, Any], pointer: str
) -> None:
    status, document = send(device, beat(**changes))
    assert (status, document["pointer"]) == (422, pointer)
    assert "harrowing" not in json.dumps(document)
    assert not models.TestSighting.objects.exists()
    assert device.row().agent_version == "0.1.0"


@pytest.mark.parametrize("number", [-1, 2_000_000_001, 10**30, 1.5, True, "7"])
def test_a_senseless_count_is_422(westbrook: Westbrook, device: InProcessDevice, number: object) -> None:
    assert send(device, beat(spool=beat()["spool"] | {"captures": number}))[0] == 422


def test_a_heartbeat_whose_number_was_used_changes_nothing(westbrook: Westbrook, device: InProcessDevice) -> None:
    body = json.dumps(beat(tests=[sighting()])).encode()
    headers = device.signed("POST", PATH, body)
    device.post_captures(westbrook.capture(device))
    assert device.send_raw("POST", PATH, body, headers).status == 409
    assert not models.TestSighting.objects.exists()
    assert device.row().spool_captures == 0
