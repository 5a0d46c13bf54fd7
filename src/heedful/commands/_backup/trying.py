"""Restoring a backup into a place that is thrown away afterwards: the proof that it can be, while Heedful runs on."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path


def try_restore(*, archive: Path, keys: Path, recovery_key_file: Path | None) -> int:
    """Restore in a process of its own, verify everything, throw it away, and write into the installation's chain that it was done.

    The copy is always SQLite, whatever the installation runs on. It needs as much room as the backup has.
    """
    with tempfile.TemporaryDirectory(prefix="heedful-try-") as folder:
        command = [sys.executable, "-m", "heedful", "restore", str(archive), "--keys", str(keys)]
        if recovery_key_file:
            command += ["--recovery-key-file", str(recovery_key_file)]
        there = {"HEEDFUL_DATA_DIR": str(Path(folder) / "data"), "HEEDFUL_DATABASE_URL": ""}
        done = subprocess.run(command, env=os.environ | there, check=False, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command
    if done.returncode:
        print("the backup could not be restored; what is wrong stands above", file=sys.stderr)
        return done.returncode
    from heedful.commands import _django

    _django.setup()
    from heedful.assurance.actions import record_restore_tried

    record_restore_tried(backup=archive.name, by=None, now=datetime.now(UTC))
    found = next((line for line in done.stdout.splitlines() if line.startswith("restored and verified")), "")
    print(f"{found}\nit was a try: the copy is gone, this installation is as it was, and its record says that the try was made")
    return 0
