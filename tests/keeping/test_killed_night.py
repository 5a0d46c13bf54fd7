"""A night that is killed in the middle leaves no row without its file, and what it leaves of files goes with the next one."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from tests.keeping.installation import ROOT, Installation


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_night_killed_in_the_middle_is_finished_by_the_next(engine: str, place: Callable[[str], Installation]) -> None:
    here = place(engine)
    here.does("fill", captures=2)
    assert here.does("store_past_their_time", captures=40) == {"captures": 42, "without_file": 0, "orphans": 1}  # the one whose row `fill` took
    command = ["setpriv", "--pdeathsig=KILL", *here.command("night_in_small_steps")]
    with subprocess.Popen(command, env=here.environment, cwd=ROOT, stdout=subprocess.PIPE) as night:
        assert night.stdout is not None
        for _ in range(4):
            assert night.stdout.readline() == b"step\n"
        night.kill()
    left = here.does("files_and_rows")
    assert 0 < left["captures"] <= 34
    assert left["without_file"] == 0
    assert here.does("sweep_old_files") == {"captures": 0, "without_file": 0, "orphans": 0}
    assert "broken" not in here.heedful("audit", "verify")
