"""A PostgreSQL server of the tests' own: on a socket in a folder of its own, gone when the tests are over.

It listens on no network port, belongs to an unprivileged user (initdb refuses root), and is told by the kernel
to stop should the process that started it be killed.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

PREFIX = "heedful-postgres-"
USER = "heedful"
START_TIMEOUT_S = 30.0

# For tests only: nothing here has to outlive a power cut.
QUICK_AND_UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
# For benchmarks and kill tests: PostgreSQL as a school would run it.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class PostgresError(Exception):
    """The server can't be started; the text says why and what to install."""


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[Path]:
    """Run a server and yield the folder that holds its socket; stop and remove everything afterwards.

    Connect as user `heedful` to database `postgres`, or by `database_url`. Ready in about two seconds.
    Raises PostgresError when PostgreSQL isn't installed or doesn't start.
    """
    remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    server: subprocess.Popen[bytes] | None = None
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        _initialise(folder)
        server = _start(folder, DURABLE if durable else QUICK_AND_UNSAFE)
        yield folder
    finally:
        if server is not None:
            _stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def database_url(folder: Path, name: str) -> str:
    """Return the value of HEEDFUL_DATABASE_URL for one database of the server in `folder`."""
    return f"postgresql:///{name}?host={quote(str(folder))}&user={USER}"


def create_database(folder: Path, name: str) -> str:
    """Make an empty database and return its URL."""
    _run([str(binaries() / "createdb"), "--host", str(folder), "--username", USER, name], as_server=False)
    return database_url(folder, name)


def binaries() -> Path:
    """Return the folder of the newest installed PostgreSQL's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    if elsewhere:
        return Path(elsewhere).resolve().parent
    raise PostgresError("PostgreSQL is not installed; on Debian: apt-get install postgresql")


def remove_leftovers() -> None:
    """Remove the folders of runs that were killed before they could tidy up."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        owner = re.fullmatch(rf"{PREFIX}(\d+)-.*", folder.name)
        if owner and not Path(f"/proc/{owner[1]}").exists() and not _is_running(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_running(folder: Path) -> bool:
    try:
        process_id = (folder / "data" / "postmaster.pid").read_text("ascii").split("\n", 1)[0]
    except OSError:
        return False
    return Path(f"/proc/{process_id}").exists()


def _initialise(folder: Path) -> None:
    _run(
        [
            str(binaries() / "initdb"),
            *("--pgdata", str(folder / "data")),
            *("--username", USER),
            *("--encoding", "UTF8", "--locale", "C.UTF-8"),
            "--auth=trust",  # the folder is closed to everybody else, and there is no port
            "--no-sync",
            "--no-instructions",
        ],
        as_server=True,
    )


def _start(folder: Path, options: dict[str, str]) -> subprocess.Popen[bytes]:
    settings = {"listen_addresses": "", "unix_socket_directories": str(folder), "max_connections": "100", **options}
    command = [str(binaries() / "postgres"), "-D", str(folder / "data")]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    log = folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            _as_unprivileged(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            start_new_session=True,  # Ctrl-C reaches the tests first, and they stop the server
        )
    _wait_until_ready(folder, server, log)
    return server


def _wait_until_ready(folder: Path, server: subprocess.Popen[bytes], log: Path) -> None:
    ready = [str(binaries() / "pg_isready"), "--quiet", "--host", str(folder), "--username", USER]
    deadline = time.monotonic() + START_TIMEOUT_S
    while server.poll() is None and time.monotonic() < deadline:
        if subprocess.run(ready, check=False).returncode == 0:
            return
        time.sleep(0.05)
    if server.poll() is None:
        _stop(server)
    raise PostgresError(f"PostgreSQL did not start within {START_TIMEOUT_S:.0f} s:\n{log.read_text('utf-8', 'replace')}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)  # fast shutdown: open sessions are ended, not waited for
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _as_unprivileged(command: list[str]) -> list[str]:
    """Prefix a command so that it runs as an ordinary user and ends with this process."""
    identity = ["--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
    return ["setpriv", *identity, "--pdeathsig=INT", *command]


def _run(command: list[str], *, as_server: bool) -> None:
    done = subprocess.run(
        _as_unprivileged(command) if as_server else command,
        check=False,
        capture_output=True,
        text=True,
        cwd=tempfile.gettempdir(),
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"},
    )
    if done.returncode != 0:
        raise PostgresError(f"{Path(command[0]).name} failed with status {done.returncode}:\n{done.stdout}{done.stderr}")
