"""The process that reads what somebody sent: what the kernel refuses it, and what comes back when it breaks."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from heedful.web import confined
from heedful.web.confined import ReaderFailed, run_confined


def child(code: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run code in a process that can take the limits on."""
    start = "import heedful.web.confined as r, socket, os, sys\n"
    return subprocess.run([sys.executable, "-I", "-c", start + code], capture_output=True, timeout=20, check=False, **options)


def test_the_process_has_no_environment_no_folder_and_its_words_go_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}

    def spied(command: list[str], **options: Any) -> None:
        given.update(options, command=command)

    monkeypatch.setattr(confined.subprocess, "run", spied)
    run_confined("heedful.captures.reencode", b"", within_s=1)
    assert (given["env"], given["cwd"], given["stderr"], given["timeout"]) == ({}, "/", subprocess.DEVNULL, 1)
    assert "-I" in given["command"]


def test_one_that_breaks_gives_no_answer() -> None:
    with pytest.raises(ReaderFailed):
        run_confined("heedful.captures.reencode", b"no picture", within_s=15)


def test_one_that_takes_too_long_is_ended() -> None:
    with pytest.raises(ReaderFailed):
        run_confined("heedful.captures.reencode", b"no picture", within_s=0.001)


def test_memory_is_bounded() -> None:
    done = child("r.hold_limits(memory_bytes=200 << 20)\nbytearray(400 << 20)")
    assert done.returncode == 1
    assert b"MemoryError" in done.stderr


def test_processor_time_is_bounded() -> None:
    assert child("r.hold_limits(cpu_s=1)\nwhile True: pass").returncode in {-signal.SIGXCPU, -signal.SIGKILL}


def test_what_it_writes_is_bounded_in_files_and_in_what_it_answers(tmp_path: Path) -> None:
    with (tmp_path / "answer").open("wb") as answer:
        start = "import heedful.web.confined as r, sys\nr.hold_limits(written_bytes=1000)\n"
        done = subprocess.run([sys.executable, "-I", "-c", start + "sys.stdout.buffer.write(bytes(100000))"], stdout=answer, stderr=subprocess.PIPE, timeout=20, check=False)  # fmt: skip
    assert done.returncode != 0
    assert (tmp_path / "answer").stat().st_size <= 1000


@pytest.mark.parametrize("attempt", [
    "open('/etc/hostname')", "open(os.devnull, 'w')", "socket.socket()", "socket.socket(socket.AF_UNIX)", "os.pipe()",
])  # fmt: skip
def test_after_the_doors_are_closed_nothing_is_opened(attempt: str) -> None:
    done = child(f"r.hold_limits()\nr.close_doors()\ntry:\n    {attempt}\nexcept OSError as fault:\n    sys.exit(fault.errno)\n")
    assert done.returncode == 24, done.stderr  # EMFILE
