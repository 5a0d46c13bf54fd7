"""`heedful devices`: take in a list of devices, list what is known of them, make and revoke enrolment tokens."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from heedful.devices.inventory.values import Difference
    from heedful.people.models import School

NAME = "devices"
HELP = "Import the inventory of devices, list them, and look after enrolment tokens."
# As devices.rules name them; a test holds them together.
SOURCES = ("google", "intune", "csv")
KINDS = ("device", "chromeos")
REFUSED, BRAKED = 1, 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    read = verbs.add_parser("import", help="Read a CSV from Google Admin, Intune or your own list, say what would change, and change it.")
    read.add_argument("path", type=Path)
    read.add_argument("--school", type=int, required=True)
    read.add_argument("--from", dest="source", choices=SOURCES, help="Which system it is from; told by its columns if left out.")
    read.add_argument("--dry-run", action="store_true", help="Say what would change, and change nothing.")
    read.add_argument("--anyway", action="store_true", help="Also where more than a fifth of the inventory would change or go.")
    listed = verbs.add_parser("list", help="The school's devices and how each stands.")
    listed.add_argument("--school", type=int, required=True)
    listed.add_argument("--json", action="store_true")
    listed.add_argument("--state", help="Only those in this state: today, silent, never, faulty, outside, away, not_covered, retired.")
    tokens = verbs.add_parser("tokens", help="Enrolment tokens: what there is, make one, revoke one.")
    tokens.add_argument("--school", type=int, required=True)
    tokens.add_argument("--json", action="store_true")
    tokens.add_argument("--make", choices=KINDS, help="Make a token of this kind; it is printed once.")
    tokens.add_argument("--uses", type=int, default=500, help="How many physical devices may enrol by it.")
    tokens.add_argument("--days", type=int, default=365)
    tokens.add_argument("--label", default="")
    tokens.add_argument("--revoke", type=int, metavar="NUMBER")


def run(args: argparse.Namespace) -> int:
    from heedful.commands._installation import make_tables_and_keys

    make_tables_and_keys()
    from django.utils import timezone

    from heedful.people.queries import school_by_number

    school = school_by_number(args.school)
    if school is None:
        print(f"there is no school {args.school}; 'heedful school list' shows them", file=sys.stderr)
        return REFUSED
    verb = {"import": _import, "list": _list, "tokens": _tokens}[args.verb]
    return verb(args, school, timezone.now())


def _import(args: argparse.Namespace, school: School, now: datetime) -> int:
    from heedful.devices.inventory.actions import apply_list, read_list, refuse_list
    from heedful.devices.inventory.values import ImportRefused, InventoryRefused
    from heedful.devices.rules import InventorySource

    source = InventorySource(args.source) if args.source else None
    try:
        content = args.path.read_bytes()
        waiting, found = read_list(school=school, file=args.path.name, content=content, by=None, door="command", now=now, source=source)
    except (OSError, InventoryRefused) as fault:
        print(str(fault), file=sys.stderr)
        return REFUSED
    for line in _told(found, InventorySource(waiting.source).label, waiting.passed_over):
        print(line)
    for problem in found.problems:
        print(f"  {problem}", file=sys.stderr)
    if found.is_empty:
        return 0
    if args.dry_run or (waiting.is_braked and not args.anyway):
        refuse_list(waiting=waiting, now=now)
        if args.dry_run:
            print("nothing was changed: this was a dry run")
            return 0
        print(
            "more than a fifth of the inventory would change or go, so nothing was changed; look at it, then add --anyway", file=sys.stderr
        )
        return BRAKED
    try:
        apply_list(waiting=waiting, anyway=args.anyway, by=None, now=now)
    except ImportRefused as fault:
        print(str(fault), file=sys.stderr)
        return REFUSED
    print("done")
    return 0


def _told(found: Difference, source: str, passed_over: dict[str, int]) -> list[str]:
    """The difference in lines, each only where there is something to tell."""
    counts = found.counts
    words = (
        ("added", "new"), ("found", "enrolled before, or listed again"), ("changed", "changed"), ("same", "as before"),
        ("unlisted", "no longer listed (kept)"), ("merged", "merged with one that enrolled apart"),
    )  # fmt: skip
    lines = [f"{counts[name]:>6}  {word}" for name, word in words if counts[name]]
    lines += [f"{number:>6}  passed over: {reason}" for reason, number in passed_over.items()]
    if found.problems:
        lines.append(f"{len(found.problems):>6}  row{'s' if len(found.problems) > 1 else ''} with something to look at")
    return [f"{source}:", *lines]


def _list(args: argparse.Namespace, school: School, now: datetime) -> int:
    from heedful.devices.queries.standing import standing_of
    from heedful.devices.standing import FILTERS

    if args.state and args.state not in FILTERS:
        print(f"unknown state '{args.state}'; there are {', '.join(FILTERS)}", file=sys.stderr)
        return REFUSED
    rows = [row for row in standing_of(school, now=now) if not args.state or args.state in row.filters]
    if args.json:
        print(json.dumps([row.as_json() for row in rows], indent=2))
        return 0
    for row in rows:
        seen = row.last_seen_at.astimezone().strftime("%Y-%m-%d %H:%M") if row.last_seen_at else "never"
        print(f"{row.id:>6}  {row.name:<28.28}{row.kind_label:<12}{row.state_title:<26}{seen}")
    return 0


def _tokens(args: argparse.Namespace, school: School, now: datetime) -> int:
    from heedful.devices.actions.tokens import TokenRefused, make_token, revoke_token
    from heedful.devices.queries.tokens import tokens_of
    from heedful.devices.rules import TokenKind

    if args.make:
        try:
            _, token = make_token(
                school_id=school.pk,
                kind=TokenKind(args.make),
                label=args.label,
                uses=args.uses,
                valid_for_days=args.days,
                made_by=None,
                now=now,
            )
        except TokenRefused as fault:
            print(str(fault), file=sys.stderr)
            return REFUSED
        print(token)
        return 0
    if args.revoke is not None:
        if not revoke_token(token_id=args.revoke, school_ids=[school.pk], by=None, now=now):
            print(f"there is no token {args.revoke} that works; 'heedful devices tokens --school {school.pk}' shows them", file=sys.stderr)
            return REFUSED
        print("revoked; what has enrolled stays enrolled")
        return 0
    rows = tokens_of(school.pk, now=now)
    if args.json:
        print(json.dumps([row.as_json() for row in rows], indent=2))
        return 0
    for row in rows:
        print(f"{row.id:>6}  {row.kind:<10}{row.state:<10}{row.used:>5} of {row.uses:<6}until {row.expires_at:%Y-%m-%d}  {row.label}")
    return 0
