"""Reading a file that somebody sent, in a short-lived process of its own: its limits, and how it is run.

The process has no Django, an empty environment, and limits that the kernel holds: memory, processor time, how much it
writes, no new process, and from before the first byte is decoded no new file or socket. A file made to break a decoder
breaks that process, which can reach nothing. What it says of its troubles is thrown away, for it may quote the file.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys

MOST_MEMORY_BYTES = 512 * 1024 * 1024
MOST_CPU_S = 5
MOST_WRITTEN_BYTES = 8 * 1024 * 1024


class ReaderFailed(Exception):
    """The process ended without an answer: the file broke it, or one of its limits did."""


def hold_limits(*, memory_bytes: int = MOST_MEMORY_BYTES, cpu_s: int = MOST_CPU_S, written_bytes: int = MOST_WRITTEN_BYTES) -> None:
    """From here on the kernel ends this process, or refuses it, at each limit. They can't be raised again from inside."""
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, written_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most))


def close_doors() -> None:
    """No file, pipe or socket can be opened any more; standard input, output and error stay. Import everything first."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def run_confined(module: str, sent: bytes, *, within_s: float, most_written_bytes: int = MOST_WRITTEN_BYTES) -> bytes:
    """Run a module of Heedful as a program, give it these bytes and return what it answers. Raises ReaderFailed.

    The module takes the limits on itself, first of all. What it writes goes to memory that the kernel bounds.
    """
    command = [sys.executable, "-I", "-m", module]
    output = os.memfd_create("answer", os.MFD_CLOEXEC)
    try:
        subprocess.run(  # noqa: S603 - no words of a user
            command, input=sent, stdout=output, stderr=subprocess.DEVNULL, env={}, cwd="/", timeout=within_s, check=True
        )
        return os.pread(output, most_written_bytes, 0)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired, BrokenPipeError) as fault:
        raise ReaderFailed from fault
    finally:
        os.close(output)
