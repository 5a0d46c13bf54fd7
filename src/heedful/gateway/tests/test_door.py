"""Who may speak to the gateway, and what a whole request is answered when it can't be served: nothing is stored then."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import InterfaceError, OperationalError
from django.test import Client

from heedful.captures.models import Capture
from heedful.devices.actions import revoke_profile
from heedful.devices.models import Profile
from heedful.gateway import api as api_module
from heedful.gateway import authentication
from heedful.gateway.problems import TITLES
from heedful.vault.envelope import VaultError
from tests.harness.westbrook import InProcessDevice, Westbrook, build_school

PATH = "/device/v1/captures"


def body_of(westbrook: Westbrook, device: InProcessDevice) -> bytes:
    return json.dumps({"captures": [westbrook.capture(device, 5)]}).encode()


def assert_refused(
    device: InProcessDevice, status: int, body: bytes, headers: dict[str, str], *, method: str = "POST", path: str = PATH
) -> dict[str, object]:
    """Send it, and hold the answer to RFC 9457 and to "nothing stored, number not used up, no word echoed"."""
    before = Profile.objects.values_list("last_sequence", flat=True).filter(pk=device.device_id).first()
    answer = device.send_raw(method, path, body, headers)
    assert answer.status == status, answer.body
    assert device.last_headers["Content-Type"] == "application/problem+json"
    document = answer.document()
    assert document["status"] == status
    assert document["title"] == TITLES[status]
    assert str(document["type"]).startswith("urn:heedful:problem:")
    assert b"kill myself" not in answer.body
    assert not Capture.objects.exists()
    assert Profile.objects.values_list("last_sequence", flat=True).filter(pk=device.device_id).first() == before
    return document


def test_a_signed_request_is_served_and_its_number_used_up(westbrook: Westbrook, device: InProcessDevice) -> None:
    answer = device.post_captures(westbrook.capture(device, 5))
    assert (answer.status, device.last_headers["Cache-Control"]) == (200, "no-store")
    assert device.row().last_sequence == device.sequence
    assert device.row().last_seen_at is not None


def test_capture_needs_device_key(westbrook: Westbrook, device: InProcessDevice) -> None:
    body = body_of(westbrook, device)
    answers = [
        Client().post(PATH, body, content_type="application/json"),
        Client().get(PATH),
        Client().get("/device/v1/policy?account="),
        Client().post("/device/v1/heartbeat", b"{}", content_type="application/json"),
    ]
    assert [answer.status_code for answer in answers] == [401, 405, 401, 401]
    assert_refused(device, 401, body, {})


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Heedful-Device", str(uuid4())), ("Heedful-Device", "no id"), ("Heedful-Device", ""), ("Heedful-Device", "é"),
        ("Heedful-Sequence", "7"), ("Heedful-Sequence", "0"), ("Heedful-Sequence", "-1"), ("Heedful-Sequence", "1.0"),
        ("Heedful-Sequence", "01"), ("Heedful-Sequence", "9007199254740992"), ("Heedful-Sequence", "9" * 5000), ("Heedful-Sequence", "²"),
        ("Heedful-Signature", ""), ("Heedful-Signature", "AAAA"), ("Heedful-Signature", "A" * 86), ("Heedful-Signature", "not base64 é"),
    ],
)  # fmt: skip
def test_a_spoilt_header_is_401(westbrook: Westbrook, device: InProcessDevice, header: str, value: str) -> None:
    body = body_of(westbrook, device)
    assert_refused(device, 401, body, device.signed("POST", PATH, body) | {header: value})


@pytest.mark.parametrize("missing", ["Heedful-Device", "Heedful-Sequence", "Heedful-Signature"])
def test_a_missing_header_is_401(westbrook: Westbrook, device: InProcessDevice, missing: str) -> None:
    body = body_of(westbrook, device)
    headers = device.signed("POST", PATH, body)
    del headers[missing]
    assert_refused(device, 401, body, headers)


def test_a_changed_body_path_query_or_method_is_401(westbrook: Westbrook, device: InProcessDevice) -> None:
    body = body_of(westbrook, device)
    assert_refused(device, 401, body + b" ", device.signed("POST", PATH, body))
    assert_refused(device, 401, body, device.signed("POST", "/device/v1/heartbeat", body))
    assert_refused(device, 401, body, device.signed("GET", PATH, body))
    assert_refused(device, 401, b"", device.signed("GET", "/device/v1/policy?account=a"), method="GET", path="/device/v1/policy?account=b")
    assert_refused(device, 401, b"", device.signed("GET", "/device/v1/policy?account="), method="GET", path="/device/v1/policy")


def test_another_devices_key_is_401(westbrook: Westbrook, device: InProcessDevice) -> None:
    body = body_of(westbrook, device)
    device.key = Ed25519PrivateKey.generate()
    assert_refused(device, 401, body, device.signed("POST", PATH, body))


def test_a_revoked_device_is_401_and_every_401_reads_the_same(westbrook: Westbrook, device: InProcessDevice) -> None:
    body = body_of(westbrook, device)
    unknown = assert_refused(device, 401, body, device.signed("POST", PATH, body) | {"Heedful-Device": str(uuid4())})
    assert revoke_profile(profile_id=device.row().pk, by=None, now=datetime.now(UTC))
    assert assert_refused(device, 401, body, device.signed("POST", PATH, body)) == unknown
    assert not revoke_profile(profile_id=device.row().pk, by=None, now=datetime.now(UTC))


def test_a_refusal_does_not_hold_on_to_the_requests_before_it(westbrook: Westbrook, device: InProcessDevice) -> None:
    assert authentication.not_known() is not authentication.not_known()


def test_the_same_bytes_a_second_time_are_a_409_that_names_the_last_number(westbrook: Westbrook, device: InProcessDevice) -> None:
    body = json.dumps({"captures": [westbrook.capture(device, 1)]}).encode()
    headers = device.signed("POST", PATH, body)
    assert device.send_raw("POST", PATH, body, dict(headers)).status == 200
    Capture.objects.all().delete()
    assert assert_refused(device, 409, body, headers)["last_sequence"] == device.sequence


def test_a_lower_number_is_a_409_and_the_device_goes_on_from_there(westbrook: Westbrook, device: InProcessDevice) -> None:
    Profile.objects.filter(pk=device.device_id).update(last_sequence=70)
    body = body_of(westbrook, device)
    assert assert_refused(device, 409, body, device.signed("POST", PATH, body, sequence=70))["last_sequence"] == 70
    assert device.statuses(westbrook.capture(device, 5)) == ["stored"]
    assert (device.sequence, device.row().last_sequence) == (71, 71)


def test_the_last_number_there_is_can_be_used_once(westbrook: Westbrook, device: InProcessDevice) -> None:
    most = 2**53 - 1
    body = b'{"captures": [1]}'
    assert device.send_raw("POST", PATH, body, device.signed("POST", PATH, body, sequence=most)).status == 200
    assert assert_refused(device, 409, body, device.signed("POST", PATH, body, sequence=most))["last_sequence"] == most


def test_a_retry_signed_anew_is_a_duplicate(westbrook: Westbrook, device: InProcessDevice) -> None:
    item = westbrook.capture(device, 5)
    assert device.statuses(item) == ["stored"]
    assert device.statuses(item) == ["duplicate"]
    assert Capture.objects.count() == 1


def test_a_device_of_another_school_is_403(westbrook: Westbrook, device: InProcessDevice) -> None:
    other = build_school("Marsh End School", "marshend.example").device()
    body = json.dumps({"captures": [westbrook.capture(device, 5, device=other.device_id)]}).encode()
    assert_refused(device, 403, body, device.signed("POST", PATH, body))


def test_another_device_of_the_same_school_is_no_403(westbrook: Westbrook, device: InProcessDevice) -> None:
    """A profile that enrolled anew sends what its former self had in the spool."""
    former = westbrook.device()
    assert device.statuses(westbrook.capture(device, 5, device=former.device_id)) == ["stored"]


def test_too_large_a_body_is_413(westbrook: Westbrook, device: InProcessDevice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authentication, "MOST_BODY_BYTES", 1000)
    body = b'{"captures": ["' + b"kill myself" * 100 + b'"]}'
    assert_refused(device, 413, body, device.signed("POST", PATH, body))


@pytest.mark.parametrize("length", ["many", "-5", "9" * 30, "１２"])
def test_a_senseless_length_is_413(westbrook: Westbrook, device: InProcessDevice, length: str) -> None:
    body = body_of(westbrook, device)
    assert_refused(device, 413, body, device.signed("POST", PATH, body) | {"Content-Length": length})


@pytest.mark.parametrize(
    "body",
    [
        b"", b"kill myself", b"{", b"\xff\xfe{\x00}\x00", "{}".encode("utf-16"), b"\xef\xbb\xbf{}", b'{"captures": [NaN]}', b"[Infinity]",
        b'{"captures": "\xed\xa0\x80"}', b"[" * 100_000, b"9" * 5000, b"{'captures': []}",
    ],
)  # fmt: skip
def test_what_is_not_utf8_json_is_415(westbrook: Westbrook, device: InProcessDevice, body: bytes) -> None:
    assert_refused(device, 415, body, device.signed("POST", PATH, body))


@pytest.mark.parametrize(
    "document",
    [
        {}, [], None, 7, "kill myself", {"captures": {}}, {"captures": []}, {"captures": [1] * 51}, {"capture": [1]},
        {"captures": [1], "kill myself": 1}, {"captures": None},
    ],
)  # fmt: skip
def test_what_is_no_batch_is_422_with_its_place(westbrook: Westbrook, device: InProcessDevice, document: object) -> None:
    body = json.dumps(document).encode()
    assert assert_refused(device, 422, body, device.signed("POST", PATH, body))["pointer"] == "/captures"


@pytest.mark.parametrize(
    "fault",
    [OperationalError("database or disk is full"), InterfaceError("connection already closed"), OSError(28, "No space"), VaultError("key")],
)
def test_what_cannot_be_made_durable_is_503(
    westbrook: Westbrook, device: InProcessDevice, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def away(**_: object) -> None:
        raise fault

    monkeypatch.setattr(api_module, "store_captures", away)
    body = body_of(westbrook, device)
    document = assert_refused(device, 503, body, device.signed("POST", PATH, body))
    assert "disk" not in str(document["detail"])


def test_what_is_in_the_way_of_a_commit_is_503_and_it_goes_on_after(
    westbrook: Westbrook, device: InProcessDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    from heedful.captures.actions import store

    def full(**_: object) -> None:
        raise OperationalError("database or disk is full")

    item = westbrook.capture(device, 5)
    body = json.dumps({"captures": [item]}).encode()
    with monkeypatch.context() as broken:
        broken.setattr(store, "append", full)
        assert_refused(device, 503, body, device.signed("POST", PATH, body))
    assert device.statuses(item) == ["stored"]


def test_an_unknown_path_and_method_are_4xx(device: InProcessDevice) -> None:
    assert device.send_raw("GET", "/device/v1/commands", b"", device.signed("GET", "/device/v1/commands")).status == 404
    assert device.send_raw("DELETE", PATH, b"", device.signed("DELETE", PATH)).status == 405
