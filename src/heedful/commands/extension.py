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
    from django.conf import settings

    from heedful.gateway.extension_package import ExtensionNotBuilt
    from heedful.gateway.extension_policy import NAME_HERE, SERIAL_HERE, policy_for
    from heedful.gateway.shipped_extension import package

    try:
        extension_id = package().extension_id
    except ExtensionNotBuilt as fault:
        print(str(fault), file=sys.stderr)
        return 1
    name = "chromeos_token" if args.target == "google" else "device_token"
    token = args.token or "PUT-THE-ENROLMENT-TOKEN-HERE"
    policy = policy_for(
        args.target, extension_id=extension_id, server_url=settings.DEVICE_URL,
        update_url=f"{settings.DEVICE_URL}/extension/updates.xml", authority=_own_authority(), **{name: token},
        **({} if args.target == "google" else {"machine_id": SERIAL_HERE, "device_label": NAME_HERE}),
    )  # fmt: skip
    print(json.dumps(policy.document, indent=2))
    print(f"\nWhere: {policy.where}\n", file=sys.stderr)
    for value, reason in policy.reasons.items():
        print(f"  {value}: {reason}", file=sys.stderr)
    if policy.by_machine:
        print(f"\nWhat differs by machine: {policy.by_machine}", file=sys.stderr)
    return 0


def _own_authority() -> bytes | None:
    """The school's own authority, where the server's certificate is from it (`heedful certificate make`)."""
    from django.conf import settings

    from heedful.tls import der_of

    path = settings.DATA_DIR / "tls" / "authority.pem"
    return der_of(path.read_bytes()) if path.exists() else None
