"""`heedful restore`: a backup into an empty place, checked to the last value before it counts."""

from __future__ import annotations

import argparse
import getpass
import os
import socket
import sys
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from heedful.commands._backup.restoring import Place
    from heedful.settings_table import Values
    from heedful.vault.archive import Manifest

NAME = "restore"
HELP = "Restore a backup into an empty place, and check every capture and the audit chain. Stop Heedful first."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("archive", type=Path, help="heedful-….archive.age")
    parser.add_argument("--keys", type=Path, help="heedful-….keys.age (default: the one of the archive's name beside it).")
    parser.add_argument("--recovery-key-file", type=Path, help="A file that holds the recovery key (default: it is asked for).")
    parser.add_argument(
        "--try", dest="is_try", action="store_true",
        help="Restore into a folder that is thrown away, check everything, and record it. Heedful may run on meanwhile.",
    )  # fmt: skip
    parser.add_argument("--replace", action="store_true", help="Move what lies in the data folder aside, into a folder beside it.")


def run(args: argparse.Namespace) -> int:
    os.umask(0o077)
    from heedful.commands._backup.names import ARCHIVE, KEYS

    keys = args.keys or args.archive.with_name(args.archive.name.removesuffix(ARCHIVE) + KEYS)
    if args.is_try:
        from heedful.commands._backup.trying import try_restore

        return try_restore(archive=args.archive, keys=keys, recovery_key_file=args.recovery_key_file)
    from heedful.commands._backup.restoring import NotAdopted, Place, PlaceRefused, prepare
    from heedful.settings_table import SettingsError, read_settings
    from heedful.vault.archive import ArchiveRefused
    from heedful.vault.envelope import VaultError

    try:
        values = read_settings()
    except SettingsError as fault:
        print(fault, file=sys.stderr)
        return 2
    place = Place((values.path("HEEDFUL_DATA_DIR") or Path("data")).absolute(), values.text("HEEDFUL_DATABASE_URL"))
    try:
        _check_place(place, replace=args.replace, address=values.text("HEEDFUL_LISTEN"))
        if missing := [str(path) for path in (args.archive, keys) if not path.is_file()]:
            raise PlaceRefused(f"there is no file {', '.join(missing)}")
        secret = args.recovery_key_file.read_text("utf-8") if args.recovery_key_file else getpass.getpass("Recovery key: ")
        existed = place.data_dir.exists()
        try:
            manifest = prepare(place, archive=args.archive, keys=keys, recovery_secret=secret)
            return _finish(place, manifest, values)
        except BaseException:
            place.clear_staging()
            if not existed:
                with suppress(OSError):
                    place.data_dir.rmdir()
            raise
    except NotAdopted as fault:
        print(fault, file=sys.stderr)
        return 1
    except (ArchiveRefused, PlaceRefused, VaultError, OSError) as fault:
        print(f"nothing was restored, and nothing was changed: {fault}", file=sys.stderr)
        return 1


def _check_place(place: Place, *, replace: bool, address: str) -> None:
    from heedful.commands._backup.restoring import PlaceRefused

    occupied = place.occupied_by()
    if occupied and not replace:
        raise PlaceRefused(f"'{place.data_dir}' is not empty; give an empty HEEDFUL_DATA_DIR, or --replace to move what lies there aside")
    host, _, port = address.rpartition(":")
    if occupied:
        with suppress(OSError), socket.create_connection((host.strip("[]"), int(port)), timeout=1):
            raise PlaceRefused(f"something answers at {address}; stop Heedful first")


def _finish(place: Place, manifest: Manifest, values: Values) -> int:
    """Fill the database, verify, move into place. On PostgreSQL all of it is one transaction: it is there whole or not at all."""
    from heedful.commands._backup import restoring

    os.environ |= restoring.environment(place)
    from heedful.commands import _django

    _django.setup()
    from django.db import DatabaseError, connection, transaction

    from heedful.assurance.actions import record_restore
    from heedful.commands._backup.names import facts_as_text
    from heedful.commands._backup.verifying import verify

    now = datetime.now(UTC)
    # SQLite's file is made aside and moved into place whole; its tables can't be altered inside a transaction.
    try:
        with transaction.atomic() if connection.vendor == "postgresql" else nullcontext():
            counts = restoring.fill_database(manifest, place)
            found = verify(without=frozenset(manifest.facts["without"]))
            record_restore(backup=manifest.facts["backup"], made_at=manifest.facts["made_at"], now=now)
    except DatabaseError as fault:
        raise restoring.PlaceRefused(f"the database does not take it ({type(fault).__name__}); check HEEDFUL_DATABASE_URL") from fault
    if place.staged_database:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    try:
        before = restoring.adopt(place, now=now)
    except OSError as fault:
        raise restoring.NotAdopted(
            f"the backup is whole, but could not be moved into '{place.data_dir}' ({fault.strerror}); empty that folder and the database, then run it again"
        ) from fault
    print(facts_as_text(manifest.facts))
    print(f"restored and verified: {counts['captures.capture']} captures, {found.values} sealed values, {found.files} sealed files, {counts['audit.entry']} audit entries in {found.chains} chains, whole")
    if found.without:
        print(f"the backup did not have the pictures of {len(found.without)} captures: {', '.join(map(str, found.without[:20]))}")
    if found.without_files:
        print(f"the backup did not have the files of: {', '.join(found.without_files[:20])}")
    for line in restoring.changed_settings(manifest, values):
        print(f"setting differs: {line}")
    if before:
        print(f"what lay there before is in {before}; delete it once you have looked round")
    print("captures that devices handed over after this backup was made are lost; what still waits on devices comes in as they report")
    return 0

