"""`heedful certificate`: what a technician gets, and what is refused in words."""

from __future__ import annotations

import argparse
import base64
import json
import shutil
from pathlib import Path

import pytest
from django.conf import LazySettings

from heedful.commands import certificate
from heedful.tls import Pair, der_of, fault_of, names_in

NAME = "heedful.larkhill.example"


@pytest.fixture
def data(tmp_path: Path, settings: LazySettings) -> Path:
    settings.DATA_DIR = tmp_path
    settings.PUBLIC_URL, settings.DEVICE_URL = f"https://{NAME}", f"https://devices.{NAME}:8443"
    return tmp_path


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    certificate.add_arguments(parser)
    return certificate.run(parser.parse_args(arguments))


def server_pair(data: Path) -> Pair:
    return Pair((data / "tls" / "server.pem").read_bytes(), (data / "tls" / "server.key").read_bytes())


def test_without_names_it_is_for_both_addresses_and_closed_to_everybody_else(data: Path) -> None:
    assert run("make") == 0
    assert names_in(server_pair(data).certificate) == (NAME, f"devices.{NAME}")
    assert fault_of(server_pair(data), now=certificate._now(), hosts=[NAME, f"devices.{NAME}"]) == ""
    files = [path for path in data.rglob("*") if path.is_file()]
    assert {path.name for path in files} == {"authority.key", "authority.pem", "authority.cer", "server.pem", "server.key"}
    assert all(path.stat().st_mode & 0o077 == 0 and path.parent.stat().st_mode & 0o077 == 0 for path in files)


def test_the_authoritys_key_lies_apart_and_only_renewing_asks_for_it(data: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]) -> None:
    run("make", NAME)
    medium = tmp_path_factory.mktemp("medium") / "authority"
    shutil.move(data / "authority", medium)
    before = server_pair(data)
    assert run("renew") == 2
    assert "kept apart" in capsys.readouterr().err
    assert server_pair(data) == before
    assert run("renew", "--authority", str(medium)) == 0
    assert server_pair(data) != before
    assert names_in(server_pair(data).certificate) == (NAME,)
    after = server_pair(data)
    assert run("renew", "--if-due") == 0
    assert server_pair(data) == after


@pytest.mark.parametrize("wrong", ["https://heedful.larkhill.example", "heedful.larkhill.example:443", "*.larkhill.example", "two words", "dash-.example", ""])
def test_what_is_no_name_is_refused(data: Path, capsys: pytest.CaptureFixture[str], wrong: str) -> None:
    assert run("make", wrong) == 2
    assert "neither a host name nor an address" in capsys.readouterr().err
    assert not list(data.rglob("*.pem"))


def test_another_authority_leaves_the_servers_certificate_until_devices_trust_it(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("make", NAME)
    before = server_pair(data)
    assert run("make", "other.example") == 2
    assert "make a new one" in capsys.readouterr().err
    assert run("make", "--new-authority", "other.example") == 0
    assert server_pair(data) == before
    assert run("make", "other.example") == 0
    assert names_in(server_pair(data).certificate) == ("other.example",)


@pytest.mark.parametrize(("target", "word"), [("google", "authority.pem"), ("intune", "authority.cer"), ("linux", "CACertificates")])
def test_each_kind_of_device_is_told_how_to_trust_it(data: Path, capsys: pytest.CaptureFixture[str], target: str, word: str) -> None:
    assert run("trust", "--for", target) == 2
    run("make", NAME)
    capsys.readouterr()
    assert run("trust", "--for", target) == 0
    said = capsys.readouterr().out
    assert word in said
    if target == "linux":
        assert json.loads(said) == {"CACertificates": [base64.b64encode(der_of((data / "tls" / "authority.pem").read_bytes())).decode()]}
