"""Another user of the server's machine can read nothing of Heedful's: neither files nor folders (security.md: Faronics)."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.durability.server import running_server

NOBODY = 65534
# One line for each path that could be opened.
TRY = 'for path; do { cat -- "$path" || ls -- "$path"; } >/dev/null 2>&1 && printf "%s\\n" "$path"; done; true'


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that anybody may enter, unlike those that pytest makes."""
    folder = Path(tempfile.mkdtemp(prefix="heedful-acl-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def read_by_nobody(paths: list[Path]) -> list[str]:
    """Which of these an unprivileged user can open."""
    command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "sh", "-c", TRY, "sh", *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd="/").stdout.splitlines()


@pytest.mark.needs_root
def test_spool_acl(open_folder: Path) -> None:
    with running_server(open_folder) as server:
        server.make_school()
        kept = [server.data_dir, *server.data_dir.rglob("*")]
        names = {path.name for path in kept}
        assert {"heedful.sqlite3", "keys", "queue.sqlite3"} <= names
        control = open_folder / "for-all"
        control.write_text("a file that anybody may read")
        assert read_by_nobody([control]) == [str(control)]
        assert len(kept) > 8
        assert read_by_nobody(kept) == []
