"""`heedful backup`: everything that a new machine needs, in two files."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

NAME = "backup"
HELP = "Write a backup: an encrypted archive, and the keys in a file of their own. Heedful may run meanwhile."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", type=Path, help="Where to write (default: HEEDFUL_BACKUP_DIR).")
    parser.add_argument("--keys-folder", type=Path, help="Where to write the keys file (default: HEEDFUL_BACKUP_KEYS_DIR, or the same folder).")
    parser.add_argument("--keep", type=int, help="Afterwards delete all backups there but the newest KEEP.")


def run(args: argparse.Namespace) -> int:
    os.umask(0o077)
    from heedful.commands._installation import make_tables_and_keys

    make_tables_and_keys()
    from django.conf import settings
    from django.utils import timezone

    from heedful.assurance.actions import record_backup
    from heedful.commands._backup.making import BackupRefused, keep_newest, make_backup
    from heedful.vault.archive import ArchiveRefused
    from heedful.vault.envelope import VaultError

    folder = args.folder or settings.VALUES.path("HEEDFUL_BACKUP_DIR")
    if folder is None:
        print("say where: heedful backup FOLDER, or set HEEDFUL_BACKUP_DIR", file=sys.stderr)
        return 2
    if args.keep is not None and args.keep < 1:
        print("--keep takes 1 or more", file=sys.stderr)
        return 2
    keys_folder = args.keys_folder or (None if args.folder else settings.VALUES.path("HEEDFUL_BACKUP_KEYS_DIR")) or folder
    now = timezone.now()
    try:
        made = make_backup(folder=folder, keys_folder=keys_folder, now=now)
    except (BackupRefused, VaultError, ArchiveRefused, OSError) as fault:
        text = fault.strerror or str(fault) if isinstance(fault, OSError) else str(fault)
        print(f"no backup was made: {text}", file=sys.stderr)
        record_backup(now=now, fault=type(fault).__name__)
        return 1
    record_backup(now=now, name=made.archive.name, size_bytes=made.size_bytes, captures=made.counts["captures.capture"], blobs=made.blobs)
    print(f"{made.archive}\n{made.keys}")
    print(f"{made.counts['captures.capture']} captures, {made.counts['audit.entry']} audit entries, {made.blobs} sealed files, {made.size_bytes} bytes; read again, whole")
    if made.missing:
        print(f"WRONG: {len(made.missing)} sealed files that captures and policies name are missing from the data folder", file=sys.stderr)
    for name in keep_newest(folder, keys_folder, keep=args.keep) if args.keep else []:
        print(f"deleted {name}")
    return 1 if made.missing else 0
