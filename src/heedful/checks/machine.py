"""The machine itself: key files, database, disk, clock, and whether the worker works."""

from __future__ import annotations

import ctypes
import shutil
import stat
import statistics
import time
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from heedful.assurance.checkup import Finding
from heedful.devices.queries import clock_skews
from heedful.escalation.queries import waiting_since
from heedful.escalation.tasks import worker_file

LEAST_FREE_BYTES = 2 * 1024**3
# Kerberos and signed tokens allow five minutes; capture times are evidence, so two.
MOST_SKEW_S = 120
LEAST_DEVICES_TO_JUDGE = 5
WORKER_SILENT_S = 180
TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised


def keys() -> Finding:
    folder = Path(settings.KEYS_DIR)
    loose = [path.name for path in folder.iterdir() if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    if loose:
        return Finding("key files", "wrong", f"others can read {', '.join(sorted(loose))}; run: chmod 600 '{folder}'/*")
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return Finding("key files", "wrong", f"others can enter the key folder; run: chmod 700 '{folder}'")
    return Finding("key files", "well", "closed to everybody else; keep a copy apart from the database's backup")


def database() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA journal_mode")
                journal = str(cursor.fetchone()[0])
                cursor.execute("PRAGMA synchronous")
                is_durable = journal == "wal" and int(cursor.fetchone()[0]) >= 2
                return Finding(
                    "database",
                    "well" if is_durable else "wrong",
                    "SQLite, WAL, synced at each commit"
                    if is_durable
                    else f"SQLite runs with journal '{journal}'; it takes 'wal' and synchronous=FULL",
                )
            cursor.execute("SHOW synchronous_commit")
            is_durable = cursor.fetchone()[0] != "off"
            return Finding(
                "database",
                "well" if is_durable else "wrong",
                "PostgreSQL, synced at each commit"
                if is_durable
                else "synchronous_commit is off: an acknowledged capture could be lost; switch it on",
            )
    except DatabaseError as fault:
        return Finding("database", "wrong", f"does not answer ({type(fault).__name__}); check HEEDFUL_DATABASE_URL")


def disk() -> Finding:
    free = shutil.disk_usage(settings.DATA_DIR).free
    text = f"{free / 1024**3:.1f} GiB free where the data lies"
    return Finding(
        "disk",
        "well" if free >= LEAST_FREE_BYTES else "wrong",
        text if free >= LEAST_FREE_BYTES else f"{text}; make room: a full disk stops captures from being taken",
    )


def clock(*, now: datetime) -> Finding:
    """Whether time comes from a time server, and whether most devices agree with it."""
    skews = clock_skews(seen_after=now - timedelta(days=1))
    middle = statistics.median(skews) if len(skews) >= LEAST_DEVICES_TO_JUDGE else 0
    if abs(middle) > MOST_SKEW_S:
        way = "behind" if middle > 0 else "ahead of"
        return Finding("clock", "wrong", f"this machine is {abs(middle) / 60:.0f} minutes {way} most devices; switch on a time service such as systemd-timesyncd")
    if is_synchronised() is False:
        return Finding("clock", "wrong", "not set by a time server; run: apt-get install systemd-timesyncd && timedatectl set-ntp on")
    return Finding("clock", "well", f"{now:%H:%M} UTC" + (f", within {abs(middle):.0f} s of {len(skews)} devices" if skews else ""))


def is_synchronised() -> bool | None:
    """What the kernel says of its clock (adjtimex(2)); None where it does not tell, as in a container."""
    request = ctypes.create_string_buffer(512)  # larger than struct timex; modes = 0 only reads
    state = ctypes.CDLL(None, use_errno=True).adjtimex(request)
    return None if state < 0 else state != TIME_ERROR


def worker(*, now: datetime) -> Finding:
    """Whether notices go out: the worker leaves a mark each minute, and nothing that is due may wait for long."""
    late = waiting_since(now=now)
    if late is not None and (now - late).total_seconds() > WORKER_SILENT_S:
        return Finding("worker", "wrong", f"a notice has waited since {late:%d %B %H:%M} UTC; is 'heedful serve' (or 'heedful worker') running? See its log")
    try:
        silent_s = time.time() - worker_file().stat().st_mtime
    except FileNotFoundError:
        return Finding("worker", "advice", "has not run yet; 'heedful serve' starts it")
    if silent_s > WORKER_SILENT_S:
        return Finding("worker", "wrong", f"silent for {silent_s / 60:.0f} minutes; start 'heedful serve' again and see its log")
    return Finding("worker", "well", "awake")
