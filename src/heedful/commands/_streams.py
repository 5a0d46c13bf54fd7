"""Work on many lines at once: chunks in, answers out in the same order, as many processes as there are cores, constant memory."""

import gc
import multiprocessing
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from typing import BinaryIO, TextIO, TypeVar

Chunk = list[tuple[int, bytes]]  # line number from 1, line
CHUNK_LINES, CHUNK_BYTES = 500, 256_000
FEW_CHUNKS = 2  # fewer are not worth a process
WAITING = 3  # chunks a process has before it at most
BROKEN_PIPE = 141
_SHOWN_EACH_S = 0.2
_BAR = 24
Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


def numbered(lines: Iterable[bytes]) -> Iterator[Chunk]:
    """The lines in chunks of so many lines or bytes, whichever comes first."""
    chunk: Chunk = []
    size = 0
    for number, raw in enumerate(lines, 1):
        chunk.append((number, raw))
        size += len(raw)
        if len(chunk) >= CHUNK_LINES or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def answer_in_order(
    chunks: Iterator[Chunk], here: Callable[[Chunk], Answer], work: Callable[[Chunk, Asked], Answer], asked: Asked, workers: int
) -> Iterator[Answer]:
    """`work` of each chunk, in their order. With one worker, or few chunks, `here`, in this process.

    At most WAITING chunks a process are held at once. `work` and `asked` must be importable. Ends its processes however it ends.
    """
    first = list(islice(chunks, FEW_CHUNKS))
    if workers < 2 or len(first) < FEW_CHUNKS:
        yield from map(here, chain(first, chunks))
        return
    gc.freeze()  # so that collecting does not copy the pages that the processes share
    way = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context(way), initializer=_begin)
    try:
        waiting: deque[Future[Answer]] = deque()
        for chunk in chain(first, chunks):
            waiting.append(pool.submit(work, chunk, asked))
            if len(waiting) >= WAITING * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """An interrupt is for the process that reads and writes; this one goes when it is told to."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class Progress:
    """A line on standard error, where a person sees it: how much, how fast and how long still. Silent anywhere else."""

    def __init__(self, lines: BinaryIO, err: TextIO | None = None, *, shown: bool | None = None) -> None:
        self._err = err or sys.stderr
        self._shown = self._err.isatty() if shown is None else shown
        self._lines, self._size = lines, _size_of(lines)
        self._count, self._started, self._last = 0, time.monotonic(), 0.0

    def step(self, count: int) -> None:
        """So many more lines were answered."""
        self._count += count
        now = time.monotonic()
        if self._shown and now - self._last >= _SHOWN_EACH_S:
            self._last = now
            self._show(now)

    def aside(self, text: str) -> None:
        """A line of its own, above the progress."""
        print(f"{self._clear()}{text}", file=self._err, flush=True)

    def end(self) -> None:
        """Leave what was done to be read."""
        if self._shown and self._count:
            seconds = max(time.monotonic() - self._started, 1e-9)
            print(f"{self._clear()}{self._count:,} lines in {seconds:,.1f} s, {self._count / seconds:,.0f} a second", file=self._err, flush=True)

    def _show(self, now: float) -> None:
        seconds = max(now - self._started, 1e-9)
        told = f"{self._count:,} lines, {self._count / seconds:,.0f} a second"
        if self._size:
            share = min(1.0, self._lines.tell() / self._size)
            filled = round(share * _BAR)
            left = seconds * (1 - share) / share if share else 0
            told = f"[{'#' * filled}{'.' * (_BAR - filled)}] {share:4.0%}  {told}, {int(left) // 60}:{int(left) % 60:02d} left"
        print(f"{self._clear()}{told}", end="", file=self._err, flush=True)

    def _clear(self) -> str:
        return "\r\x1b[K" if self._shown else ""


def _size_of(lines: BinaryIO) -> int:
    """The bytes of a file; 0 for what has no end that is known, such as a pipe."""
    try:
        return os.fstat(lines.fileno()).st_size if lines.seekable() else 0
    except (OSError, AttributeError):
        return 0
