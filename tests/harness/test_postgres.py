"""The tests' own PostgreSQL leaves nothing behind and lets nobody else in."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from tests.harness.postgres import PREFIX, create_database, postgres_server, remove_leftovers

ROOT = Path(__file__).parents[2]


def test_a_server_answers_on_its_socket_only_and_is_removed_afterwards() -> None:
    with postgres_server() as folder:
        assert folder.parent == Path(tempfile.gettempdir())
        assert folder.stat().st_mode & 0o077 == 0
        create_database(folder, "school")
        with psycopg.connect(f"host={folder} user=heedful dbname=school") as connection:
            ports = connection.execute("show listen_addresses").fetchone()
            owner = connection.execute("select pg_backend_pid()").fetchone()
        assert ports == ("",)
        assert owner is not None
        assert (folder / "data").stat().st_uid != 0
    assert not folder.exists()


def test_a_server_is_removed_when_the_tests_fail() -> None:
    folder = Path()
    try:
        with postgres_server() as folder:
            raise RuntimeError("a test that fails")
    except RuntimeError:
        assert folder.name.startswith(PREFIX)
        assert not folder.exists()


def test_a_server_ends_with_the_process_that_started_it_however_it_dies() -> None:
    script = (
        "import time\n"
        "from tests.harness.postgres import postgres_server\n"
        "with postgres_server() as folder:\n"
        "    print(folder, (folder / 'data/postmaster.pid').read_text().split()[0], flush=True)\n"
        "    time.sleep(60)\n"
    )
    starter = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    folder, server_id = starter.stdout.readline().split()
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    starter.stdout.close()
    assert _ended(int(server_id), within_s=10)
    remove_leftovers()
    assert not Path(folder).exists()


def _ended(process_id: int, *, within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            os.kill(process_id, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False
