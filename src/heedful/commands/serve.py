"""`heedful serve`: the whole system on one machine, one process tree."""

from __future__ import annotations

import argparse
import sys

NAME = "serve"
HELP = "Run Heedful: the console, the devices' door and the background worker, in one process tree."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments: docs/settings.md lists what the environment says."""


def run(args: argparse.Namespace) -> int:
    from heedful.commands._installation import check_layers, listeners, make_ready
    from heedful.commands._processes import Tree, python_part

    make_ready()
    check_layers()
    doors = listeners()
    faults = [fault for door in doors if (fault := door.fault())]
    if faults:
        print("Heedful can't start:\n" + "\n".join(dict.fromkeys(faults)), file=sys.stderr)
        return 2
    for doubt in dict.fromkeys(door.doubt() for door in doors):
        if doubt:
            print(f"{doubt}, unless a proxy with a certificate of its own stands before Heedful", file=sys.stderr)
    parts = [door.part({}) for door in doors]
    parts.append(python_part("worker", "heedful", "worker", environment={}))
    tree = Tree(parts)
    tree.start()
    tree.watch()
    return 0
