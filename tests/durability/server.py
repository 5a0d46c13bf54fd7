"""A real `heedful serve` for the tests to be cruel to: its own folder, its own port, and nothing of it left afterwards."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

READY_WITHIN_S = 45.0


class NotInTime(AssertionError):
    """Something that should have happened did not; the text says what, and the server's log follows."""


def wait_until(what: str, is_so: Callable[[], bool], *, within_s: float, every_s: float = 0.05) -> None:
    """Look again and again until it is so. Raises NotInTime."""
    deadline = time.monotonic() + within_s
    while not is_so():
        if time.monotonic() > deadline:
            raise NotInTime(f"{what}: not within {within_s:.0f} s")
        time.sleep(every_s)


@dataclass
class Server:
    """One installation. `prefix` is put before the command that starts it (to enter a namespace, say)."""

    folder: Path
    port: int
    database_url: str = ""
    prefix: tuple[str, ...] = ()
    parent: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HEEDFUL", "DJANGO"))}
        ours = {
            "HEEDFUL_DATA_DIR": str(self.data_dir),
            "HEEDFUL_LISTEN": f"127.0.0.1:{self.port}",
            "HEEDFUL_PUBLIC_URL": f"http://localhost:{self.port}",
        }
        return kept | ours | {"HEEDFUL_DATABASE_URL": self.database_url, "HEEDFUL_DEMO": "on"}

    def start(self, *, within_s: float = READY_WITHIN_S) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "server.log").open("ab") as log:
            # However the tests end, the server ends with them.
            command = ["setpriv", "--pdeathsig=KILL", *self.prefix, sys.executable, "-m", "heedful", "serve"]
            self.parent = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, start_new_session=True)
        wait_until("the server answers", self.answers, within_s=within_s)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/device/v1/openapi.json", timeout=2) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def run(self, *arguments: str, stdin: str | None = None) -> str:
        """Run `heedful ARGUMENTS` at this installation and return what it prints. Fails the test when it fails."""
        return self.run_as(self.way_in(), *arguments, stdin=stdin)

    def run_as(self, prefix: tuple[str, ...], *arguments: str, stdin: str | None = None) -> str:
        """The same behind another command, one that enters a namespace."""
        command = [*prefix, sys.executable, "-m", "heedful", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60, check=False, input=stdin)
        assert done.returncode == 0, f"heedful {' '.join(arguments)}: {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        return done.stdout

    def make_school(self) -> str:
        """A live school with one safeguarding lead; returns an enrolment token."""
        number = self.run("school", "make", "Larkfield Academy").split()[1]
        self.put_live(number)
        self.run("school", "staff", number, "lead@larkfield.example", "Amara Lockhart", "--role", "dsl")
        return self.run("school", "token", number, "--uses", "1000").split()[-1]

    def way_in(self) -> tuple[str, ...]:
        """What a command of ours needs before it to see what the server sees."""
        return ()

    def put_live(self, number: str) -> None:
        """Let a school's programme be over, in the database: no command goes round its gates, and how one meets them is told elsewhere."""
        script = f"import django; django.setup(); from heedful.people.models import School; assert School.objects.filter(pk={int(number)}).update(stage='live') == 1"
        environment = self.environment | {"DJANGO_SETTINGS_MODULE": "heedful.settings"}
        command = [*self.way_in(), sys.executable, "-c", script]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr[-2000:]

    def stored(self) -> list[dict[str, object]]:
        """What `heedful captures --json` lists."""
        return [json.loads(line) for line in self.run("captures", "--json").splitlines()]

    def processes(self) -> dict[int, str]:
        """Every living process of this installation, orphans too: known by the data folder in its environment."""
        marker = f"HEEDFUL_DATA_DIR={self.data_dir}".encode()
        found: dict[int, str] = {}
        for path in Path("/proc").glob("[0-9]*"):
            try:
                if marker in (path / "environ").read_bytes().split(b"\0") and "State:\tZ" not in (path / "status").read_text():
                    found[int(path.name)] = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:
                continue  # it ended while we looked
        return found

    def kill_tree(self) -> None:
        """`kill -9` to every process at once, as a power cut would, and wait until they are gone."""
        for process_id in self.processes():
            _kill(process_id)
        if self.parent is not None:
            self.parent.wait(10)
        wait_until("the tree is gone", lambda: not self.processes(), within_s=10)

    def web_workers(self) -> list[int]:
        """The processes that answer requests: children of granian's own."""
        granian = {process_id for process_id, command in self.processes().items() if "granian" in command}
        children = {process_id: _parent_of(process_id) for process_id in self.processes()}
        return sorted(process_id for process_id, parent in children.items() if parent in granian and _is_worker(process_id))

    def background_workers(self) -> list[int]:
        return [process_id for process_id, command in self.processes().items() if command.rstrip().endswith("heedful worker")]

    def log(self) -> str:
        return (self.folder / "server.log").read_text("utf-8", "replace")


def _is_worker(process_id: int) -> bool:
    # multiprocessing's resource tracker is a child too, and answers nothing.
    try:
        return b"resource_tracker" not in Path(f"/proc/{process_id}/cmdline").read_bytes()
    except OSError:
        return False


def _parent_of(process_id: int) -> int:
    try:
        status = Path(f"/proc/{process_id}/status").read_text()
    except OSError:
        return 0
    return int(next(line for line in status.splitlines() if line.startswith("PPid:")).split()[1])


def _kill(process_id: int) -> None:
    try:
        os.kill(process_id, signal.SIGKILL)
    except ProcessLookupError:
        return


def kill(process_id: int) -> None:
    """`kill -9` one process, if it still lives."""
    _kill(process_id)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def running_server(folder: Path, *, database_url: str = "", prefix: tuple[str, ...] = ()) -> Iterator[Server]:
    """A started server; whatever is left of it in the end is killed. A failing test shows the end of its log."""
    server = Server(folder, free_port(), database_url, prefix)
    try:
        server.start()
        yield server
    except BaseException:
        print(server.log()[-6000:], file=sys.stderr)
        raise
    finally:
        server.kill_tree()
