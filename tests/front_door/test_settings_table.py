"""The settings: every fault at once, each with what it takes; secrets from files; safe together."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from heedful.settings_table import TABLE, SettingsError, read_settings

SECRETS = [setting.name for setting in TABLE if setting.kind == "secret"]


def faults(**environ: str) -> list[str]:
    with pytest.raises(SettingsError) as fault:
        read_settings(environ)
    return str(fault.value).splitlines()


def test_without_any_setting_the_defaults_are_safe() -> None:
    values = read_settings({})
    assert not values.flag("HEEDFUL_DEBUG")
    assert not values.flag("HEEDFUL_DEMO")
    assert values.text("HEEDFUL_LISTEN").startswith("127.0.0.1:")
    assert [name for name in SECRETS if values.text(name)] == []


def test_every_fault_is_told_at_once_by_name() -> None:
    told = faults(
        HEEDFUL_DEBUG="perhaps", HEEDFUL_EMAIL_PORT="many", HEEDFUL_WEB_WORKERS="0", HEEDFUL_PUBLIC_URL="heedful", HEEDFUL_TIME_ZONE="Europe/Larkfield",
        HEEDFUL_LISTEN="8000", HEEDFUL_COLOUR="blue",
    )  # fmt: skip
    assert [line.split(":")[0] for line in told] == [
        "HEEDFUL_PUBLIC_URL", "HEEDFUL_LISTEN", "HEEDFUL_EMAIL_PORT", "HEEDFUL_TIME_ZONE", "HEEDFUL_WEB_WORKERS", "HEEDFUL_DEBUG", "HEEDFUL_COLOUR",
    ]  # fmt: skip
    assert "it takes 'on' or 'off'" in told[5]
    assert "it takes 1 to 64" in told[4]


@pytest.mark.parametrize("value", ["0", "65536", "-1", "25.5", "", "٢٥"])
def test_a_port_is_a_whole_number_in_range(value: str) -> None:
    if value == "٢٥":  # other digits are numbers too
        assert read_settings({"HEEDFUL_EMAIL_PORT": value}).number("HEEDFUL_EMAIL_PORT") == 25
    else:
        assert faults(HEEDFUL_EMAIL_PORT=value)[0].startswith("HEEDFUL_EMAIL_PORT")


@pytest.mark.parametrize(
    "value", ["8000", ":8000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:http", "h:9999999999"]
)
def test_a_listener_has_an_address_and_a_port(value: str) -> None:
    assert "it takes an address and a port" in faults(HEEDFUL_LISTEN=value)[0]


@pytest.mark.parametrize("value", ["127.0.0.1:8000", "[::1]:8000", "0.0.0.0:443", "heedful.larkfield.example:8000"])
def test_listeners_of_every_kind_are_taken(value: str) -> None:
    assert read_settings({"HEEDFUL_LISTEN": value}).text("HEEDFUL_LISTEN") == value


@pytest.mark.parametrize("value", ["", "London", "../../etc/passwd", "/etc/localtime", "Europe/\0"])
def test_a_zone_is_a_name_that_is_known(value: str) -> None:
    assert "IANA name" in faults(HEEDFUL_TIME_ZONE=value)[0]


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_comes_from_a_file(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(" a b c \n", "utf-8")
    assert read_settings({f"{name}_FILE": str(tmp_path / "secret")}).text(name) == "a b c"


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_given_twice_is_refused_without_being_shown(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from-the-file", "utf-8")
    [told] = faults(**{name: "from-the-environment", f"{name}_FILE": str(tmp_path / "secret")})
    assert "both given" in told
    assert "from-the" not in told


def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\xff")
    told = faults(
        HEEDFUL_SECRET_KEY_FILE=str(tmp_path / "missing"),
        HEEDFUL_INSTALLATION_KEY_FILE=str(tmp_path / "bytes"),
        HEEDFUL_EMAIL_PASSWORD_FILE=str(tmp_path),
    )
    assert ["No such file" in told[0], "it is no text" in told[1], "Is a directory" in told[2]] == [True, True, True]


def test_only_secrets_may_come_from_a_file() -> None:
    assert faults(HEEDFUL_LISTEN_FILE="/run/listen") == ["HEEDFUL_LISTEN_FILE: no such setting; docs/settings.md lists them"]


@pytest.mark.parametrize("name", ["HEEDFUL_LISTEN", "HEEDFUL_DEVICE_LISTEN"])
@pytest.mark.parametrize("address", ["0.0.0.0:8000", "[::]:8000", "192.0.2.7:8000", "127.0.0.1.larkfield.example:8000"])
def test_a_demo_listens_on_this_machine_alone(name: str, address: str) -> None:
    assert "listens on 127.0.0.1 alone" in faults(HEEDFUL_DEMO="on", **{name: address})[0]
    assert read_settings({name: address}).text(name) == address


def test_a_certificate_comes_with_its_key() -> None:
    assert "takes a certificate and its key" in faults(HEEDFUL_TLS_KEY_FILE="/etc/heedful/key.pem")[0]
    assert "takes a certificate and its key" in faults(HEEDFUL_DEVICE_TLS_KEY_FILE="/etc/heedful/key.pem")[0]


def test_a_certificate_for_the_devices_door_needs_such_a_door() -> None:
    pair = {"HEEDFUL_DEVICE_TLS_CERTIFICATE_FILE": "/etc/heedful/devices.pem", "HEEDFUL_DEVICE_TLS_KEY_FILE": "/etc/heedful/devices.key"}
    assert "HEEDFUL_DEVICE_LISTEN" in faults(**pair)[0]


def test_a_wrong_setting_stops_the_start_in_plain_words(tmp_path: Path) -> None:
    environ = os.environ | {"HEEDFUL_DATA_DIR": str(tmp_path), "HEEDFUL_DEBUG": "perhaps"}
    done = subprocess.run([sys.executable, "-c", "import heedful.settings"], env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("Heedful can't start:\nHEEDFUL_DEBUG: got 'perhaps'; it takes 'on' or 'off'")
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())
