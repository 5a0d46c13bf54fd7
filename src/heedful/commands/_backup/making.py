"""Making a backup: the archive, and the keys in a file of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import connection

from heedful.captures.queries.ciphertexts import names_of_blobs
from heedful.commands._backup.dump import applied_leaves, dump_rows, last_numbers, snapshot, unapplied
from heedful.commands._backup.names import ARCHIVE, KEYS
from heedful.first_start import ensure_folder
from heedful.settings_table import TABLE
from heedful.vault.archive import Entry, read_archive, write_archive
from heedful.vault.line import keepers_in_line
from heedful.vault.recovery import backup_recipient, backup_secret, key_entries, recovery_recipient

_PAIR = re.compile(r"heedful-\d{8}T\d{6}Z(?:-\d+)?")
# Where things lie is the new machine's business, and addresses of databases may hold a password.
_NOT_TOLD = frozenset({"HEEDFUL_DATA_DIR", "HEEDFUL_DATABASE_URL", "HEEDFUL_BACKUP_DIR", "HEEDFUL_BACKUP_KEYS_DIR"})


class BackupRefused(Exception):
    """No backup can be made now; the text says why and what to do."""


@dataclass
class Made:
    """A backup that was made, and read again to its end."""

    archive: Path
    keys: Path
    counts: dict[str, int] = field(default_factory=dict)
    blobs: int = 0
    missing: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)  # destroyed on purpose while the backup was made

    @property
    def size_bytes(self) -> int:
        return self.archive.stat().st_size


def make_backup(*, folder: Path, keys_folder: Path, now: datetime) -> Made:
    """Write both files, then read them again. Raises BackupRefused, NoRecoveryKey and OSError; a half-written file never has its name.

    What was acknowledged to a device before the call is in it. Devices and people go on meanwhile; retention and key
    rotation wait.
    """
    recipient = recovery_recipient()
    if unapplied("default"):
        raise BackupRefused("the database is older than this Heedful; start it once, or make the backup with the version that it belongs to")
    name = _free_name(ensure_folder(folder), now)
    made = Made(folder / f"{name}{ARCHIVE}", ensure_folder(keys_folder) / f"{name}{KEYS}")
    facts = {"backup": uuid4().hex, "made_at": now.astimezone(UTC).isoformat(), "heedful": version("heedful"), "engine": connection.vendor}
    with keepers_in_line(), snapshot() as alias:
        facts |= {"state": applied_leaves(alias), "last_numbers": last_numbers(alias), "settings": _settings()}  # type: ignore[dict-item]
        entries = _entries(alias, made)
        write_archive(
            made.archive, entries, recipient=backup_recipient(), facts=lambda: facts | {"counts": made.counts, "without": made.missing + made.gone}
        )
        write_archive(made.keys, key_entries(), recipient=recipient, facts=lambda: facts | {"settings": {}})
    read_archive(made.archive, secret=backup_secret(), into=None)
    return made


def keep_newest(folder: Path, keys_folder: Path, *, keep: int) -> list[str]:
    """Delete all backups but the newest; returns the names of what was deleted. What isn't named like a backup is left alone."""
    gone = []
    for place, ending in ((folder, ARCHIVE), (keys_folder, KEYS)):
        ours = sorted(path for path in place.glob(f"*{ending}") if _PAIR.fullmatch(path.name.removesuffix(ending)))
        for path in ours[: max(0, len(ours) - keep)]:
            path.unlink()
            gone.append(path.name)
    return gone


def _free_name(folder: Path, now: datetime) -> str:
    stem = f"heedful-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, 1000))
    return next(name for name in names if not (folder / f"{name}{ARCHIVE}").exists())


def _settings() -> dict[str, str]:
    told = (setting for setting in TABLE if setting.kind != "secret" and setting.name not in _NOT_TOLD)
    return {setting.name: settings.VALUES.text(setting.name) for setting in told}


def _entries(alias: str, made: Made) -> Iterator[Entry]:
    yield from dump_rows(alias, made.counts)
    yield from _files("lists", Path(settings.DATA_DIR) / "lists", "*.txt")
    named, found = named_blobs(alias), set()
    for entry in _files("blobs", Path(settings.DATA_DIR) / "blobs", "*/*.sealed"):
        found.add(entry.name)
        yield entry
    made.blobs = len(found)
    named_now = named_blobs("default") if named - found else set()
    made.missing, made.gone = sorted((named - found) & named_now), sorted(named - found - named_now)


def named_blobs(alias: str) -> set[str]:
    """The archive's name of each sealed file that a row names and that lasts."""
    return {f"blobs/{school}/{name}.sealed" for school, name in names_of_blobs(alias=alias, only_lasting=True)}


def _files(prefix: str, folder: Path, pattern: str) -> Iterator[Entry]:
    """The files of a folder, as it stands now. The rows were read before, so each file that they name was there before we look."""
    for path in sorted(folder.glob(pattern)):
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue  # somebody destroyed it this moment; the manifest says that it is missing
        yield Entry(f"{prefix}/{path.relative_to(folder).as_posix()}", content)
