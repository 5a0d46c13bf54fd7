"""`heedful serve`: the whole system on one machine, one process tree."""

from __future__ import annotations

import argparse

NAME = "serve"
HELP = "Run Heedful: the console, the devices' door and the background worker, in one process tree."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments: docs/settings.md lists what the environment says."""


def run(args: argparse.Namespace) -> int:
    from heedful.commands._installation import listeners, make_ready
    from heedful.commands._processes import Tree, python_part

    make_ready()
    parts = [listener.part({}) for listener in listeners()]
    parts.append(python_part("worker", "heedful", "worker", environment={}))
    tree = Tree(parts)
    tree.start()
    tree.watch()
    return 0
