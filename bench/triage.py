"""Triage with a million captures stored: the queue page, and a verdict with the next capture on screen. Server time, both databases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.row import Row
from tests.harness.postgres import create_database, postgres_server

ROOT = Path(__file__).parents[1]
BUDGET_MS = 100.0


def measure() -> list[Row]:
    """Each database is filled and asked by a process of its own."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="heedful-bench-") as folder:
        rows += _rows("SQLite", Path(folder), "")
    with postgres_server(durable=True) as place, tempfile.TemporaryDirectory(prefix="heedful-bench-") as folder:
        rows += _rows("PostgreSQL", Path(folder), create_database(place, "triage"))
    return rows


def _rows(name: str, folder: Path, database_url: str) -> list[Row]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("HEEDFUL_")}
    environment |= {"HEEDFUL_DATA_DIR": str(folder / "data"), "HEEDFUL_DATABASE_URL": database_url, "HEEDFUL_DEMO": "on"}
    command = [sys.executable, "-m", "bench.million"]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout)
    note = f"{found['stored']:,} stored, {found['waiting']:,} waiting"
    return [
        Row(f"queue page on {name}, p95 server time", found["queue_ms"], "ms", BUDGET_MS, note=note),
        Row(f"verdict, then the next capture on screen, on {name}, p95 server time", found["next_ms"], "ms", BUDGET_MS),
        Row(f"verdict taken back, the capture on screen again, on {name}, p95 server time", found["undo_ms"], "ms"),
        *(Row(f"queue narrowed to {view}, on {name}, p95 server time", ms, "ms", BUDGET_MS) for view, ms in found["views_ms"].items()),
    ]
