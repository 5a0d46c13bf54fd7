"""`heedful retention`: the night's deletions, now or only counted."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import date, datetime, time

NAME = "retention"
HELP = "Delete what is past its time, as every night does by itself; --dry-run only counts it."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="Say what would be deleted, and delete nothing.")
    parser.add_argument("--now", type=date.fromisoformat, metavar="DATE", help="Count as on that day (YYYY-MM-DD). A later day takes --dry-run.")


def run(args: argparse.Namespace) -> int:
    os.umask(0o077)
    from heedful.commands._installation import make_tables_and_keys

    make_tables_and_keys()
    from django.utils import timezone

    from heedful.assurance.actions import run_night
    from heedful.captures.actions.retain import expected
    from heedful.people.queries import all_schools

    now = timezone.make_aware(datetime.combine(args.now, time(3))) if args.now else timezone.now()
    if not args.dry_run and now > timezone.now():
        print("that day is still to come: deleting early can't be undone; add --dry-run to count what would go", file=sys.stderr)
        return 2
    if args.dry_run:
        for school in all_schools():
            counts = expected(school.pk, now=now)
            print(f"school {school.pk}: {_told(counts)}")
        return 0
    print(_told(run_night(now=now)))
    return 0


def _told(counts: object) -> str:
    assert isinstance(counts, dict)
    return ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()) if count) or "nothing"
