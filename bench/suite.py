"""The unit and app tests on SQLite: how long they take, on the whole and each."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.row import Row
from scripts.stages import ROOT, UNIT

WHOLE_BUDGET_S = 60.0
EACH_BUDGET_MS = 20.0


def measure() -> list[Row]:
    """Run the tests once. Raises CalledProcessError when one of them fails: then the time says nothing."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.json"
        started = time.monotonic()
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *UNIT, f"--results={results}"],
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        seconds = time.monotonic() - started
        passed = json.loads(results.read_text("utf-8"))["passed"]
    return [
        Row("unit and app tests, SQLite", seconds, "s", WHOLE_BUDGET_S, note=f"{passed} tests"),
        Row("unit and app tests, each on average", seconds * 1000 / passed, "ms", EACH_BUDGET_MS, note="start of the tests included"),
    ]
