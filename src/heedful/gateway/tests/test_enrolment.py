"""Enrolment: a school's token for a device with a key of its own."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from heedful.devices.models import EnrolmentToken, Profile
from heedful.devices.rules import TokenKind
from heedful.gateway.keys import server_public_key
from heedful.gateway.signing import from_base64url, to_base64url
from tests.harness.westbrook import InProcessDevice, Westbrook

PATH = "/device/v1/enrol"


def public_half(device: InProcessDevice) -> bytes:
    return device.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def asking(device: InProcessDevice, token: str, **changes: Any) -> dict[str, Any]:
    platform = {"os": "Windows", "browser": "Edge", "browser_version": "140", "agent_version": "0.1.0"}
    return {"token": token, "public_key": to_base64url(public_half(device)), "platform": platform} | changes


def enrol(device: InProcessDevice, document: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    body = json.dumps(document).encode()
    answer = device.send_raw("POST", PATH, body, device.headers("POST", PATH, body, device="enrol", sequence=0))
    return answer.status, answer.document()


def test_a_device_gets_its_id_the_schools_name_and_the_servers_key(westbrook: Westbrook) -> None:
    device = InProcessDevice("")
    status, told = enrol(device, asking(device, westbrook.token()))
    assert status == 201
    row = Profile.objects.get(pk=told["device_id"])
    assert told["school"] == {"id": str(westbrook.school.pk), "name": "Westbrook School"}
    assert (told["sequence"], from_base64url(told["server_public_key"])) == (0, server_public_key())
    assert (bytes(row.public_key), row.os, row.browser) == (public_half(device), "Windows", "Edge 140")


def test_a_token_is_good_for_so_many_uses(westbrook: Westbrook) -> None:
    token = westbrook.token(uses=2)
    assert [enrol(d := InProcessDevice(""), asking(d, token))[0] for _ in range(4)] == [201, 201, 401, 401]
    assert Profile.objects.count() == 2
    assert EnrolmentToken.objects.get().uses_left == 0


def test_every_refused_token_reads_the_same(westbrook: Westbrook) -> None:
    revoked = westbrook.token()
    EnrolmentToken.objects.update(revoked_at=datetime.now(UTC))
    expired = westbrook.token(days=1, now=datetime.now(UTC) - timedelta(days=2))
    chromeos = westbrook.token(kind=TokenKind.CHROMEOS)
    used_up = westbrook.token(uses=0)
    answers = [enrol(d := InProcessDevice(""), asking(d, token)) for token in ("hee-guess", revoked, expired, chromeos, used_up)]
    answers.append(enrol(d := InProcessDevice(""), asking(d, westbrook.token(), directory_device_id="dir-1")))
    assert {status for status, _ in answers} == {401}
    assert len({json.dumps(document) for _, document in answers}) == 1
    assert not Profile.objects.exists()


def test_a_chromeos_token_wants_the_directorys_id(westbrook: Westbrook) -> None:
    device, token = InProcessDevice(""), westbrook.token(kind=TokenKind.CHROMEOS)
    assert enrol(device, asking(device, token))[0] == 401
    assert enrol(device, asking(device, token, directory_device_id="dir-1"))[0] == 201


def test_a_key_that_the_device_does_not_hold_is_401_and_costs_no_use(westbrook: Westbrook) -> None:
    device, other = InProcessDevice(""), InProcessDevice("")
    token = westbrook.token(uses=1)
    assert enrol(device, asking(device, token, public_key=to_base64url(public_half(other))))[0] == 401
    assert EnrolmentToken.objects.get().uses_left == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"token": ""}, {"token": "é"}, {"token": "\ud800"}, {"token": 7}, {"token": "x" * 101}, {"public_key": "short"}, {"public_key": None},
        {"platform": {}}, {"platform": []}, {"platform": {"os": "\0", "browser": "", "browser_version": "", "agent_version": ""}},
        {"name": "harrowing"}, {"harrowing": 1}, {"directory_device_id": ""}, {"directory_device_id": "a b"}, {"directory_device_id": ["x"]},
    ],
)  # fmt: skip
def test_a_wrong_shape_is_422_with_its_place_and_without_its_value(westbrook: Westbrook, changes: dict[str, Any]) -> None:
    device = InProcessDevice("")
    status, document = enrol(device, asking(device, westbrook.token()) | changes)
    assert status == 422
    assert document["pointer"].startswith("/")
    assert "harrowing" not in json.dumps(document)
    assert not Profile.objects.exists()


def test_a_public_key_that_is_no_point_is_no_key(westbrook: Westbrook) -> None:
    device = InProcessDevice("")
    assert enrol(device, asking(device, westbrook.token(), public_key=to_base64url(b"\xff" * 32)))[0] == 401


def test_the_token_itself_is_kept_nowhere(westbrook: Westbrook) -> None:
    token = westbrook.token()
    assert token not in repr(list(EnrolmentToken.objects.values()))


def test_two_devices_never_have_one_key(westbrook: Westbrook) -> None:
    devices = [westbrook.device() for _ in range(3)]
    assert len({public_half(device) for device in devices}) == 3
    assert isinstance(devices[0].key, Ed25519PrivateKey)
