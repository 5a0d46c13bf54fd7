"""A backup comes back whole: on either engine, from either, after keys were rotated, and when it was made under load."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.keeping.conftest import Source
from tests.keeping.installation import ROOT, Installation, keys_of

Places = Callable[[str], Installation]
ENGINES = ("sqlite", "postgresql")


@pytest.mark.parametrize(("old", "new"), [("sqlite", "sqlite"), ("postgresql", "postgresql"), ("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_everything_comes_back_in_an_empty_place(old: str, new: str, place: Places, source: Callable[[str], Source]) -> None:
    of, there = source(old), place(new)
    filled = of.filled
    said = there.restores(of.archive, of.recovery)
    restored = there.does("contents")
    assert restored["captures"] == filled["captures"]
    assert len(restored["captures"]) == 6
    assert restored["people"] == filled["people"]
    assert restored["entries"] == filled["entries"]
    assert (filled["engine"], restored["engine"]) == (old, new)
    assert "6 captures" in said
    assert "handed over after this backup" in said
    assert there.does("key_facts") == of.here.does("key_facts")
    assert "broken" not in there.heedful("audit", "verify")
    assert there.does("store")["numbers"][0] > filled["deleted"], "a number that was deleted came again"


@pytest.mark.parametrize("engine", ENGINES)
def test_keys_may_be_rotated_between_backups_and_before_a_restore(engine: str, place: Places, tmp_path: Path) -> None:
    here = place(engine)
    first = here.does("fill")
    recovery = here.makes_recovery_key(tmp_path / "recovery")
    before = here.backs_up(tmp_path / "before")
    here.heedful("keys", "rotate-school", "1")
    here.heedful("keys", "rotate-installation")
    here.does("store", captures=2)
    second = here.does("contents")
    after = here.backs_up(tmp_path / "after")
    here.heedful("keys", "rotate-installation")
    here.heedful("keys", "rotate-school", "1")
    for archive, expected in ((before, first), (after, second)):
        there = place(engine)
        there.restores(archive, recovery)
        assert there.does("contents")["captures"] == expected["captures"]
    elsewhere = place(engine)
    said = elsewhere.fails_to_restore(after, recovery, "--keys", str(keys_of(before)))
    assert "nothing was changed" in said
    assert "Is the keys file the one of this backup?" in said
    assert not elsewhere.data_dir.exists()


@pytest.mark.parametrize("engine", ENGINES)
def test_what_was_acknowledged_before_a_backup_under_load_is_in_it(engine: str, place: Places, tmp_path: Path) -> None:
    here, there = place(engine), place(engine)
    here.does("fill")
    recovery = here.makes_recovery_key(tmp_path / "recovery")
    writers = [_writer(here, tmp_path / f"writer-{number}") for number in (1, 2)]
    try:
        _wait_for(lambda: all(len(_lines(tmp_path / f"writer-{number}")) > 5 for number in (1, 2)))
        acknowledged = {line for number in (1, 2) for line in _lines(tmp_path / f"writer-{number}")}
        archive = here.backs_up(tmp_path / "backups")
        assert all(writer.poll() is None for writer in writers), "nobody was storing any more when the backup was made"
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
    there.restores(archive, recovery)
    restored = there.does("contents")["captures"]
    assert acknowledged <= set(restored)
    assert "whole" in there.heedful("audit", "verify")


def test_a_missing_picture_is_said_by_the_backup_and_by_the_restore(place: Places, tmp_path: Path) -> None:
    here, there = place("sqlite"), place("sqlite")
    here.does("fill")
    recovery = here.makes_recovery_key(tmp_path / "recovery")
    next(here.data_dir.glob("blobs/*/*.sealed")).unlink()
    done = here.try_("backup", str(tmp_path / "backups"))
    assert done.returncode == 1
    assert "1 sealed files that captures and policies name are missing" in done.stderr
    assert "did not have the pictures of 1 captures" in there.restores(Path(done.stdout.splitlines()[0]), recovery)


def test_without_a_recovery_key_no_backup_is_made(place: Places, tmp_path: Path) -> None:
    here = place("sqlite")
    here.heedful("school", "make", "Larkfield Academy")
    done = here.try_("backup", str(tmp_path / "backups"))
    assert done.returncode == 1
    assert "heedful keys recovery" in done.stderr
    assert list((tmp_path / "backups").glob("*")) == []


def test_only_the_newest_backups_are_kept_and_other_files_are_left_alone(place: Places, tmp_path: Path) -> None:
    here = place("sqlite")
    here.heedful("school", "make", "Larkfield Academy")
    here.makes_recovery_key(tmp_path / "recovery")
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "mine.archive.age").write_text("somebody else's")
    today = here.backs_up(folder)
    made = folder / "heedful-20260105T020000Z.archive.age"  # an older one: two of the same second have one name
    keys_of(today).rename(keys_of(made))
    today.rename(made)
    here.heedful("backup", str(folder), "--keep", "1")
    assert not made.exists()
    assert not keys_of(made).exists()
    [kept] = folder.glob("heedful-*.archive.age")
    assert keys_of(kept).exists()
    assert (folder / "mine.archive.age").exists()


def _writer(here: Installation, output: Path) -> subprocess.Popen[bytes]:
    command = ["setpriv", "--pdeathsig=KILL", *here.command("store_on_and_on", seconds=100)]
    with output.open("wb") as file:
        return subprocess.Popen(command, env=here.environment, cwd=ROOT, stdout=file)


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text("ascii").split("\n")[:-1] if line.isdecimal()]


def _wait_for(is_so: Callable[[], bool], *, within_s: float = 60) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline, "the writers did not start"
        time.sleep(0.1)


def test_a_try_restores_checks_throws_away_and_is_recorded(place: Places, tmp_path: Path) -> None:
    here = place("sqlite")
    here.does("fill")
    recovery = here.makes_recovery_key(tmp_path / "recovery")
    archive = here.backs_up(tmp_path / "backups")
    before = here.does("contents")["captures"]
    said = here.restores(archive, recovery, "--try")
    assert "restored and verified: 6 captures" in said
    assert "it was a try" in said
    assert here.does("contents")["captures"] == before
    assert here.does("tried") == [archive.name]
    archive.write_bytes(archive.read_bytes()[:-100])
    assert "could not be restored" in here.fails_to_restore(archive, recovery, "--try")
    assert here.does("tried") == [archive.name]
