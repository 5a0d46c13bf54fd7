"""The gateway: 1 kB captures in batches of 50 from 100 devices, signed, assessed, encrypted, audited, synced to disk.

The load generator runs on the same machine. Beside it stands the bare database: the same number of rows of the same size, 50 to a
durable transaction, from one writer.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue

import psycopg

from bench.row import Row
from heedful.demo.device import SimulatedDevice
from heedful.demo.fleet import batches, captures_for, enrolled_fleet, example_of_severity
from heedful.detection.shipped import load_shipped_bundle
from tests.harness.postgres import create_database, postgres_server

DEVICES = 100
PER_DEVICE = 200
BATCH = 50
SENDERS = 8
SEVERITY = 3
ROW_BYTES = 1500


def measure() -> list[Row]:
    """Both databases, each through a server of its own in an empty folder."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="heedful-bench-") as folder:
        rows += _measure_one("SQLite", Path(folder), "", _bare_sqlite(Path(folder) / "bare.sqlite3"))
    with postgres_server(durable=True) as place, tempfile.TemporaryDirectory(prefix="heedful-bench-") as folder:
        url = create_database(place, "bench")
        rows += _measure_one("PostgreSQL", Path(folder), url, _bare_postgres(place, create_database(place, "bare")))
    return rows


def _measure_one(name: str, folder: Path, database_url: str, bare_per_s: float) -> list[Row]:
    with running_server(folder, database_url) as (address, token):
        fleet = enrolled_fleet(address, token, size=DEVICES)
        work: SimpleQueue[tuple[SimulatedDevice, list[bytes]]] = SimpleQueue()
        now = datetime.now(UTC)
        phrase, rule = example_of_severity(SEVERITY, bundle=load_shipped_bundle())
        for device in fleet:
            captures = captures_for(device, count=PER_DEVICE, phrase=phrase, rule=rule, start=now)
            work.put((device, [json.dumps({"captures": batch}).encode() for batch in batches(captures, size=BATCH)]))
        seconds, latencies = _send_all(work)
    total = DEVICES * PER_DEVICE
    p99_s = sorted(latencies)[int(len(latencies) * 0.99)]
    what = f"gateway on {name}, captures of 1 kB in batches of {BATCH} from {DEVICES} devices"
    return [
        Row(what, total / seconds, "captures/s", 1000, "high", f"bare {name}", bare_per_s),
        Row(f"gateway on {name}, p99 answer", p99_s, "s", 2.0),
    ]


def _send_all(work: SimpleQueue[tuple[SimulatedDevice, list[bytes]]]) -> tuple[float, list[float]]:
    """Send every batch from a few threads; returns the wall time and each answer's time, in seconds."""
    latencies: list[float] = []
    faults: list[str] = []

    def sender() -> None:
        while True:
            try:
                device, bodies = work.get_nowait()
            except Empty:
                return
            for body in bodies:
                started = time.perf_counter()
                answer = device.request("POST", "/device/v1/captures", body)
                latencies.append(time.perf_counter() - started)
                statuses = {result["status"] for result in answer.document()["results"]} if answer.status == 200 else {str(answer.status)}
                if statuses != {"stored"}:
                    faults.append(str(statuses))
            device.close()

    threads = [threading.Thread(target=sender) for _ in range(SENDERS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    if faults:
        raise RuntimeError(f"{len(faults)} batches were not stored whole: {sorted(set(faults))[:3]}")
    return seconds, latencies


@contextlib.contextmanager
def running_server(folder: Path, database_url: str) -> Iterator[tuple[str, str]]:
    """`heedful serve` on a free port with one live school; yields its address and an enrolment token."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HEEDFUL_")}
    environment |= {
        "HEEDFUL_DATA_DIR": str(folder / "data"), "HEEDFUL_LISTEN": f"127.0.0.1:{port}",
        "HEEDFUL_PUBLIC_URL": f"http://localhost:{port}", "HEEDFUL_DATABASE_URL": database_url,
    }  # fmt: skip

    def heedful(*arguments: str) -> str:
        command = [sys.executable, "-m", "heedful", *arguments]
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout

    heedful("school", "make", "Bench School")
    live = "import django; django.setup(); from heedful.people.models import School; School.objects.update(stage='live')"
    subprocess.run([sys.executable, "-c", live], env=environment | {"DJANGO_SETTINGS_MODULE": "heedful.settings"}, check=True)
    token = heedful("school", "token", "1", "--uses", str(DEVICES)).split()[-1]
    server = subprocess.Popen([sys.executable, "-m", "heedful", "serve"], env=environment)
    try:
        _wait_until_up(f"http://127.0.0.1:{port}/device/v1/bundle", server)
        yield f"http://127.0.0.1:{port}", token
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=2).close()
            return
        time.sleep(0.1)
    raise RuntimeError("heedful serve did not answer within a minute")


def _bare_sqlite(path: Path) -> float:
    """Rows a second into a bare SQLite file with WAL and synchronous=FULL, 50 to a transaction."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, body BLOB)")

    def store(first: int, body: bytes) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO bare (id, body) VALUES (?, ?)", [(first + n, body) for n in range(BATCH)])
        connection.execute("COMMIT")

    rate = _rate(store)
    connection.close()
    return rate


def _bare_postgres(place: Path, _: str) -> float:
    """Rows a second into a bare PostgreSQL table, synchronous commit on, 50 to a transaction."""
    with psycopg.connect(host=str(place), user="heedful", dbname="bare", autocommit=True) as connection:
        connection.execute("CREATE TABLE bare (id BIGINT PRIMARY KEY, body BYTEA)")

        def store(first: int, body: bytes) -> None:
            with connection.transaction(), connection.cursor() as cursor:
                cursor.executemany("INSERT INTO bare (id, body) VALUES (%s, %s)", [(first + n, body) for n in range(BATCH)])

        return _rate(store)


def _rate(store: Callable[[int, bytes], None]) -> float:
    body = os.urandom(ROW_BYTES)
    total = DEVICES * PER_DEVICE
    started = time.perf_counter()
    for first in range(0, total, BATCH):
        store(first, body)
    return total / (time.perf_counter() - started)
