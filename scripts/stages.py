"""The stages of `make test`: runs them, side by side where they don't disturb each other, and counts.

Each stage's time is printed as it ends; a stage that fails prints its whole output at once. The last line is
`N passed, N failed` (`, N skipped` where something could not run), and the exit status is 0 only when nothing
failed; with CI set, a test that could not run counts as a failure.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

Lane = Literal["computes", "waits", "alone"]
# For two cores: a browser waits most of the time, so that one fits beside two that compute.
PLACES: Mapping[Lane, int] = {"computes": 2, "waits": 1}

ROOT = Path(__file__).parents[1]
LOGS = ROOT / ".make" / "stages"
BIN = ROOT / ".venv" / "bin"


@dataclass(frozen=True)
class Outcome:
    """What one stage counted. `not_run` names the tests that could not run here."""

    stage: str
    passed: int
    failed: int
    not_run: tuple[str, ...]
    seconds: float
    output: str


@dataclass(frozen=True)
class Stage:
    """One command. Stages of one `lane` share its places: some compute, some wait for a browser; what measures time has the machine to itself."""

    name: str
    command: tuple[str, ...]
    count: Callable[[Stage, int, str], tuple[int, int, tuple[str, ...]]]
    folder: Path = ROOT
    lane: Lane = "computes"

    @property
    def results(self) -> Path:
        return LOGS / f"{self.name}.json"


def count_one(stage: Stage, status: int, output: str) -> tuple[int, int, tuple[str, ...]]:
    """A linter is one check: it passes or fails."""
    return (1, 0, ()) if status == 0 else (0, 1, ())


def count_pytest(stage: Stage, status: int, output: str) -> tuple[int, int, tuple[str, ...]]:
    """Read the counts that `tests/harness/results.py` wrote; a run that ended without them is one failure."""
    if not stage.results.exists():
        return 0, 1, ()
    counts = json.loads(stage.results.read_text("utf-8"))
    failed = counts["failed"]
    if status != 0 and failed == 0 and not counts["not_run"]:
        failed = 1  # no test collected, a crash at the end, or an interrupt
    return counts["passed"], failed, tuple(counts["not_run"])


def count_node(stage: Stage, status: int, output: str) -> tuple[int, int, tuple[str, ...]]:
    """Add up the closing lines of node's test runner (`# pass 12` or `ℹ pass 12`)."""
    def total(word: str) -> int:
        return sum(int(number) for number in re.findall(rf"^(?:#|ℹ) {word} (\d+)$", output, re.MULTILINE))

    passed, failed = total("pass"), total("fail") + total("cancelled")
    if failed == 0 and (status != 0 or passed == 0):
        failed = 1
    left_out = total("skipped") + total("todo")
    return passed, failed, tuple(f"{stage.name}: a skipped test" for _ in range(left_out))


def pytest_stage(name: str, *arguments: str, lane: Lane = "computes") -> Stage:
    command = (str(BIN / "pytest"), "-q", "--color=no", f"--results={LOGS / f'{name}.json'}", *arguments)
    return Stage(name, command, count_pytest, lane=lane)


# Folders of tests/ with a stage of their own: they need no database, or a browser, or kill processes.
APART = ("structure", "harness", "contracts", "matching", "deploy", "pages", "sign_in", "browser", "durability", "keeping", "journeys")
# These hold seconds and milliseconds to a budget.
MAIN_JOB, PAGE_THREAD = "tests/journeys/test_main_job.py", "tests/browser/test_page_thread.py"
UNIT = ("src", "tests", *(f"--ignore=tests/{folder}" for folder in APART))

STAGES = (
    pytest_stage("unit-sqlite", *UNIT, "--database=sqlite"),
    # Detection has no database, and what the device API makes of odd requests does not depend on which.
    pytest_stage("unit-postgresql", *UNIT, "--ignore=src/heedful/detection", "--ignore=tests/api", "--database=postgresql"),
    pytest_stage("keeping", "tests/keeping"),
    Stage("ruff", (str(BIN / "ruff"), "check", "--quiet", "."), count_one),
    Stage("mypy", (str(BIN / "mypy"),), count_one),
    pytest_stage("structure", "tests/structure", "tests/harness"),
    pytest_stage("contracts", "tests/contracts", "tests/matching"),
    pytest_stage("deploy", "tests/deploy"),
    Stage("extension-types", ("npm", "run", "--silent", "check"), count_one, ROOT / "extension"),
    Stage("extension", ("npm", "run", "--silent", "test"), count_node, ROOT / "extension"),
    pytest_stage("browser", "tests/browser", f"--ignore={PAGE_THREAD}", lane="waits"),
    pytest_stage("pages", "tests/pages", lane="waits"),
    pytest_stage("journeys", "tests/journeys", f"--ignore={MAIN_JOB}", lane="alone"),
    pytest_stage("sign-in", "tests/sign_in", lane="waits"),
    pytest_stage("main-job", MAIN_JOB, lane="alone"),
    pytest_stage("page-thread", PAGE_THREAD, lane="alone"),
    pytest_stage("durability", "tests/durability", lane="alone"),
)


def run_stage(stage: Stage) -> Outcome:
    """Run one stage to its end, keeping all that it says."""
    stage.results.unlink(missing_ok=True)
    started = time.monotonic()
    try:
        done = subprocess.run(
            stage.command,
            cwd=stage.folder,
            env=os.environ | {"HEEDFUL_DATA_DIR": str(LOGS / "data")},  # mypy's Django plugin reads the settings
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        status, output = done.returncode, done.stdout
    except OSError as fault:
        status, output = 127, f"can't run {stage.command[0]}: {fault.strerror}\n"
    (LOGS / f"{stage.name}.log").write_text(output, "utf-8")
    passed, failed, not_run = stage.count(stage, status, output)
    return Outcome(stage.name, passed, failed, not_run, time.monotonic() - started, output)


def report(outcome: Outcome) -> None:
    """Print one line for a stage, and all of its output when something failed."""
    mark = "FAILED" if outcome.failed else "ok"
    counts = f"{outcome.passed} passed" + (f", {outcome.failed} failed" if outcome.failed else "")
    if outcome.failed:
        print(f"\n===== {outcome.stage} =====\n{outcome.output.rstrip()}\n=====", flush=True)
    print(f"{mark:7}{outcome.stage:18}{outcome.seconds:7.1f} s  {counts}", flush=True)


def run_all(stages: Sequence[Stage], *, places: Mapping[Lane, int]) -> list[Outcome]:
    """Run the shared lanes side by side, each with so many places; then, one after the other, what has the machine to itself."""
    outcomes: list[Outcome] = []
    with ExitStack() as pools:
        lanes = {lane: pools.enter_context(ThreadPoolExecutor(count)) for lane, count in places.items()}
        for future in as_completed([lanes[stage.lane].submit(run_stage, stage) for stage in stages if stage.lane != "alone"]):
            outcomes.append(future.result())
            report(outcomes[-1])
    for stage in stages:
        if stage.lane == "alone":
            outcomes.append(run_stage(stage))
            report(outcomes[-1])
    return outcomes


def close(outcomes: Iterable[Outcome], *, ci: bool) -> int:
    """Name what did not run, print the line that CI reads, and return the exit status."""
    outcomes = list(outcomes)
    if ci:
        outcomes = [replace(each, failed=each.failed + len(each.not_run)) for each in outcomes]
    not_run = [name for each in outcomes for name in each.not_run]
    if not_run:
        print(f"\nnot run here{' (under CI each counts as failed)' if ci else ''}:")
        print("\n".join(f"  {name}" for name in not_run))
    passed, failed = sum(each.passed for each in outcomes), sum(each.failed for each in outcomes)
    skipped = 0 if ci else len(not_run)
    print(f"\n{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    return 1 if failed or not passed else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="stages to run, separated by commas")
    options = parser.parse_args()
    names = [name for name in options.only.split(",") if name]
    unknown = sorted(set(names) - {stage.name for stage in STAGES})
    if unknown:
        parser.error(f"no such stage: {', '.join(unknown)}; there are {', '.join(stage.name for stage in STAGES)}")
    LOGS.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    outcomes = run_all([stage for stage in STAGES if not names or stage.name in names], places=PLACES)
    print(f"{'':7}{'whole':18}{time.monotonic() - started:7.1f} s")
    return close(outcomes, ci=os.environ.get("CI", "").lower() in {"1", "true"})


if __name__ == "__main__":
    sys.exit(main())
