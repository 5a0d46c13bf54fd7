"""A step of the set-up runs when its inputs change, when its output is gone, and at no other time."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.stages import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "step.sh", tmp_path / "scripts")
    (tmp_path / "input").mkdir()
    (tmp_path / "input" / "one").write_text("1")
    return tmp_path


def runs(checkout: Path, command: str = "echo ran; touch output") -> bool:
    done = subprocess.run(
        ["scripts/step.sh", "sample", "--output", "output", "input", "--", "bash", "-c", command],
        cwd=checkout,
        check=True,
        capture_output=True,
        text=True,
    )
    return "ran" in done.stdout


def test_a_step_runs_once_until_an_input_changes(checkout: Path) -> None:
    assert runs(checkout)
    assert not runs(checkout)
    (checkout / "input" / "one").write_text("2")
    assert runs(checkout)
    (checkout / "input" / "two").write_text("3")
    assert runs(checkout)
    assert not runs(checkout)


def test_a_step_runs_again_when_its_output_is_gone(checkout: Path) -> None:
    assert runs(checkout)
    (checkout / "output").unlink()
    assert runs(checkout)


def test_a_step_that_failed_is_tried_again(checkout: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        runs(checkout, "echo ran; touch output; exit 3")
    assert runs(checkout)


def test_packages_and_built_files_are_no_inputs(checkout: Path) -> None:
    assert runs(checkout)
    (checkout / "input" / "node_modules").mkdir()
    (checkout / "input" / "node_modules" / "big").write_text("x")
    assert not runs(checkout)
