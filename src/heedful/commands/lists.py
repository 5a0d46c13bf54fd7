"""`heedful lists`: hashed lists of illegal content that the school has obtained itself."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

NAME = "lists"
HELP = "Install hashed lists of illegal content (IWF, CTIRU) that the school has obtained; what is installed can't be switched off."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("show", help="What is installed: name, kind, theme and how many entries; never the entries.")
    add = verbs.add_parser("add", help="Install a list, in place of the one of its file name; restart 'heedful serve' afterwards.")
    add.add_argument("file", type=Path, help="Text: '# kind: url' or 'phrase', '# theme: …', then one lower-case SHA-256 in hex a line.")


def run(args: argparse.Namespace) -> int:
    from heedful.commands._installation import make_ready

    make_ready()
    from heedful.captures.locked_lists import install_list, installed_lists
    from heedful.detection.lists import ListError

    if args.verb == "show":
        for one in installed_lists().lists:
            print(f"{one.name}: {len(one.entries)} of kind {one.kind}, theme {one.theme}")
        return 0
    try:
        installed = install_list(args.file)
    except (ListError, OSError) as fault:
        print(f"nothing was installed: {fault}", file=sys.stderr)
        return 1
    print(f"{installed.name}: {len(installed.entries)} entries installed; restart 'heedful serve'")
    return 0
