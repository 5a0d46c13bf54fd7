"""`heedful worker`: background and periodic work."""

from __future__ import annotations

import argparse

NAME = "worker"
HELP = "Run the background worker alone (heedful serve starts one itself)."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(args: argparse.Namespace) -> int:
    from heedful.commands import _django

    _django.setup()
    from django.core.management import call_command

    from heedful.escalation.tasks import run_sweep

    run_sweep()  # what the last worker left behind does not wait for the minute
    call_command("run_huey", verbosity=0)
    return 0
