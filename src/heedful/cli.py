"""The `heedful` command: every module of `heedful.commands` is one sub-command."""

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from types import ModuleType

from heedful import commands


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one sub-command and give its exit status: 0 well, 1 found faults, 2 wrong use or bad input."""
    parser = argparse.ArgumentParser(prog="heedful", description="Active monitoring for schools.")
    parser.add_argument("--version", action="version", version=f"heedful {version('heedful')}")
    sub = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in command_modules():
        child = sub.add_parser(module.NAME, help=module.HELP, description=module.HELP)
        module.add_arguments(child)
        child.set_defaults(run=module.run)
    parsed = parser.parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def command_modules() -> Iterator[ModuleType]:
    """Every module of `heedful.commands` whose name has no leading underscore, by name; packages hold tests."""
    for found in sorted(pkgutil.iter_modules(commands.__path__), key=lambda module: module.name):
        if not found.name.startswith("_") and not found.ispkg:
            yield importlib.import_module(f"{commands.__name__}.{found.name}")
