"""`heedful keys`: rotate the keys that protect what pupils wrote."""

from __future__ import annotations

import argparse

NAME = "keys"
HELP = "Rotate keys: one school's, or the installation's."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    school = verbs.add_parser("rotate-school", help="Give a school a new key and seal everything it has with it; the old key is destroyed.")
    school.add_argument("school", type=int, help="The school's number (heedful school list).")
    verbs.add_parser("rotate-installation", help="Make a new installation key and wrap every school's key with it.")


def run(args: argparse.Namespace) -> int:
    from heedful.commands import _django

    _django.setup()
    from django.utils import timezone

    from heedful.captures.actions.reseal import rotate_installation, rotate_school

    if args.verb == "rotate-installation":
        print(f"wrapped {rotate_installation(now=timezone.now())} school keys with a new installation key; back up the key file now")
        return 0
    resealed = rotate_school(school_id=args.school, now=timezone.now())
    print(f"school {args.school}: sealed {resealed} values anew; the old key is destroyed")
    return 0
