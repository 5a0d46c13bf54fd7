"""`heedful doctor`: is this installation fit to hold what pupils write, and what to do where it is not."""

from __future__ import annotations

import argparse

NAME = "doctor"
HELP = "Check settings, keys, database, disk, mail and addresses; say what to do. Exit status 1 when something is wrong."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--offline", action="store_true", help="Leave out what needs the network: mail server and addresses.")


def run(args: argparse.Namespace) -> int:
    from heedful.commands._installation import make_ready

    make_ready()
    from django.utils import timezone

    from heedful.assurance.checkup import keep_checkup
    from heedful.checks import examine

    marks = {"well": "ok     ", "wrong": "WRONG  ", "advice": "advice "}
    findings = examine(offline=args.offline)
    if not args.offline:
        keep_checkup(findings, now=timezone.now())
    for finding in findings:
        print(f"{marks[finding.verdict]}{finding.what}: {finding.text}")
    return 1 if any(finding.verdict == "wrong" for finding in findings) else 0
