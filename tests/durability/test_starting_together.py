"""The service and commands may start at the same moment on an empty installation: each finds the tables whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.durability.server import Server, free_port
from tests.harness.postgres import create_database, postgres_server

TOGETHER = 3


def all_start_at_once(folder: Path, database_url: str) -> None:
    server = Server(folder, free_port(), database_url)
    server.data_dir.mkdir(mode=0o700)
    command = [sys.executable, "-m", "heedful", "school", "make"]
    started = [
        subprocess.Popen([*command, f"School {number}"], env=server.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for number in range(TOGETHER)
    ]
    answers = [process.communicate(timeout=120)[0] for process in started]
    assert [process.returncode for process in started] == [0] * TOGETHER, answers
    assert all(f"School {number}" in server.run("school", "list") for number in range(TOGETHER))


def test_commands_that_start_together_migrate_one_after_the_other(tmp_path: Path) -> None:
    all_start_at_once(tmp_path, "")


def test_they_do_so_on_postgresql_too(tmp_path: Path) -> None:
    with postgres_server() as place:
        all_start_at_once(tmp_path, create_database(place, "together"))
