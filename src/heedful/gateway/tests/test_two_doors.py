"""With two listeners the devices reach the device API alone, and the console everything else."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from heedful.gateway.middleware import DOOR_VARIABLE, DevicesDoor

DEVICE_PATHS = ("/device/v1/captures", "/device/v1/enrol", "/extension/updates.xml", "/extension/heedful.crx")
CONSOLE_PATHS = (
    "/",
    "/captures/",
    "/captures/7/",
    "/accounts/login/",
    "/devices/",
    "/static/x.css",
    "/device",
    "/extension",
    "//device/v1/captures",
)


def served(_: HttpRequest) -> HttpResponse:
    return HttpResponse("served")


def status(door: str, path: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv(DOOR_VARIABLE, door)
    request = RequestFactory().get("/")
    request.path = request.path_info = path
    return DevicesDoor(served)(request).status_code


@pytest.mark.parametrize("path", DEVICE_PATHS)
def test_devices_paths_are_behind_the_devices_door(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [status(door, path, monkeypatch) for door in ("both", "devices", "console")] == [200, 200, 404]


@pytest.mark.parametrize("path", CONSOLE_PATHS)
def test_everything_else_is_behind_the_consoles(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [status(door, path, monkeypatch) for door in ("both", "devices", "console")] == [200, 404, 200]
