"""`heedful captures`: what is stored, without any content."""

from __future__ import annotations

import argparse
import json

NAME = "captures"
HELP = "List stored captures: id, time, severity, themes, source, device, route, state. Never content."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="One JSON object a line.")
    parser.add_argument("--school", type=int, help="Only this school.")


def run(args: argparse.Namespace) -> int:
    from heedful.commands import _django

    _django.setup()
    from heedful.captures.queries.listing import list_captures

    for row in list_captures(school_id=args.school):
        if args.json:
            print(json.dumps(row))
        else:
            print(
                f"{row['number']:>8}  {row['time']}  severity {row['severity']}  {row['route']:<12}  {row['state']:<12}  {', '.join(row['themes']) or '-'}"
            )
    return 0
