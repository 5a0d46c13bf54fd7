"""The process tree of one machine: web listeners and the worker, started, watched and stopped together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import structlog

from heedful.tls import Pair, fault_of

log = structlog.get_logger()
# Linux: the child gets this signal when its parent dies, however it dies (prctl(2)).
PR_SET_PDEATHSIG = 1
STOP_WITHIN_S = 10.0
MOST_BACK_OFF_S = 30.0


@dataclass(frozen=True)
class TlsFiles:
    """The certificate and key that a listener speaks TLS with."""

    certificate: Path
    key: Path

    def fault(self, hosts: Sequence[str] = ()) -> str:
        """Why they can't be served with, and the way out; empty when they can."""
        try:
            pair = Pair(self.certificate.read_bytes(), self.key.read_bytes())
        except OSError as missing:
            return f"'{missing.filename}' can't be read ({type(missing).__name__}); it must be there, and readable for Heedful's own user"
        fault = fault_of(pair, now=datetime.now(UTC), hosts=[host for host in hosts if host])
        return f"'{self.certificate}': {fault}" if fault else ""

    def stamp(self) -> tuple[int, ...]:
        """Differs when either file was written anew."""
        try:
            return tuple(number for path in (self.certificate, self.key) for number in (path.stat().st_mtime_ns, path.stat().st_ino))
        except OSError:  # being replaced just now
            return ()


@dataclass
class Part:
    """One child of the tree and how it is started."""

    name: str
    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    start_at: float = field(default=0.0)
    tls: TlsFiles | None = None
    tls_as_started: tuple[int, ...] = ()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def end_with_the_web_server() -> None:
    """In a web worker: end at once when the web server that started it is gone. An orphan would hold the port and answer on it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == 1:  # it was gone before we asked
        os.kill(os.getpid(), signal.SIGKILL)


def python_part(name: str, *arguments: str, environment: dict[str, str]) -> Part:
    return Part(name, [sys.executable, "-m", *arguments], environment)


@dataclass(frozen=True)
class Listener:
    """Where one web listener listens, what it answers and with how many processes."""

    address: str
    door: str
    workers: int
    tls: TlsFiles | None = None
    hosts: tuple[str, ...] = ()

    def fault(self) -> str:
        """Why its certificate can't be served with; empty where it can, or where it speaks no TLS."""
        return self.tls.fault() if self.tls else ""

    def doubt(self) -> str:
        """What is odd about its certificate and still right behind a proxy that speaks TLS on both sides: it is for another name."""
        return self.tls.fault(self.hosts) if self.tls and not self.fault() else ""

    def part(self, environment: dict[str, str]) -> Part:
        host, _, port = self.address.rpartition(":")
        arguments = [
            "granian", "--interface", "wsgi", "--host", host.strip("[]"), "--port", port, "--workers", str(self.workers),
            "--respawn-failed-workers", "--workers-kill-timeout", "5", "--no-ws", "--blocking-threads", "4", "--log-level", "warning",
        ]  # fmt: skip
        if self.tls:
            arguments += ["--ssl-certificate", str(self.tls.certificate), "--ssl-keyfile", str(self.tls.key), "--ssl-protocol-min", "tls1.2"]
        name, door = f"web ({self.door})", environment | {"HEEDFULD_DOOR": self.door}
        made = python_part(name, *arguments, "heedful.wsgi:application", environment=door)
        made.tls = self.tls
        return made


class Tree:
    """Starts its parts, starts again what dies, and stops them all on SIGTERM or SIGINT."""

    def __init__(self, parts: list[Part]) -> None:
        self.parts = parts
        self.is_stopping = False

    def start(self) -> None:
        for part in self.parts:
            self._start(part)

    def watch(self) -> None:
        """Block until told to stop; a part that dies is started again, sooner at first, then with longer pauses."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop_asked)
        while not self.is_stopping:
            for part in self.parts:
                self._look_after(part)
            time.sleep(0.2)
        self.stop()

    def stop(self) -> None:
        running = [part.process for part in self.parts if part.process and part.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_WITHIN_S
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()

    def _start(self, part: Part) -> None:
        part.tls_as_started = part.tls.stamp() if part.tls else ()
        part.process = subprocess.Popen(part.command, env=os.environ | part.environment, preexec_fn=_die_with_parent)  # noqa: S603

    def _look_after(self, part: Part) -> None:
        now = time.monotonic()
        if part.process is not None:
            if part.process.poll() is None:
                self._take_up_certificate(part, part.process)
                return
            log.error("serve.part_ended", part=part.name, status=part.process.returncode)
            part.failures += 1
            part.process, part.start_at = None, now + min(MOST_BACK_OFF_S, 0.25 * 2**part.failures)
        if now >= part.start_at and not self.is_stopping:
            self._start(part)

    def _take_up_certificate(self, part: Part, process: subprocess.Popen[bytes]) -> None:
        """Start a listener anew when its certificate was renewed: for a second or two nobody answers, and devices try again."""
        if not part.tls or part.tls.stamp() in {(), part.tls_as_started}:
            return
        part.tls_as_started = part.tls.stamp()  # half a pair is looked at once, not five times a second; the other half gives another stamp
        if part.tls.fault():
            log.warning("serve.certificate_not_taken_up", part=part.name, fault=part.tls.fault())
            return
        log.info("serve.certificate_taken_up", part=part.name)
        process.terminate()
        try:
            process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._start(part)

    def _stop_asked(self, *_: object) -> None:
        self.is_stopping = True
