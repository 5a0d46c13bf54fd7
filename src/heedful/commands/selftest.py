"""`heedful selftest`: send a synthetic device through the devices' own door, now."""

from __future__ import annotations

import argparse
import sys

NAME = "selftest"
HELP = "Test the running installation as a device would, for every school; keep and tell the result. Exit status 1 when a step fails."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--school", type=int, metavar="NUMBER", help="This school alone; 'heedful school list' names the numbers.")


def run(args: argparse.Namespace) -> int:
    from heedful.commands._installation import make_tables_and_keys

    make_tables_and_keys()
    from django.utils import timezone

    from heedful.gateway.self_test import run_self_test
    from heedful.people.queries import all_schools

    schools = [school for school in all_schools() if args.school in (None, school.pk)]
    if not schools:
        print(
            "there is no such school" if args.school else "there is no school yet; make one with 'heedful school make NAME'", file=sys.stderr
        )
        return 2
    status = 0
    for school in schools:
        result = run_self_test(school=school, now=timezone.now())
        assert result is not None  # a run by hand is never claimed by another
        passed, steps = result
        print(f"school {school.pk}: {'passed' if passed else 'FAILED'}")
        for step in steps:
            print(f"  {'ok     ' if step.passed else 'FAILED ' if step.tried else '-      '}{step.name}: {step.found}")
        status = status if passed else 1
    return status
