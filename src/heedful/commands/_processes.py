"""The process tree of one machine: web listeners and the worker, started, watched and stopped together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import structlog

log = structlog.get_logger()
# Linux: the child gets this signal when its parent dies, however it dies (prctl(2)).
PR_SET_PDEATHSIG = 1
STOP_WITHIN_S = 10.0
MOST_BACK_OFF_S = 30.0


@dataclass
class Part:
    """One child of the tree and how it is started."""

    name: str
    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    start_at: float = field(default=0.0)


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
    certificate: Path | None = None
    key: Path | None = None

    def part(self, environment: dict[str, str]) -> Part:
        host, _, port = self.address.rpartition(":")
        arguments = [
            "granian", "--interface", "wsgi", "--host", host.strip("[]"), "--port", port, "--workers", str(self.workers),
            "--respawn-failed-workers", "--workers-kill-timeout", "5", "--no-ws", "--blocking-threads", "4", "--log-level", "warning",
        ]  # fmt: skip
        if self.certificate and self.key:
            arguments += ["--ssl-certificate", str(self.certificate), "--ssl-keyfile", str(self.key), "--ssl-protocol-min", "tls1.2"]
        return python_part(
            f"web ({self.door})", *arguments, "heedful.wsgi:application", environment=environment | {"HEEDFULD_DOOR": self.door}
        )


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
        part.process = subprocess.Popen(part.command, env=os.environ | part.environment, preexec_fn=_die_with_parent)  # noqa: S603

    def _look_after(self, part: Part) -> None:
        now = time.monotonic()
        if part.process is not None:
            if part.process.poll() is None:
                return
            log.error("serve.part_ended", part=part.name, status=part.process.returncode)
            part.failures += 1
            part.process, part.start_at = None, now + min(MOST_BACK_OFF_S, 0.25 * 2**part.failures)
        if now >= part.start_at and not self.is_stopping:
            self._start(part)

    def _stop_asked(self, *_: object) -> None:
        self.is_stopping = True
