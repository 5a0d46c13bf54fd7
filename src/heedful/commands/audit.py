"""`heedful audit verify`: is the chain whole, and does it go on from what somebody wrote down?"""

from __future__ import annotations

import argparse
import re
import sys

NAME = "audit"
HELP = "Check the audit chain of every school."
MARK = re.compile(r"(\d+):([0-9a-f]{64})")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    verify = verbs.add_parser("verify", help="Walk every chain; name the first broken entry of each. Exit status 1 when one is broken.")
    verify.add_argument("--school", type=int, help="Only this school's chain (0 is the installation's).")
    verify.add_argument(
        "--against", metavar="NUMBER:HASH", help="Also hold it to what the weekly mail said: nothing up to there was changed since."
    )


def run(args: argparse.Namespace) -> int:
    mark = MARK.fullmatch(args.against.strip().lower()) if args.against else None
    if args.against and not mark:
        print("--against takes a number, a colon and the 64 signs of the seal, as the mail has them", file=sys.stderr)
        return 2
    from heedful.commands import _django

    _django.setup()
    from django.utils import timezone

    from heedful.audit.actions import check_whole_chain
    from heedful.audit.queries import Mark, chains, count_entries, extends

    schools = chains() if args.school is None else [args.school]
    status, extended = 0, []
    for school_id in schools:
        name = f"school {school_id}" if school_id else "installation"
        broken = check_whole_chain(school_id, now=timezone.now())
        if broken is None:
            print(f"{name}: {count_entries(school_id)} entries, whole")
            if mark and extends(school_id, Mark(int(mark[1]), mark[2])):
                extended.append(name)
        else:
            print(f"{name}: broken at entry {broken.number}: {broken.reason}", file=sys.stderr)
            status = 1
    if mark and extended:
        print(f"{', '.join(extended)}: goes on from entry {mark[1]} as it was written down; nothing up to there was changed")
    elif mark:
        print(
            f"no whole chain holds entry {mark[1]} with this seal: it was changed since, or a backup made before it was restored", file=sys.stderr
        )
        status = 1
    return status
