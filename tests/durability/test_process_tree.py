"""One process tree: it dies whole, comes back in parts, and never leaves a process that holds the port."""

from __future__ import annotations

import os
import signal
import socket

from tests.durability.server import Server, kill, wait_until


def port_is_free(server: Server) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", server.port))
        except OSError:
            return False
    return True


def test_the_tree_comes_back_in_parts_and_goes_as_a_whole(server: Server) -> None:
    assert len(server.web_workers()) == 2
    assert len(server.background_workers()) == 1
    before = set(server.processes())

    [granian] = [
        process_id
        for process_id, command in server.processes().items()
        if "granian" in command and process_id in before and _leads(server, process_id)
    ]
    workers = server.web_workers()
    kill(granian)
    wait_until("workers of a killed web server end", lambda: not set(workers) & set(server.processes()), within_s=10)
    wait_until("the web server is back", lambda: server.answers() and len(server.web_workers()) == 2, within_s=20)
    assert granian not in server.processes()

    [worker] = server.background_workers()
    kill(worker)
    wait_until("the background worker is back", lambda: server.background_workers() not in ([], [worker]), within_s=10)

    assert server.parent is not None
    os.kill(server.parent.pid, signal.SIGKILL)
    server.parent.wait(5)
    wait_until("nothing outlives its parent", lambda: not server.processes(), within_s=15)
    assert port_is_free(server)


def _leads(server: Server, process_id: int) -> bool:
    return any(parent == process_id for parent in (_parent(child) for child in server.web_workers()))


def _parent(process_id: int) -> int:
    with open(f"/proc/{process_id}/status", encoding="ascii") as status:
        return int(next(line for line in status if line.startswith("PPid:")).split()[1])


def assert_closed_to_others(server: Server) -> None:
    files = [path for path in server.data_dir.rglob("*") if path.is_file()]
    assert {"heedful.sqlite3", "installation.key", "queue.sqlite3"} <= {path.name for path in files}
    assert [path.name for path in files if path.stat().st_mode & 0o077] == []


def test_it_writes_for_its_own_user_alone_and_told_to_stop_it_stops_whole(server: Server) -> None:
    assert server.parent is not None
    assert_closed_to_others(server)
    server.parent.send_signal(signal.SIGTERM)
    assert server.parent.wait(15) == 0
    assert server.processes() == {}
    assert port_is_free(server)
