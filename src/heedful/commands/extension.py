"""`heedful extension policy`: exactly what a technician pastes."""

from __future__ import annotations

import argparse
import json
import sys

NAME = "extension"
HELP = "Print the browser policy that installs and enrols the extension."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    policy = verbs.add_parser("policy", help="The policy JSON on standard output, what each value is for on standard error.")
    policy.add_argument("--for", dest="target", choices=("google", "intune", "linux"), required=True)
    policy.add_argument("--token", help="An enrolment token (heedful school token): kind 'chromeos' for google, 'device' for the others.")


def run(args: argparse.Namespace) -> int:
    from heedful.commands._installation import make_ready

    make_ready()
    from heedful.gateway.extension_package import ExtensionNotBuilt
    from heedful.gateway.ready_policy import ready_policy

    try:
        policy = ready_policy(args.target, token=args.token or "")
    except ExtensionNotBuilt as fault:
        print(str(fault), file=sys.stderr)
        return 1
    print(json.dumps(policy.document, indent=2))
    print(f"\nWhere: {policy.where}\n", file=sys.stderr)
    for value, reason in policy.reasons.items():
        print(f"  {value}: {reason}", file=sys.stderr)
    if policy.by_machine:
        print(f"\nWhat differs by machine: {policy.by_machine}", file=sys.stderr)
    return 0
