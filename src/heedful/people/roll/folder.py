"""Files of this machine: what lies at a path, and the folder into which the school's system puts a roll each night.

Each school has a folder of its number in the watched one; where there is one school alone, the watched folder itself will do.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from heedful.people.queries import all_schools
from heedful.people.roll.actions.imports import apply_import, expire_imports, read_import, record_unreadable
from heedful.people.roll.queries.imports import open_folder_imports
from heedful.people.roll.reading.archive import MOST_TOTAL_BYTES, MOST_UPLOAD_BYTES
from heedful.people.roll.rules import Door, ImportRefused, ImportState

log = structlog.get_logger()
ENDINGS = (".csv", ".txt", ".tsv", ".zip", ".xlsx")
# A file is complete when a `.done` beside it says so, or when nobody has written to it for this long.
STILL_FOR = timedelta(minutes=2)
KEPT_FOR = timedelta(days=30)
DONE, FAILED, MARK = "done", "failed", ".done"


class FolderRefused(Exception):
    """A path can't be read; the text says which, and why."""


def files_at(path: Path) -> list[tuple[str, bytes]]:
    """The names and contents of a file, or of the CSV files and zips in a folder. Links are not followed. Raises FolderRefused."""
    try:
        if path.is_dir():
            inside = _rolls_in(path)
            if not inside:
                raise FolderRefused(f"'{path}' has no CSV and no zip in it")
            return _read_all(inside)
        return _read_all([path])
    except OSError as fault:
        raise FolderRefused(f"can't read '{path}': {fault.strerror}") from fault


def run_folder(root: Path, *, now: datetime) -> int:
    """Take what is complete in the watched folder, import it, and put it away; returns how many imports there were.

    Safe beside another worker, and after one that died: a folder is taken by one at a time, and what was applied is not applied again.
    """
    schools = [school.pk for school in all_schools()]
    places = [(school_id, root / str(school_id)) for school_id in schools] + [
        (school_id, root) for school_id in schools[:1] if len(schools) == 1
    ]
    taken = 0
    for school_id, folder in places:
        if folder.is_dir():
            with _mine_alone(folder) as is_mine:
                if is_mine:
                    taken += _take(school_id, folder, now)
                    _forget_old(folder, now)
    return taken


def _take(school_id: int, folder: Path, now: datetime) -> bool:
    files = _rolls_in(folder)
    if not files or not _are_complete(files, folder, now):
        return False
    is_good, contents = False, None
    try:
        contents = _read_all(files)
    except (OSError, FolderRefused) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else "larger than is read"
        record_unreadable(school_id=school_id, reason=reason or "can't be opened", now=now)
    else:
        is_good = _import(school_id, contents, now)
    _put_away(files, contents, folder / (DONE if is_good else FAILED), now)
    return True


def _import(school_id: int, contents: list[tuple[str, bytes]], now: datetime) -> bool:
    """Read and, where nothing brakes it, apply. Earlier ones that still wait are let go."""
    expire_imports(import_ids=open_folder_imports(school_id))
    found = read_import(school_id=school_id, uploads=contents, door=Door.FOLDER, now=now)
    if found.state == ImportState.WAITING and not found.braked:
        try:
            found = apply_import(import_id=found.pk, difference_hash=found.difference_hash, now=now)
        except ImportRefused:  # somebody changed the roll in this moment: it waits for a person
            log.warning("roll.changed_meanwhile", roll_import=found.pk)
    log.info("roll.taken_from_folder", school=school_id, roll_import=found.pk, state=str(found.state), problems=found.problem_count)
    return found.state != ImportState.FAILED


def _rolls_in(folder: Path) -> list[Path]:
    return sorted(
        each for each in folder.iterdir() if each.name.lower().endswith(ENDINGS) and not each.name.startswith(".") and not each.is_dir()
    )


def _are_complete(files: Iterable[Path], folder: Path, now: datetime) -> bool:
    if (folder / MARK).exists():
        return True
    return all(each.with_name(each.name + MARK).exists() or _is_still(each, now) for each in files)


def _is_still(path: Path, now: datetime) -> bool:
    facts = path.lstat()
    # The change of the entry counts too: a copying program may set the other time to the original's.
    return now.timestamp() - max(facts.st_mtime, facts.st_ctime) >= STILL_FOR.total_seconds()


def _read_all(paths: Iterable[Path]) -> list[tuple[str, bytes]]:
    files, total = [], 0
    for path in paths:
        content = _read(path)
        total += len(content)
        if total > MOST_TOTAL_BYTES:
            raise FolderRefused(f"'{path.parent}' holds more than {MOST_TOTAL_BYTES // 1024**2} MiB; a school's roll is smaller")
        files.append((path.name, content))
    return files


def _read(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)  # a pipe must not hold us
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise FolderRefused(f"'{path}' is no file")
        content = file.read(MOST_UPLOAD_BYTES + 1)
    if len(content) > MOST_UPLOAD_BYTES:
        raise FolderRefused(f"'{path}' has more than {MOST_UPLOAD_BYTES // 1024**2} MiB; a school's roll is smaller")
    return content


def _put_away(files: Iterable[Path], contents: list[tuple[str, bytes]] | None, place: Path, now: datetime) -> None:
    """Keep our own copy, closed to everybody else, and remove what was brought; what can't be read is moved as it is."""
    inside = place / now.strftime("%Y-%m-%dT%H%M%S")
    inside.mkdir(mode=0o700, parents=True, exist_ok=True)
    for parent in (place, inside):
        parent.chmod(0o700)
    known = dict(contents or ())
    for file in files:
        target = inside / file.name
        if file.name in known:
            _write_closed(target, known[file.name])
            file.unlink(missing_ok=True)
        else:
            file.rename(target)
        file.with_name(file.name + MARK).unlink(missing_ok=True)
        (file.parent / MARK).unlink(missing_ok=True)


def _write_closed(target: Path, content: bytes) -> None:
    target.unlink(missing_ok=True)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _forget_old(folder: Path, now: datetime) -> None:
    """Rolls are names: what was put away a month ago goes."""
    for place in (folder / DONE, folder / FAILED):
        for inside in place.iterdir() if place.is_dir() else ():
            if inside.is_dir() and not inside.is_symlink() and now.timestamp() - inside.stat().st_mtime > KEPT_FOR.total_seconds():
                shutil.rmtree(inside)


@contextmanager
def _mine_alone(folder: Path) -> Iterator[bool]:
    """True for the one worker that has the folder now. The lock goes with the process, however it ends."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)
