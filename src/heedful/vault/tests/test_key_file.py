"""Keys are made once, in files for Heedful's own user alone, whole or not at all."""

from __future__ import annotations

import base64
import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from heedful.first_start import secret_from_file, write_aside
from heedful.vault.envelope import VaultError
from heedful.vault.keyring import installation_keys, key_file, write_keys


@pytest.fixture(autouse=True)
def keys_dir(tmp_path: Path, settings: Settings) -> Path:
    settings.KEYS_DIR = tmp_path / "keys"
    settings.INSTALLATION_KEY = ""
    return tmp_path / "keys"


def test_the_key_file_is_for_its_owner_alone(keys_dir: Path) -> None:
    before = os.umask(0)  # even where the machine's default lets everybody read
    try:
        installation_keys()
    finally:
        os.umask(before)
    assert stat.S_IMODE(key_file().stat().st_mode) == 0o600
    assert stat.S_IMODE(keys_dir.stat().st_mode) == 0o700


def test_the_key_stays_the_same_from_start_to_start() -> None:
    assert installation_keys() == installation_keys()


def test_processes_that_start_together_agree_on_one_key(keys_dir: Path) -> None:
    program = "import sys, pathlib; from heedful.first_start import secret_from_file; print(secret_from_file(pathlib.Path(sys.argv[1])))"
    path = str(keys_dir / "session.key")
    running = [subprocess.Popen([sys.executable, "-c", program, path], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    answers = {process.communicate()[0] for process in running}
    assert len(answers) == 1
    assert len(answers.pop().strip()) == 64
    assert [entry.name for entry in keys_dir.iterdir()] == ["session.key"]


def test_whoever_links_second_takes_the_first_ones_key(keys_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def somebody_else_first(source: str, target: Path) -> None:
        target.write_text("theirs")
        raise FileExistsError

    monkeypatch.setattr(os, "link", somebody_else_first)
    assert secret_from_file(keys_dir / "session.key", make=b"ours") == "theirs"
    assert [entry.name for entry in keys_dir.iterdir()] == ["session.key"]


def test_a_full_disk_leaves_the_old_keys_and_no_half_file(keys_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = installation_keys()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_keys([bytes(32)])
    assert installation_keys() == keys
    assert [entry.name for entry in keys_dir.iterdir()] == ["installation.key"]


def test_keys_are_synced_with_the_folder_that_names_them(keys_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    real = os.fsync

    def record(descriptor: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", record)
    write_keys_into(keys_dir)
    assert synced[0].startswith(str(keys_dir / "installation.key"))
    assert synced[1:] == [str(keys_dir)]


def write_keys_into(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    write_keys([bytes(32)])


def test_several_keys_are_read_newest_first() -> None:
    installation_keys()
    write_keys([b"n" * 32, b"o" * 32])
    assert list(installation_keys().values()) == [b"n" * 32, b"o" * 32]


def test_an_emptied_key_file_stops_everything_rather_than_making_a_new_key() -> None:
    installation_keys()
    key_file().write_text("")
    with pytest.raises(VaultError, match="restore the key file from its backup"):
        installation_keys()


def test_a_given_key_is_used_and_no_file_is_made(keys_dir: Path, settings: Settings) -> None:
    settings.INSTALLATION_KEY = base64.b64encode(b"g" * 32).decode()
    assert list(installation_keys().values()) == [b"g" * 32]
    assert not keys_dir.exists()


def test_what_is_written_aside_is_whole_and_closed(tmp_path: Path) -> None:
    aside = write_aside(tmp_path / "picture", b"x" * 300_000)
    assert aside.stat().st_size == 300_000
    assert stat.S_IMODE(aside.stat().st_mode) == 0o600
