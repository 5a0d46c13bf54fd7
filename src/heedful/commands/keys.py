"""`heedful keys`: rotate the keys that protect what pupils wrote."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime

NAME = "keys"
HELP = "Rotate keys: one school's, or the installation's. Make the recovery key for backups."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    school = verbs.add_parser("rotate-school", help="Give a school a new key and seal everything it has with it; the old key is destroyed.")
    school.add_argument("school", type=int, help="The school's number (heedful school list).")
    school.add_argument("--without-missing", action="store_true", help="Go on although picture files are missing; it is recorded which.")
    verbs.add_parser("rotate-installation", help="Make a new installation key and wrap every school's key with it.")
    recovery = verbs.add_parser("recovery", help="Make the recovery key, which alone opens backups. It is shown once.")
    recovery.add_argument("--replace", action="store_true", help="Make another; backups made before still take the one before.")


def run(args: argparse.Namespace) -> int:
    from heedful.commands._installation import make_tables_and_keys

    make_tables_and_keys()
    from django.utils import timezone

    from heedful.captures.actions.reseal import MissingFiles, rotate_installation, rotate_school

    if args.verb == "recovery":
        return _recovery(replace=args.replace, now=timezone.now())
    if args.verb == "rotate-installation":
        print(f"wrapped {rotate_installation(now=timezone.now())} school keys with a new installation key; back up the key file now")
        return 0
    try:
        resealed = rotate_school(school_id=args.school, now=timezone.now(), without_missing=args.without_missing)
    except MissingFiles as fault:
        print(fault, file=sys.stderr)
        return 1
    print(f"school {args.school}: sealed {resealed} values anew; the old key is destroyed")
    return 0


def _recovery(*, replace: bool, now: datetime) -> int:
    from heedful.assurance.actions import record_recovery_key
    from heedful.vault.envelope import VaultError
    from heedful.vault.recovery import make_recovery_key

    try:
        secret = make_recovery_key(replace=replace)
    except VaultError as fault:
        print(fault, file=sys.stderr)
        return 1
    record_recovery_key(now=now)
    print(secret)
    print("This is the recovery key. It is nowhere else: write it down or print it now, and put it in the school's safe.", file=sys.stderr)
    print("Without it no backup can be opened; who has it and a backup's two files can open everything.", file=sys.stderr)
    return 0
