"""`heedful roll`: import a school's roll from the command line, and see what imports have done."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from heedful.people.models import School
    from heedful.people.roll.actions.imports import Plan
    from heedful.people.roll.reading.values import Problem

NAME = "roll"
HELP = "Import a school's pupils, staff, groups and accounts from CSV or OneRoster."
MOST_PROBLEMS_SHOWN = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    take = verbs.add_parser("import", help="Read a zip, a folder or CSV files, show what they change, and change it.")
    take.add_argument("path", nargs="+", type=Path, help="A OneRoster zip, a folder with CSV files, or the files themselves.")
    take.add_argument("--school", type=int, required=True, help="The school's number (heedful school list).")
    take.add_argument("--org", default="", help="The school's sourcedId, where a OneRoster export holds several schools.")
    take.add_argument("--dry-run", action="store_true", help="Show the difference and change nothing.")
    take.add_argument(
        "--confirm", metavar="HASH", default="", help="Apply a difference of which too much would change; the dry run shows its hash."
    )


def run(args: argparse.Namespace) -> int:
    from heedful.commands._installation import make_tables_and_keys

    make_tables_and_keys()
    from django.utils import timezone

    from heedful.people.queries import school_by_number
    from heedful.people.roll.folder import FolderRefused, files_at
    from heedful.people.roll.reading.values import RollRefused
    from heedful.people.roll.rules import ImportRefused

    school = school_by_number(args.school)
    if school is None:
        print(f"there is no school {args.school}; 'heedful school list' shows them", file=sys.stderr)
        return 1
    try:
        uploads = [each for path in args.path for each in files_at(path)]
        return _import(args, school, uploads, timezone.now())
    except (FolderRefused, RollRefused, ImportRefused) as fault:
        print(fault, file=sys.stderr)
        return 1


def _import(args: argparse.Namespace, school: School, uploads: list[tuple[str, bytes]], now: datetime) -> int:
    from heedful.people.roll.actions.imports import apply_import, plan_import, read_import
    from heedful.people.roll.rules import Door

    plan = plan_import(school_id=school.pk, uploads=uploads, org=args.org, now=now)
    _show(plan)
    if plan.difference.is_empty:
        print("Nothing to change.")
        return 0
    digest = plan.difference.fingerprint()
    if args.dry_run:
        print(f"Nothing was changed. The hash of this difference is {digest}")
        return 0
    if args.confirm and args.confirm != digest:
        print(f"the difference has the hash {digest}, not the one that was confirmed; look at it again", file=sys.stderr)
        return 1
    if plan.braked and not args.confirm:
        print(
            f"more than a fifth of {', '.join(plan.braked)} would change; nothing was changed. If it is right: --confirm {digest}",
            file=sys.stderr,
        )
        return 1
    found = read_import(school_id=school.pk, uploads=uploads, door=Door.COMMAND, org=args.org, now=now)
    apply_import(import_id=found.pk, difference_hash=digest, now=now, is_brake_confirmed=bool(args.confirm))
    print(f"Done: import {found.pk}.")
    return 0


def _show(plan: Plan) -> None:
    """The difference in counts. No names: a terminal is kept by who knows whom."""
    for part, counts in plan.difference.counts.items():
        words = ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in counts.items() if isinstance(count, int))
        print(f"{part:<9} {words}")
        for name, count in counts.get("fields", {}).items():
            print(f"          {count} change {name.replace('_', ' ')}")
    _show_problems(plan.problems)


def _show_problems(problems: Iterable[Problem]) -> None:
    problems = list(problems)
    for problem in problems[:MOST_PROBLEMS_SHOWN]:
        print(problem, file=sys.stderr)
    if len(problems) > MOST_PROBLEMS_SHOWN:
        print(f"and {len(problems) - MOST_PROBLEMS_SHOWN} more", file=sys.stderr)
