"""`heedful roll import`: the difference first, no name on the terminal, and the brake."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from django.utils import timezone

from heedful.commands import roll as command
from heedful.people.actions import create_school
from heedful.people.models import Pupil, RollImport, School

HEADER = "source_id,given_name,family_name,year_group,account\n"


def run(*words: object) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args([str(word) for word in words]))


@pytest.fixture
def school(db: None, monkeypatch: pytest.MonkeyPatch, settings: object, tmp_path: Path) -> School:
    monkeypatch.setattr("heedful.commands._installation.make_tables_and_keys", lambda: None)
    settings.DATA_DIR = tmp_path / "data"  # type: ignore[attr-defined]
    (tmp_path / "data").mkdir()
    return create_school(name="Larkfield Academy", now=timezone.now())


def pupils(folder: Path, numbers: range) -> Path:
    path = folder / "pupils.csv"
    path.write_text(HEADER + "".join(f"{n},Nia,Merrick,8,p{n}@larkfield.example\n" for n in numbers) + "x,,Ashdown,8,\n")
    return path


def test_a_dry_run_shows_and_changes_nothing(school: School, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("import", pupils(tmp_path, range(3)), "--school", school.pk, "--dry-run") == 0
    out, err = capsys.readouterr()
    assert "pupils    0 on roll, 3 added" in out
    assert "Nothing was changed. The hash of this difference is " in out
    assert err == "pupils.csv, line 5, column given_name: got nothing; fill it in\n"
    assert not {"Nia", "Merrick", "Ashdown"} & set((out + err).split())
    assert (Pupil.objects.count(), RollImport.objects.count()) == (0, 0)


def test_it_is_applied_and_a_second_time_there_is_nothing_to_do(school: School, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = pupils(tmp_path, range(3))
    assert run("import", path, "--school", school.pk) == 0
    assert Pupil.objects.count() == 3
    capsys.readouterr()
    assert run("import", path.parent, "--school", school.pk) == 0
    assert "Nothing to change." in capsys.readouterr().out


def test_the_brake_wants_the_hash(school: School, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("import", pupils(tmp_path, range(10)), "--school", school.pk)
    path = pupils(tmp_path, range(5))
    assert run("import", path, "--school", school.pk) == 1
    digest = capsys.readouterr().err.rsplit("--confirm ", 1)[1].strip()
    assert run("import", path, "--school", school.pk, "--confirm", "0" * 64) == 1
    assert Pupil.objects.filter(left_on=None).count() == 10
    assert run("import", path, "--school", school.pk, "--confirm", digest) == 0
    assert Pupil.objects.filter(left_on=None).count() == 5


@pytest.mark.parametrize(
    ("name", "says"), [("nothing.csv", "can't read"), ("empty", "has no CSV and no zip in it"), ("pupils.csv", "no such column")]
)
def test_what_can_not_be_read_says_why(school: School, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, says: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "pupils.csv").write_text("Nia,Merrick\n")
    assert run("import", tmp_path / name, "--school", school.pk) == 1
    assert says in capsys.readouterr().err
    assert run("import", tmp_path / name, "--school", "999") == 1
