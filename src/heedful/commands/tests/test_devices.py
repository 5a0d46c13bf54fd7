"""The devices command: the inventory from a file, what is known of devices, tokens."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from heedful.commands import devices as command
from heedful.devices.inventory.tests.samples import GOOGLE
from heedful.devices.models import Device, EnrolmentToken
from heedful.devices.rules import InventorySource, TokenKind
from heedful.people.models import School


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(words))


@pytest.fixture(autouse=True)
def ready(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own database is ready; the command would migrate it again."""
    monkeypatch.setattr("heedful.commands._installation.make_ready", lambda: None)


@pytest.fixture
def school() -> str:
    return str(School.objects.create(name="Fernhill School").pk)


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "chromebooks.csv"
    path.write_text(GOOGLE, "utf-8")
    return path


def test_words_are_those_of_the_rules() -> None:
    assert set(command.SOURCES) == set(InventorySource.values)
    assert set(command.KINDS) == set(TokenKind.values) - {TokenKind.SELF_TEST}


def test_a_dry_run_tells_and_changes_nothing(school: str, listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("import", str(listed), "--school", school, "--dry-run") == 0
    assert "2  new" in capsys.readouterr().out
    assert not Device.objects.exists()


def test_a_list_is_taken_in_and_a_much_shorter_one_is_not(school: str, listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("import", str(listed), "--school", school) == 0
    listed.write_text("\n".join(GOOGLE.splitlines()[:2]), "utf-8")
    assert run("import", str(listed), "--school", school) == 3
    assert "--anyway" in capsys.readouterr().err
    assert Device.objects.filter(unlisted_at=None).count() == 2
    assert run("import", str(listed), "--school", school, "--anyway") == 0
    assert Device.objects.filter(unlisted_at=None).count() == 1


def test_what_can_not_be_read_is_told_by_file_and_line(school: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("import", str(tmp_path / "nowhere.csv"), "--school", school) == 1
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("one,two\n1,2\n", "utf-8")
    assert run("import", str(wrong), "--school", school) == 1
    assert "wrong.csv, line 1: no column names a device" in capsys.readouterr().err
    assert run("list", "--school", "999") == 1


def test_devices_are_listed_for_people_and_for_programs(school: str, listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("import", str(listed), "--school", school)
    capsys.readouterr()
    assert run("list", "--school", school) == 0
    assert "CB-001" in capsys.readouterr().out
    assert run("list", "--school", school, "--json", "--state", "never") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["name"], row["state"], row["in_inventory"]) for row in rows] == [("CB-001", "never", True), ("CB-002", "never", True)]
    assert run("list", "--school", school, "--state", "odd") == 1


def test_a_token_is_printed_once_and_revoked(school: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("tokens", "--school", school, "--make", "chromeos", "--label", "Trolley 3") == 0
    token = capsys.readouterr().out.strip()
    number = str(EnrolmentToken.objects.get().pk)
    assert run("tokens", "--school", school, "--json") == 0
    out = capsys.readouterr().out
    assert token not in out
    assert json.loads(out)[0]["label"] == "Trolley 3"
    assert [run("tokens", "--school", school, "--revoke", number) for _ in range(2)] == [0, 1]
    assert run("tokens", "--school", school, "--make", "device", "--uses", "-5") == 1
