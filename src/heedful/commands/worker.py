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
    from huey.contrib.djhuey import HUEY

    from heedful.commands._installation import check_layers
    from heedful.escalation.tasks import run_sweep

    check_layers()
    register_tasks()
    run_sweep()  # what the last worker left behind does not wait for the minute
    HUEY.create_consumer(workers=2, worker_type="thread", initial_delay=0.1, max_delay=1.0, check_worker_health=True).run()
    return 0


def register_tasks() -> None:
    """Import the `tasks` of every app: a task that nobody imported is never run."""
    from django.utils.module_loading import autodiscover_modules

    import heedful.checks.hourly  # noqa: F401 - registers its task; no app could, since it looks at all of them

    autodiscover_modules("tasks")
