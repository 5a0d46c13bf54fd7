"""`heedful school`, `heedful staff`: seed and edit what has no page yet."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from heedful.people.models import School

NAME = "school"
HELP = "Make, list and change schools, their staff, roll and enrolment tokens."
# As people.rules.RoleName names them; a test holds the two together.
ROLES = ("dsl", "deputy", "behaviour", "technician", "head", "governor", "staff")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    make = verbs.add_parser("make", help="Make a school; it monitors nobody until the programme moves its stage.")
    make.add_argument("name")
    verbs.add_parser("list", help="Schools with their numbers and stages.")
    change = verbs.add_parser("change", help="Change one setting, for a reason.")
    change.add_argument("school", type=int)
    change.add_argument("setting", help="e.g. capture_from, pictures, hours, private_hosts, help_lines")
    change.add_argument("value", help="JSON, or a plain word")
    change.add_argument("--reason", required=True)
    staff = verbs.add_parser("staff", help="Let a person sign in, with one or more roles.")
    staff.add_argument("school", type=int)
    staff.add_argument("email")
    staff.add_argument("name")
    staff.add_argument("--role", action="append", required=True, choices=ROLES, help="May be given again.")
    pupil = verbs.add_parser("pupil", help="Put a pupil on the roll, with the address that devices report.")
    pupil.add_argument("school", type=int)
    pupil.add_argument("given_name")
    pupil.add_argument("family_name")
    pupil.add_argument(
        "--year",
        type=int,
        choices=range(14),
        metavar="0-13",
        required=True,
        help="Year group, 0 (Reception) to 13; the age band follows from it.",
    )
    pupil.add_argument("--form", default="", help="Tutor group.")
    pupil.add_argument("--group", action="append", default=[], help="A group, made when missing; may be given again.")
    pupil.add_argument("--account", action="append", default=[], help="An address or user name; may be given again.")
    group = verbs.add_parser("group", help="Make a group, or say whether it is in the pilot.")
    group.add_argument("school", type=int)
    group.add_argument("name")
    group.add_argument("--in-pilot", action="store_true")
    shared = verbs.add_parser("shared-account", help="An account that several people use: it never names a pupil for certain.")
    shared.add_argument("school", type=int)
    shared.add_argument("address")
    token = verbs.add_parser("token", help="Make an enrolment token; it is shown once.")
    token.add_argument("school", type=int)
    token.add_argument("--kind", choices=("device", "chromeos"), default="device")
    token.add_argument("--uses", type=int, default=500)
    token.add_argument("--days", type=int, default=30)
    token.add_argument("--label", default="")


def run(args: argparse.Namespace) -> int:
    from heedful.commands._installation import make_tables_and_keys

    make_tables_and_keys()
    from django.utils import timezone

    from heedful.devices.actions.tokens import TokenRefused
    from heedful.people.queries import all_schools, school_by_number
    from heedful.people.rules import AccountTaken, GrantRefused, SettingRefused

    if args.verb == "list":
        for school in all_schools():
            print(f"{school.pk:>6}  {school.stage:<14}{school.name}")
        return 0
    if args.verb == "make":
        from heedful.people.actions import create_school
        from heedful.people.defaults import UK_HELP_LINES, UK_PRIVATE_HOSTS

        made = create_school(name=args.name, now=timezone.now(), help_lines=UK_HELP_LINES, private_hosts=UK_PRIVATE_HOSTS)
        print(f"school {made.pk} made; its stage is '{made.stage}'")
        return 0
    found = school_by_number(args.school)
    if found is None:
        print(f"there is no school {args.school}; 'heedful school list' shows them", file=sys.stderr)
        return 1
    try:
        return _change(args, found, timezone.now())
    except (AccountTaken, SettingRefused, GrantRefused, TokenRefused) as fault:
        print(str(fault), file=sys.stderr)
        return 1


def _change(args: argparse.Namespace, school: School, now: datetime) -> int:
    """Do what the verb says; the actions themselves refuse what can't be."""
    from django.db import transaction

    from heedful.devices.actions import make_token
    from heedful.devices.rules import TokenKind
    from heedful.people.actions import NewAccount, NewPupil, add_accounts, add_pupils, add_staff, change_school, create_group
    from heedful.people.rules import RoleName

    if args.verb == "change":
        wanted: dict[str, Any] = {args.setting: _value(args.value)}
        change_school(school, reason=args.reason, now=now, **wanted)
        print(f"{args.setting} changed")
    elif args.verb == "staff":
        add_staff(school=school, email=args.email, name=args.name, roles=[RoleName(role) for role in args.role], now=now)
        print("added; they set a password by 'Forgot your password?' on the sign-in page, and a second factor at first sign-in")
    elif args.verb == "pupil":
        row = NewPupil(args.given_name, args.family_name, args.year, tutor_group=args.form, groups=tuple(args.group))
        with transaction.atomic():
            (pupil,) = add_pupils(school, [row], now=now)
            add_accounts(school, [NewAccount(address, pupil=pupil) for address in args.account], now=now)
        print(f"pupil {pupil.pk} is on the roll; age band {pupil.age_band}")
    elif args.verb == "group":
        create_group(school=school, name=args.name, in_pilot=args.in_pilot, now=now)
        print("in the pilot" if args.in_pilot else "not in the pilot")
    elif args.verb == "shared-account":
        add_accounts(school, [NewAccount(args.address, shared=True)], now=now)
        print("shared")
    else:
        _, token = make_token(
            school_id=school.pk,
            kind=TokenKind(args.kind),
            label=args.label,
            uses=args.uses,
            valid_for_days=args.days,
            made_by=None,
            now=now,
        )
        print(token)
    return 0


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text
