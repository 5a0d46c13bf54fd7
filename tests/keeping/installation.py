"""Installations of their own for the tests of backup and restore: real folders, real databases, the real command."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
WITHIN_S = 120


@dataclass(frozen=True)
class Installation:
    """A data folder and a database, of SQLite where `database_url` is empty."""

    data_dir: Path
    database_url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HEEDFUL", "DJANGO"))}
        ours = {"HEEDFUL_DATA_DIR": str(self.data_dir), "HEEDFUL_DATABASE_URL": self.database_url, "HEEDFUL_LISTEN": "127.0.0.1:1"}
        return kept | ours | {"DJANGO_SETTINGS_MODULE": "heedful.settings", "PYTHONPATH": str(ROOT)}

    def try_(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `heedful ARGUMENTS` here, however it ends."""
        command = [sys.executable, "-m", "heedful", *arguments]
        return subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=WITHIN_S, check=False)

    def heedful(self, *arguments: str) -> str:
        """Run `heedful ARGUMENTS` here and return what it prints. Fails the test when it fails."""
        done = self.try_(*arguments)
        assert done.returncode == 0, f"heedful {' '.join(arguments)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def does(self, what: str, **options: Any) -> Any:
        """Call a function of `tests.keeping.inside` here, in a process of its own; its answer."""
        done = subprocess.run(self.command(what, **options), env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=WITHIN_S, check=False)
        assert done.returncode == 0, f"{what}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return json.loads(done.stdout.splitlines()[-1])

    def command(self, what: str, **options: Any) -> list[str]:
        return [sys.executable, "-m", "tests.keeping.inside", what, json.dumps(options)]

    def backs_up(self, folder: Path) -> Path:
        """Make a backup and return its archive; the keys file lies beside it."""
        return Path(self.heedful("backup", str(folder)).splitlines()[0])

    def restores(self, archive: Path, recovery_key: Path, *more: str) -> str:
        return self.heedful("restore", str(archive), "--recovery-key-file", str(recovery_key), *more)

    def fails_to_restore(self, archive: Path, recovery_key: Path, *more: str) -> str:
        """What restore says as it refuses, with status 1."""
        done = self.try_("restore", str(archive), "--recovery-key-file", str(recovery_key), *more)
        assert done.returncode == 1, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return done.stderr

    def makes_recovery_key(self, path: Path) -> Path:
        path.write_text(self.heedful("keys", "recovery"))
        return path

    def fingerprint(self) -> dict[str, str]:
        """Every file below the data folder by the hash of what is in it."""
        files = (path for path in sorted(self.data_dir.rglob("*")) if path.is_file())
        return {str(path.relative_to(self.data_dir)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def keys_of(archive: Path) -> Path:
    return archive.with_name(archive.name.replace(".archive.age", ".keys.age"))
