"""Putting a backup into place: opened and checked aside, then moved in. Until the last moment nothing that was there is touched.

Only `prepare` may run before Django is set up: the settings make folders and keys as soon as they are read.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from heedful.first_start import sync_folder
from heedful.vault.archive import ArchiveRefused, Manifest, read_archive

STAGING = "restoring"
BEFORE = "before-restore-"


class PlaceRefused(Exception):
    """The place where a backup should go is not empty, or is in use; the text says what to do. Nothing was changed."""


class NotAdopted(Exception):
    """The disk refused as what was restored was moved into place; the text says what to do."""


@dataclass(frozen=True)
class Place:
    """Where a restore goes: the data folder, and a database file or the address of a PostgreSQL database."""

    data_dir: Path
    database_url: str

    @property
    def database_file(self) -> Path | None:
        """SQLite's file; None on PostgreSQL."""
        if not self.database_url:
            return self.data_dir / "heedful.sqlite3"
        parts = urlsplit(self.database_url)
        return Path(unquote(parts.path)[1:]).absolute() if parts.scheme == "sqlite" else None

    @property
    def staging(self) -> Path:
        return self.data_dir / STAGING

    @property
    def staged_database(self) -> Path | None:
        file = self.database_file
        return file.with_name(f"{file.name}.{STAGING}") if file else None

    def occupied_by(self) -> list[Path]:
        """What lies there already, but for what a restore that was broken off left behind."""
        lies = sorted(self.data_dir.iterdir()) if self.data_dir.exists() else []
        if self.database_file and self.database_file.parent != self.data_dir:
            lies += [path for path in _with_companions(self.database_file) if path.exists()]
        ours = {self.staging, *(_with_companions(self.staged_database) if self.staged_database else [])}
        return [path for path in lies if path not in ours and path.name != "lost+found" and not path.name.startswith(BEFORE)]

    def clear_staging(self) -> None:
        """Take away what a restore prepared and did not finish."""
        shutil.rmtree(self.staging, ignore_errors=True)
        for path in _with_companions(self.staged_database) if self.staged_database else []:
            path.unlink(missing_ok=True)


def prepare(place: Place, *, archive: Path, keys: Path, recovery_secret: str) -> Manifest:
    """Open both files into the staging folder and hold them to their manifests. Raises ArchiveRefused; nothing but staging was touched."""
    place.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.clear_staging()
    place.staging.mkdir(mode=0o700)
    read_archive(keys, secret=recovery_secret, into=place.staging)
    backup_key = place.staging / "keys" / "backup.key"
    if not backup_key.exists():
        raise ArchiveRefused(f"'{keys.name}' is no keys file")
    return read_archive(archive, secret=backup_key.read_text("ascii"), into=place.staging)


def environment(place: Place) -> dict[str, str]:
    """The settings under which Django works on what is staged."""
    staged = place.staged_database
    url = f"sqlite:///{staged}" if staged else place.database_url
    return {"HEEDFUL_DATA_DIR": str(place.staging), "HEEDFUL_DATABASE_URL": url}


def fill_database(manifest: Manifest, place: Place) -> dict[str, int]:
    """Make the tables in the state of the backup, put the rows back, then bring them up to this Heedful. In the caller's transaction
    where the engine allows it. Returns the rows of each table. Raises ArchiveRefused and PlaceRefused.
    """
    from django.db import IntegrityError, connection, transaction

    from heedful.commands._backup.dump import load_rows, set_last_numbers, state_models

    with connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):
            raise PlaceRefused("the database that HEEDFUL_DATABASE_URL names is not empty; make a new one for the restore, and leave the old one as it is")
    registry = state_models(manifest.facts["state"])
    with transaction.atomic():
        if connection.vendor == "postgresql":  # making the tables in this transaction has left them checked at once
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        try:
            counts = load_rows(_parts(place), registry)
            set_last_numbers(manifest.facts["last_numbers"], registry)
            connection.check_constraints()  # PostgreSQL would hold them back, and then not alter the tables
        except IntegrityError as fault:
            raise ArchiveRefused("rows of the backup do not fit together") from fault
        if counts != manifest.facts["counts"]:
            raise ArchiveRefused("not every row came back; the archive and its counts differ")
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    return counts


def _parts(place: Place) -> Iterator[bytes]:
    for path in sorted((place.staging / "rows").glob("*.jsonl")):
        yield path.read_bytes()


def adopt(place: Place, *, now: datetime) -> Path | None:
    """Move what is staged into place, the database last; what lay there goes into a folder of its own, which is returned."""
    shutil.rmtree(place.staging / "rows", ignore_errors=True)
    before = _move_aside(place, now)
    for name in ("blobs", "lists", "keys"):
        if (place.staging / name).exists():
            os.rename(place.staging / name, place.data_dir / name)
    file, staged = place.database_file, place.staged_database
    if file and staged:
        os.rename(staged, file)
        sync_folder(file.parent)
    place.clear_staging()
    sync_folder(place.data_dir)
    return before


def _move_aside(place: Place, now: datetime) -> Path | None:
    occupied = place.occupied_by()
    if not occupied:
        return None
    before = place.data_dir / f"{BEFORE}{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    before.mkdir(mode=0o700)
    for path in occupied:
        shutil.move(path, before / path.name)
    return before


def _with_companions(file: Path) -> list[Path]:
    return [file, *(file.with_name(f"{file.name}{ending}") for ending in ("-wal", "-shm", "-journal"))]


def changed_settings(manifest: Manifest, values: Any) -> list[str]:
    """The settings that the backup's installation had and this one has not, as lines for people."""
    told: dict[str, str] = manifest.facts.get("settings", {})
    return [f"{name}: was {json.dumps(was)}, is {json.dumps(values.text(name))}" for name, was in sorted(told.items()) if name in values.rows and values.text(name) != was]
