"""`heedful audit verify`: is the chain whole?"""

from __future__ import annotations

import argparse
import sys

NAME = "audit"
HELP = "Check the audit chain of every school."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("verify", help="Walk every chain; name the first broken entry of each. Exit status 1 when one is broken.")


def run(args: argparse.Namespace) -> int:
    from heedful.commands import _django

    _django.setup()
    from heedful.audit.queries import chains, count_entries, first_break

    status = 0
    for school_id in chains():
        name = f"school {school_id}" if school_id else "installation"
        broken = first_break(school_id)
        if broken is None:
            print(f"{name}: {count_entries(school_id)} entries, whole")
        else:
            print(f"{name}: broken at entry {broken.number}: {broken.reason}", file=sys.stderr)
            status = 1
    return status
