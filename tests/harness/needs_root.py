"""Tests marked `needs_root` run as root only. Elsewhere they are counted and named, and under CI they fail the run."""

from __future__ import annotations

import os

import pytest

left_out_key = pytest.StashKey[list[str]]()


def is_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true"}


def pytest_configure(config: pytest.Config) -> None:
    config.stash[left_out_key] = []


@pytest.hookimpl(trylast=True)  # after the folders have set their marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.geteuid() == 0:
        return
    left_out = [item for item in items if item.get_closest_marker("needs_root")]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
    config.stash[left_out_key] = [item.nodeid for item in left_out]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.stash[left_out_key] and is_ci():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    left_out = config.stash[left_out_key]
    if left_out:
        terminalreporter.section("not run: needs root")
        for name in left_out:
            terminalreporter.write_line(name)
        terminalreporter.write_line(f"{len(left_out)} tests need root and did not run")
