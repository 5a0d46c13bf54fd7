"""The policy and the bundle: what an account may expect, signed, and not sent twice."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import LazySettings
from django.test import Client

from heedful.gateway.keys import server_public_key
from heedful.gateway.signing import bundle_bytes, from_base64url, policy_bytes
from heedful.people.actions import NewAccount, add_accounts
from heedful.people.models import School
from heedful.thresholds.approaches.actions import Wanted, end_approaches, set_approach, start_approaches
from heedful.thresholds.approaches.rules import LooksFirst, Settings
from tests.harness.fixtures import small_bundle_bytes
from tests.harness.westbrook import NOW, InProcessDevice, Westbrook, build_school


def get(device: InProcessDevice, account: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    path = f"/device/v1/policy?account={account}"
    answer = device.send_raw("GET", path, b"", device.signed("GET", path) | headers)
    return answer.status, answer.body, device.last_headers


def policy(device: InProcessDevice, account: str = "") -> dict[str, Any]:
    status, body, _ = get(device, account)
    assert status == 200
    loaded: dict[str, Any] = json.loads(body)
    return loaded


def verify(signature: str, message: bytes) -> None:
    Ed25519PublicKey.from_public_bytes(server_public_key()).verify(from_base64url(signature), message)


def test_a_pupils_policy_says_what_the_contract_says(westbrook: Westbrook, device: InProcessDevice) -> None:
    found = policy(device, "Amara.Okonedo%40westbrook.example")
    assert found["school"] == {"id": str(westbrook.school.pk), "name": "Westbrook School"}
    assert (found["device_id"], found["account"]) == (device.device_id, "amara.okonedo@westbrook.example")
    assert (found["monitor"], found["reason"], found["age_band"]) == (True, "live", "ks3")
    assert (found["capture_from"], found["pictures"], found["heartbeat_s"]) == (2, False, 1800)
    assert found["hours"] == {"time_zone": "Europe/London", "windows": []}
    assert found["bundle"]["sha256"] == hashlib.sha256(small_bundle_bytes()).hexdigest()
    assert set(found) == {
        "version", "device_id", "school", "account", "monitor", "reason", "age_band", "capture_from", "layers", "hours", "test_phrase", "private_hosts",
        "pictures", "help", "notice", "locked_lists", "bundle", "heartbeat_s",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("on", "told"),
    [
        (("phrases",), ["phrases"]),
        (("phrases", "encoder"), ["phrases"]),
        (("phrases", "model"), ["phrases", "model"]),
        (("phrases", "model", "encoder"), ["phrases", "model"]),
        (("encoder",), ["phrases"]),  # without phrases nothing would ever come
    ],
)
def test_devices_judge_with_the_layers_that_are_on(
    westbrook: Westbrook, device: InProcessDevice, settings: LazySettings, on: tuple[str, ...], told: list[str]
) -> None:
    settings.DETECTION_LAYERS = frozenset(on)
    assert policy(device)["layers"] == told


def test_switching_a_layer_changes_the_policys_version(westbrook: Westbrook, device: InProcessDevice, settings: LazySettings) -> None:
    before = policy(device)["version"]
    settings.DETECTION_LAYERS = frozenset(("phrases", "model"))
    assert policy(device)["version"] != before


def test_nobody_known_gets_the_strictest_age_and_no_name(westbrook: Westbrook, device: InProcessDevice) -> None:
    for account in ("", "who%40elsewhere.example"):
        found = policy(device, account)
        assert (found["monitor"], found["age_band"]) == (True, "unknown")
    assert "Amara" not in json.dumps(policy(device, "amara.okonedo%40westbrook.example")["notice"])


@pytest.mark.parametrize(
    ("stage", "monitor", "reason"), [("set_up", False, "set_up"), ("pilot", False, "not_in_scope"), ("live", True, "live")]
)
def test_the_stage_of_the_school_decides(westbrook: Westbrook, device: InProcessDevice, stage: str, monitor: bool, reason: str) -> None:
    School.objects.filter(pk=westbrook.school.pk).update(stage=stage)
    found = policy(device, "amara.okonedo%40westbrook.example")
    assert (found["monitor"], found["reason"]) == (monitor, reason)


def test_a_member_of_staff_is_told_that_nothing_is_looked_at(westbrook: Westbrook, device: InProcessDevice) -> None:
    add_accounts(westbrook.school, [NewAccount("dsl@westbrook.example", staff=westbrook.dsl)], now=NOW)
    found = policy(device, "dsl%40westbrook.example")
    assert (found["monitor"], found["reason"]) == (False, "staff")


def test_the_servers_signature_holds_for_this_device_and_these_bytes_alone(westbrook: Westbrook, device: InProcessDevice) -> None:
    _, body, headers = get(device, "")
    signature = headers["Heedful-Server-Signature"]
    verify(signature, policy_bytes(device=device.device_id, body=body))
    for message in (policy_bytes(device=device.device_id, body=body + b" "), policy_bytes(device=westbrook.device().device_id, body=body)):
        with pytest.raises(InvalidSignature):
            verify(signature, message)


def test_what_the_device_has_is_not_sent_again(westbrook: Westbrook, device: InProcessDevice) -> None:
    _, _, headers = get(device, "")
    assert headers["Cache-Control"] == "private, no-cache"
    for etag in (headers["ETag"], f"W/{headers['ETag']}", f'"other", {headers["ETag"]}'):
        status, body, again = get(device, "", **{"If-None-Match": etag})
        assert (status, body, again["ETag"]) == (304, b"", headers["ETag"])
    assert device.row().last_sequence == device.sequence


def test_any_change_makes_a_new_version(westbrook: Westbrook, device: InProcessDevice) -> None:
    _, body, headers = get(device, "")
    versions = {json.loads(body)["version"]}
    for change in ({"capture_from": 3}, {"pictures": True}, {"private_hosts": ["nhs.uk"]}, {"stage": "pilot"}, {"next_read": "On Monday."}):
        School.objects.filter(pk=westbrook.school.pk).update(**change)
        status, body, _ = get(device, "", **{"If-None-Match": headers["ETag"]})
        assert status == 200
        versions.add(json.loads(body)["version"])
    assert len(versions) == 6


@pytest.mark.parametrize("account", ["%00", "a%0Ab", "a%1Fb", "a%E2%80%A8b"])
def test_an_account_with_control_characters_is_422(westbrook: Westbrook, device: InProcessDevice, account: str) -> None:
    assert get(device, account)[0] == 422


@pytest.mark.parametrize("account", ["%FF%FE", "%ED%A0%80", "a" * 4000, "%F0%9D%93%B4", "%25", "a&account=b", "%C4%B0" * 200])
def test_an_odd_account_is_somebody_unknown(westbrook: Westbrook, device: InProcessDevice, account: str) -> None:
    assert policy(device, account)["age_band"] == "unknown"


def test_one_schools_device_learns_nothing_of_anothers_account(westbrook: Westbrook, device: InProcessDevice) -> None:
    other = build_school("Marsh End School", "marshend.example")
    assert policy(device, "amara.okonedo%40marshend.example")["age_band"] == "unknown"
    assert policy(other.device(), "amara.okonedo%40marshend.example")["age_band"] == "ks3"
    assert other.school.test_phrase != westbrook.school.test_phrase


def test_the_bundle_is_public_signed_and_the_same_for_all(westbrook: Westbrook) -> None:
    answer = Client().get("/device/v1/bundle")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/gzip")
    assert answer.content == small_bundle_bytes()
    assert "Content-Encoding" not in answer.headers
    verify(answer.headers["Heedful-Server-Signature"], bundle_bytes(answer.content))
    assert answer.headers["Cache-Control"].startswith("public")
    again = Client().get("/device/v1/bundle", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert Client().get("/device/v1/bundle", headers={"If-None-Match": '"other"'}).status_code == 200


def test_an_approach_without_pictures_takes_them_from_its_groups_and_gives_none(westbrook: Westbrook, device: InProcessDevice) -> None:
    address, [group] = "amara.okonedo%40westbrook.example", westbrook.pupil.groups.all()
    for school_wants, approach_allows, expected in ((True, True, True), (True, False, False), (False, True, False)):
        School.objects.filter(pk=westbrook.school.pk).update(pictures=school_wants)
        end_approaches(school_id=westbrook.school.pk, pilot=1, by=None, now=NOW)
        wanted = Wanted(f"{school_wants} {approach_allows}", Settings(pictures=approach_allows), groups=(group.pk,))
        set_approach(school_id=westbrook.school.pk, pilot=1, wanted=wanted, by=None, now=NOW)
        start_approaches(school_id=westbrook.school.pk, pilot=1, starts_at=NOW, ends_at=None, by=None, now=NOW)
        assert policy(device, address)["pictures"] is expected
        assert policy(device)["pictures"] is school_wants  # who is of no group is of no approach


def test_a_pupil_is_told_that_the_pastoral_team_looks_first(westbrook: Westbrook, device: InProcessDevice) -> None:
    address, [group] = "amara.okonedo%40westbrook.example", westbrook.pupil.groups.all()
    before = policy(device, address)["notice"]
    wanted = Wanted("Pastoral first", Settings(LooksFirst.PASTORAL_FIRST), groups=(group.pk,))
    set_approach(school_id=westbrook.school.pk, pilot=1, wanted=wanted, by=None, now=NOW)
    start_approaches(school_id=westbrook.school.pk, pilot=1, starts_at=NOW, ends_at=None, by=None, now=NOW)
    after = policy(device, address)["notice"]
    assert after["who_sees"] == "The safeguarding and pastoral teams of your school."
    assert after["version"] != before["version"]  # so that devices show it anew
    assert policy(device)["notice"] == before
