"""The devices' door opens to a device's own key alone, the console speaks TLS alone, and a file's name leads nowhere (Netop, Faronics)."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from datetime import UTC
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from heedful.captures.actions.reveal import NotShowable, drawn_anew
from heedful.captures.models import Capture
from heedful.devices.inventory.reading import read_inventory
from heedful.devices.inventory.values import InventoryRefused
from heedful.people.roll.reading.archive import ONEROSTER_FILES, gather
from heedful.people.roll.reading.values import RollRefused
from heedful.vault.blobs import read_blob, write_blob
from heedful.vault.envelope import VaultError
from tests.harness.westbrook import InProcessDevice, Westbrook
from tests.personas.people import Persona, Place


def test_capture_needs_device_key(westbrook: Westbrook, device: InProcessDevice) -> None:
    """No capture is taken or shown without a key that enrolled: 401, and nothing is kept."""
    body = json.dumps({"captures": [westbrook.capture(device, 5)]}).encode()
    stranger = InProcessDevice(server_url="")
    stranger.device_id = device.device_id  # says that it is the device, and signs with a key of its own
    path = "/device/v1/captures"
    good = device.signed("POST", path, body)
    wrong: dict[str, dict[str, str]] = {
        "nothing": {},
        "another key": stranger.signed("POST", path, body, sequence=99),
        "no signature": {name: value for name, value in good.items() if "signature" not in name.lower()},
        "another path": device.signed("POST", "/device/v1/heartbeat", body),
        "another body": device.signed("POST", path, body + b" "),
        "a device that is not": good | {"Heedful-Device": str(uuid4())},
    }
    assert {name: device.send_raw("POST", path, body, dict(headers)).status for name, headers in wrong.items()} == dict.fromkeys(wrong, 401)
    for read in ("policy", "heartbeat"):
        assert device.send_raw("GET" if read == "policy" else "POST", f"/device/v1/{read}", b"", {}).status == 401
    assert device.send_raw("GET", path, b"", {}).status in {401, 405}
    assert not Capture.objects.exists()
    assert device.send_raw("POST", path, body, dict(device.signed("POST", path, body))).status == 200
    assert Capture.objects.count() == 1


def test_a_session_is_no_device_and_a_device_no_session(dsl: Persona, larkfield: Place, westbrook: Westbrook, device: InProcessDevice) -> None:
    answer = dsl.browser.post("/device/v1/captures", json.dumps({"captures": []}), content_type="application/json")
    assert answer.status_code == 401
    number = westbrook.stored(5).pk
    headers = device.signed("GET", f"/captures/{number}/")
    assert device.send_raw("GET", f"/captures/{number}/", b"", headers).status == 302


def test_tls_only_at_the_server(settings: Any, larkfield: Place) -> None:
    """On an https address: HSTS for a year, cookies that never travel in clear, one name each, and no way round in clear.

    That a browser refuses a server without a good certificate is `test_tls_only` of tests/browser.
    """
    source = Path(django_settings.PACKAGE / "settings.py").read_text("utf-8")
    for line in (
        "SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https", 'SESSION_COOKIE_NAME = "__Host-heedful" if _https else "heedful"',
        "SECURE_HSTS_SECONDS = 31_536_000 if _https else 0",
    ):  # fmt: skip
        assert line in source
    # These follow from the address at the start; here they are set as the start would have set them.
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-heedful", "__Host-heedful-csrf"
    settings.SECURE_HSTS_SECONDS = 31_536_000
    answer = Client().get(reverse("account_login"), secure=True)
    assert answer["Strict-Transport-Security"].startswith("max-age=31536000")
    cookie = answer.cookies["__Host-heedful-csrf"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, True, "Lax", "/", "")
    a_stranger_says_so = Client().get(reverse("account_login"), headers={"X-Forwarded-Proto": "https"})
    assert "Strict-Transport-Security" not in a_stranger_says_so  # only the server's own word on its connection counts
    in_clear = Client().get(reverse("account_login"))
    assert in_clear.status_code == 200  # the listener is on loopback, behind the proxy that redirects: no loop
    assert in_clear.cookies["__Host-heedful-csrf"]["secure"]


KNOWN = ONEROSTER_FILES | {"pupils.csv", "staff.csv", "groups.csv", "accounts.csv"}
NASTY = (
    "../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "roll.csv/../../x", "C:\\x.csv", "%2e%2e%2fx.csv", "x\x00.csv", "....//x.csv",
    "pupils.csv\n../x", "~/.ssh/id", "a" * 5000 + ".csv", "con.csv", "\u202egnp.csv",
)  # fmt: skip


@pytest.mark.parametrize("name", NASTY)
def test_upload_path(name: str, tmp_path: Path, settings: Any) -> None:
    """No name from outside becomes a path: not of a roll, nor inside a zip, nor of an inventory, nor of a picture."""
    settings.DATA_DIR = tmp_path / "data"
    for content in (b"given_name,family_name,year\nAda,Marsh,8\n", b"%PDF-1.7\n", zipped(name, b"x"), zipped("pupils.csv", b"%PDF"), b"MZ\x90" + b"\x00" * 64):
        assert names_read(name, content) <= KNOWN
        with suppress(InventoryRefused):
            read_inventory(name, content, zone=UTC)
    with pytest.raises(VaultError):
        write_blob(school_id=1, name=name, sealed=b"x")
    with pytest.raises(VaultError):
        read_blob(school_id=1, name=name)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@settings(max_examples=100, deadline=None)
@given(name=st.text(max_size=60), inside=st.text(min_size=1, max_size=60), content=st.binary(max_size=200))
def test_whatever_a_file_is_called_it_is_read_under_a_name_of_ours_or_not_at_all(name: str, inside: str, content: bytes) -> None:
    for uploaded in (content, zipped(inside, content)):
        assert names_read(name, uploaded) <= KNOWN


@pytest.mark.parametrize("tail", [b"<script>hit=1</script>", b"PK\x03\x04 a zip behind it", b"%PDF-1.7 a document behind it"])
def test_a_picture_that_is_something_else_too_is_drawn_anew_without_it(tail: bytes) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (32, 32), "white").save(buffer, "WEBP")
    drawn = drawn_anew(buffer.getvalue() + tail)
    assert drawn.startswith(b"RIFF")
    assert tail not in drawn
    with pytest.raises(NotShowable):
        drawn_anew(tail + buffer.getvalue())


def names_read(name: str, content: bytes) -> set[str]:
    try:
        return set(gather([(name, content)]))
    except RollRefused:
        return set()


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, suppress(UnicodeEncodeError):
        archive.writestr(zipfile.ZipInfo(name.split("\x00")[0] or "x"), content)
    return buffer.getvalue()
