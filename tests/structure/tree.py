"""The files of the project as the structure tests read them: what git knows or would add, nothing that is ignored."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Source:
    """One text file; `path` is relative to the root, with slashes."""

    path: str
    text: str

    @property
    def parts(self) -> tuple[str, ...]:
        return PurePosixPath(self.path).parts


@dataclass(frozen=True)
class Fault:
    """Where a rule is broken, and the way out."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


Check = Callable[[Source], Iterable[Fault]]


@cache
def all_names() -> tuple[str, ...]:
    """Return the path of every file of the tree, pictures too."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout.decode()
    return tuple(name for name in sorted(set(listed.split("\0"))) if name and (ROOT / name).is_file())


@cache
def all_sources() -> tuple[Source, ...]:
    """Read every text file of the tree; pictures and other binaries are left out."""
    return tuple(_read_sources(all_names()))


def _read_sources(names: Iterable[str]) -> Iterator[Source]:
    for name in names:
        content = (ROOT / name).read_bytes()
        if b"\0" not in content:
            yield Source(name, content.decode("utf-8"))


def faults_of(check: Check, *suffixes: str) -> list[str]:
    """Apply a check to each file of these suffixes (all files when none is named), as lines to read."""
    sources = [source for source in all_sources() if not suffixes or source.path.endswith(suffixes)]
    assert sources, f"no {suffixes} file found: the check would pass without looking"
    return [str(fault) for source in sources for fault in check(source)]
