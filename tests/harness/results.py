"""Writes what a run counted as JSON (`--results FILE`), for the stage runner in `scripts/stages.py`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.harness.needs_root import left_out_key


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--results", type=Path, default=None, help="write the counts of this run to a JSON file")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    path: Path | None = config.getoption("--results")
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(count(terminalreporter.stats, config.stash[left_out_key])), "utf-8")


def count(stats: dict[str, list[Any]], left_out: list[str]) -> dict[str, Any]:
    """Sum pytest's own tables: errors are failures, and what did not run is named."""
    def number(*names: str) -> int:
        return sum(len(stats.get(name, [])) for name in names)

    return {
        "passed": number("passed", "xfailed"),
        "failed": number("failed", "error", "xpassed"),
        "not_run": left_out + sorted({report.nodeid for report in stats.get("skipped", [])}),
    }
