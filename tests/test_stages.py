"""`make test` counts truly: what fails, what ends early and what could not run never looks like success."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from scripts import stages
from scripts.stages import Outcome, Stage, close, count_node, count_one, count_pytest, run_stage

NODE_OUTPUT = "ok\nℹ tests 5\nℹ pass 4\nℹ fail 1\nℹ cancelled 0\nℹ skipped 0\nℹ todo 0\n"


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(stages, "LOGS", tmp_path)
    return tmp_path


def outcome(*, passed: int = 1, failed: int = 0, not_run: tuple[str, ...] = ()) -> Outcome:
    return Outcome("unit", passed, failed, not_run, 1.0, "")


def test_the_last_line_is_the_one_that_ci_reads(capsys: pytest.CaptureFixture[str]) -> None:
    assert close([outcome(passed=3), outcome(passed=2, failed=1)], ci=False) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "5 passed, 1 failed"


def test_nothing_run_is_no_success() -> None:
    assert close([outcome(passed=0)], ci=False) == 1
    assert close([outcome(passed=1)], ci=False) == 0


def test_what_could_not_run_is_named_and_fails_under_ci(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = [outcome(not_run=("tests/browser/test_install.py::test_policy",))]
    assert close(outcomes, ci=False) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == ["", "1 passed, 0 failed, 1 skipped"]
    assert close(outcomes, ci=True) == 1
    said = capsys.readouterr().out
    assert "tests/browser/test_install.py::test_policy" in said
    assert said.splitlines()[-1] == "1 passed, 1 failed"


def test_a_command_that_is_missing_or_fails_is_a_failure(logs: Path) -> None:
    missing = run_stage(Stage("missing", ("no-such-command",), count_one))
    failing = run_stage(Stage("failing", (sys.executable, "-c", "print('why'); raise SystemExit(3)"), count_one))
    assert (missing.passed, missing.failed) == (0, 1)
    assert (failing.passed, failing.failed, failing.output) == (0, 1, "why\n")
    assert (logs / "failing.log").read_text() == "why\n"


@pytest.mark.parametrize(
    ("status", "counts", "expected"),
    [
        (0, {"passed": 9, "failed": 0, "not_run": []}, (9, 0, ())),
        (1, {"passed": 8, "failed": 1, "not_run": []}, (8, 1, ())),
        (5, {"passed": 0, "failed": 0, "not_run": []}, (0, 1, ())),
        (1, {"passed": 8, "failed": 0, "not_run": ["a"]}, (8, 0, ("a",))),
        (2, None, (0, 1, ())),
    ],
    ids=["all pass", "one fails", "none collected", "one could not run", "ended without counts"],
)
def test_pytest_is_counted_by_what_it_wrote(
    logs: Path, status: int, counts: dict[str, object] | None, expected: tuple[int, int, tuple[str, ...]]
) -> None:
    stage = Stage("unit", ("pytest",), count_pytest)
    if counts is not None:
        stage.results.write_text(json.dumps(counts))
    assert count_pytest(stage, status, "") == expected


def test_node_is_counted_by_its_closing_lines() -> None:
    stage = Stage("extension", ("npm", "test"), count_node)
    assert count_node(stage, 1, NODE_OUTPUT) == (4, 1, ())
    assert count_node(stage, 1, "a crash before any test") == (0, 1, ())
    assert count_node(stage, 0, "# pass 2\n# fail 0\n# skipped 1\n") == (2, 0, ("extension: a skipped test",))
