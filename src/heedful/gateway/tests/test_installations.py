"""Each installation is on its own: its secrets, its devices, its schools."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from heedful.devices.models import Profile
from heedful.first_start import secret_from_file
from heedful.gateway import keys
from heedful.vault.keyring import installation_keys
from tests.harness.westbrook import InProcessDevice, Westbrook, build_school


@pytest.fixture(autouse=True)
def forget_keys() -> Iterator[None]:
    yield
    for cached in (keys.server_key, keys.server_public_key, keys.extension_key):
        cached.cache_clear()


def secrets_of(folder: Path, settings: Settings) -> dict[str, object]:
    """Every secret that a first start makes, in a data folder of its own."""
    settings.KEYS_DIR = folder / "keys"
    for cached in (keys.server_key, keys.server_public_key, keys.extension_key):
        cached.cache_clear()
    return {
        "session": secret_from_file(folder / "keys" / "session.key"),
        "installation": next(iter(installation_keys().values())),
        "server": keys.server_public_key(),
        "extension": keys.extension_key().public_key().public_numbers().n,
    }


def test_two_installs_share_no_secret(tmp_path: Path, settings: Settings, westbrook: Westbrook) -> None:
    first, second = secrets_of(tmp_path / "a", settings), secrets_of(tmp_path / "b", settings)
    assert [name for name in first if first[name] == second[name]] == []
    assert secrets_of(tmp_path / "a", settings) == first
    contents = [path.read_bytes() for folder in ("a", "b") for path in (tmp_path / folder / "keys").iterdir()]
    assert len(set(contents)) == len(contents) == 8
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.rglob("*") if path.is_file())
    assert build_school("Marsh End School", "marshend.example").school.test_phrase != westbrook.school.test_phrase


def test_a_request_recorded_at_one_installation_is_401_at_another(westbrook: Westbrook, device: InProcessDevice) -> None:
    body = json.dumps({"captures": [westbrook.capture(device, 5)]}).encode()
    headers = device.signed("POST", "/device/v1/captures", body)
    Profile.objects.filter(pk=device.device_id).delete()  # as at an installation where it never enrolled
    assert device.send_raw("POST", "/device/v1/captures", body, dict(headers)).status == 401


def test_a_request_recorded_before_a_device_enrolled_anew_is_401(westbrook: Westbrook, device: InProcessDevice) -> None:
    body = json.dumps({"captures": [westbrook.capture(device, 5)]}).encode()
    headers = device.signed("POST", "/device/v1/captures", body)
    again = westbrook.device()
    assert again.send_raw("POST", "/device/v1/captures", body, headers | {"Heedful-Device": again.device_id}).status == 401
