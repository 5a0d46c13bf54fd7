"""The service and commands may start at the same moment on an empty installation: each finds the tables whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.durability.server import Server, free_port
from tests.harness.postgres import create_database, postgres_server

TOGETHER = 3


def start_all_at_once(folder: Path, database_url: str) -> tuple[list[int], list[str], str]:
    """How each ended, what it said, and the schools that are there afterwards."""
    server = Server(folder, free_port(), database_url)
    server.data_dir.mkdir(mode=0o700)
    command = [sys.executable, "-m", "heedful", "school", "make"]
    started = [
        subprocess.Popen([*command, f"School {number}"], env=server.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for number in range(TOGETHER)
    ]
    answers = [process.communicate(timeout=120)[0] for process in started]
    return [process.returncode for process in started], answers, server.run("school", "list")


def test_commands_that_start_together_migrate_one_after_the_other(tmp_path: Path) -> None:
    ended, answers, schools = start_all_at_once(tmp_path, "")
    assert ended == [0] * TOGETHER, answers
    assert [number for number in range(TOGETHER) if f"School {number}" not in schools] == []


def test_they_do_so_on_postgresql_too(tmp_path: Path) -> None:
    with postgres_server() as place:
        ended, answers, schools = start_all_at_once(tmp_path, create_database(place, "together"))
    assert ended == [0] * TOGETHER, answers
    assert [number for number in range(TOGETHER) if f"School {number}" not in schools] == []
