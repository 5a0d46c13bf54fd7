"""Everything that changes people: schools, groups, pupils, accounts, staff, roles, bars and content grants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from heedful.audit.actions import append
from heedful.audit.rules import SYSTEM, Action, Actor, Fact
from heedful.people.models import Account, Bar, ContentGrant, Group, Pupil, Role, School, Trust, User
from heedful.people.queries import has_right, rights_by_school
from heedful.people.rules import (
    MOST_GRANT_HOURS,
    AccountTaken,
    GrantRefused,
    Right,
    RoleName,
    SettingRefused,
    age_band_of_year,
)
from heedful.people.setting_rules import check_settings


@dataclass(frozen=True)
class NewPupil:
    """One pupil of the roll. `year_group` is 0 (Reception) to 13; `groups` are names of groups, made when missing."""

    given_name: str
    family_name: str
    year_group: int
    tutor_group: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class NewAccount:
    """An address or user name as devices report it, and whose it is: a pupil's, a member of staff's, shared, or nobody's."""

    address: str
    pupil: Pupil | None = None
    staff: User | None = None
    shared: bool = False


def create_school(*, name: str, now: datetime, trust_name: str = "", by: User | None = None, **settings: Any) -> School:
    """Make a school, with any of its settings. A new school monitors nobody until its stage is changed."""
    check_settings(settings)
    with transaction.atomic():
        trust = Trust.objects.get_or_create(name=trust_name)[0] if trust_name else None
        school = School.objects.create(name=name, trust=trust, **settings)
        _audit(school.pk, by, Fact(Action.SCHOOL_MADE, "school", (str(school.pk),), dict(settings)), now)
    return school


def change_school(school: School, *, reason: str, now: datetime, by: User | None = None, **settings: Any) -> School:
    """Change settings of a school for a reason. Raises SettingRefused, and then changes nothing."""
    check_settings(settings)
    if not reason.strip():
        raise SettingRefused("a change of a school's settings needs a reason")
    with transaction.atomic():
        before = {name: getattr(school, name) for name in settings}
        School.objects.filter(pk=school.pk).update(**settings)
        details = {name: {"from": before[name], "to": value} for name, value in settings.items()} | {"reason": reason.strip()}
        _audit(school.pk, by, Fact(Action.SCHOOL_CHANGED, "school", (str(school.pk),), details), now)
    school.refresh_from_db()
    return school


def create_group(*, school: School, name: str, now: datetime, in_pilot: bool = False, by: User | None = None) -> Group:
    """Make a group of the school, or set whether an existing one is in the pilot."""
    with transaction.atomic():
        group, _ = Group.objects.update_or_create(school=school, name=name, defaults={"in_pilot": in_pilot})
        _audit(school.pk, by, Fact(Action.GROUP_SET, "group", (str(group.pk),), {"in_pilot": in_pilot}), now)
    return group


def add_pupils(school: School, rows: Sequence[NewPupil], *, now: datetime, by: User | None = None) -> list[Pupil]:
    """Put pupils on the roll, in the order given; their age band follows from the year group."""
    with transaction.atomic():
        pupils = Pupil.objects.bulk_create(
            Pupil(
                school=school, given_name=row.given_name, family_name=row.family_name, year_group=row.year_group,
                age_band=age_band_of_year(row.year_group), tutor_group=row.tutor_group,
            )
            for row in rows
        )  # fmt: skip
        groups = _groups_by_name(school, {name for row in rows for name in row.groups})
        memberships = [
            Pupil.groups.through(pupil_id=pupil.pk, group_id=groups[name])
            for pupil, row in zip(pupils, rows, strict=True)
            for name in row.groups
        ]
        Pupil.groups.through.objects.bulk_create(memberships)
        _audit(school.pk, by, Fact(Action.PUPILS_ADDED, "pupil", (), {"pupils": len(pupils)}), now)
    return pupils


def add_accounts(school: School, rows: Iterable[NewAccount], *, now: datetime, by: User | None = None) -> list[Account]:
    """Say whose addresses and user names these are. Addresses are kept in lower case, as devices' are compared.

    Raises AccountTaken, and then changes nothing, where one of them is on the roll already.
    """
    rows = list(rows)
    with transaction.atomic():
        addresses = [row.address.strip().lower() for row in rows]
        if len(set(addresses)) < len(addresses) or Account.objects.filter(school=school, address__in=addresses).exists():
            raise AccountTaken("an account with this address is on the roll of this school already")
        accounts = Account.objects.bulk_create(
            Account(school=school, address=row.address.strip().lower(), pupil=row.pupil, staff=row.staff, shared=row.shared) for row in rows
        )
        _audit(school.pk, by, Fact(Action.ACCOUNTS_ADDED, "account", (), {"accounts": len(accounts)}), now)
    return accounts


def add_staff(
    *, school: School, email: str, name: str, roles: Iterable[RoleName], now: datetime, password: str | None = None, by: User | None = None
) -> User:
    """Let a person sign in, with roles in this school; without a password they set one by the reset link.

    A person known already keeps name and password and gets the roles.
    """
    address = email.strip().lower()
    with transaction.atomic():
        user = User.objects.filter(email__iexact=address).first()
        if user is None:
            user = User(email=address, name=name)
            user.set_password(password)  # None: unusable until they set one
            user.save()
            # The school vouches for the address; a second factor may be set up at once.
            EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
            _audit(school.pk, by, Fact(Action.STAFF_ADDED, "user", (str(user.pk),)), now)
        for role in roles:
            give_role(user=user, school=school, role=role, now=now, by=by)
    return user


def give_role(*, user: User, school: School, role: RoleName, now: datetime, by: User | None = None) -> Role:
    """Give a person a role in a school; once is enough."""
    with transaction.atomic():
        row, is_new = Role.objects.get_or_create(user=user, school=school, name=role)
        if is_new:
            _audit(school.pk, by, Fact(Action.ROLE_GIVEN, "user", (str(user.pk),), {"role": str(role)}), now)
    return row


def take_role(*, user: User, school: School, role: RoleName, now: datetime, by: User | None = None) -> bool:
    """Take a role away. False when the person did not have it."""
    with transaction.atomic():
        deleted, _ = Role.objects.filter(user=user, school=school, name=role).delete()
        if deleted:
            _audit(school.pk, by, Fact(Action.ROLE_TAKEN, "user", (str(user.pk),), {"role": str(role)}), now)
    return bool(deleted)


def bar_from_pupil(*, user: User, pupil: Pupil, now: datetime, by: User | None = None) -> Bar:
    """From now on this person sees nothing of this pupil: own child, relative, the person a capture names."""
    with transaction.atomic():
        bar, is_new = Bar.objects.get_or_create(user=user, pupil=pupil)
        if is_new:
            _audit(pupil.school_id, by, Fact(Action.PUPIL_BARRED, "user", (str(user.pk),), {"pupil": pupil.pk}), now)
    return bar


def grant_content(*, school_id: int, user_id: int, reason: str, hours: int, viewer: User, now: datetime) -> ContentGrant:
    """Let a person without content read the school's captures for some hours (G02). Reading never includes deciding.

    Raises GrantRefused with a text for the page when the viewer may not grant, or the grant is out of bounds.
    """
    if not has_right(viewer, school_id, Right.GRANT_CONTENT):
        raise GrantRefused("Only the safeguarding lead or a deputy can let somebody read captures.")
    if not 1 <= hours <= MOST_GRANT_HOURS:
        raise GrantRefused(f"A grant lasts 1 to {MOST_GRANT_HOURS} hours.")
    if not reason.strip():
        raise GrantRefused("Say why they need to read captures.")
    with transaction.atomic():
        if not Role.objects.filter(user_id=user_id, school_id=school_id, user__is_active=True).exists():
            raise GrantRefused("Choose a member of this school's staff.")
        grant = ContentGrant.objects.create(
            user_id=user_id,
            school_id=school_id,
            granted_by=viewer,
            reason=reason.strip(),
            starts_at=now,
            ends_at=now + timedelta(hours=hours),
        )
        details = {"grant": grant.pk, "hours": hours}
        _audit(school_id, viewer, Fact(Action.CONTENT_GRANTED, "user", (str(user_id),), details), now)
    return grant


def end_grant(*, grant_id: int, viewer: User, now: datetime) -> bool:
    """End a running grant early. False when it is not the viewer's to end, or is over."""
    with transaction.atomic():
        grant = ContentGrant.objects.filter(pk=grant_id, ends_at__gt=now).first()
        if grant is None or not has_right(viewer, grant.school_id, Right.GRANT_CONTENT):
            return False
        ContentGrant.objects.filter(pk=grant.pk).update(ends_at=now)
        _audit(grant.school_id, viewer, Fact(Action.CONTENT_GRANT_ENDED, "user", (str(grant.user_id),), {"grant": grant.pk}), now)
    return True


def record_sign_in(*, user: User, now: datetime) -> None:
    """One entry in the chain of each school where this person has a role."""
    with transaction.atomic():
        for school_id in sorted(rights_by_school(user, now=now)):
            _audit(school_id, user, Fact(Action.SIGNED_IN, "user", (str(user.pk),)), now)


def _groups_by_name(school: School, names: set[str]) -> dict[str, int]:
    known = dict(Group.objects.filter(school=school, name__in=names).values_list("name", "id"))
    made = Group.objects.bulk_create(Group(school=school, name=name) for name in sorted(names - set(known)))
    return known | {group.name: group.pk for group in made}


def _audit(school_id: int, by: User | None, fact: Fact, now: datetime) -> None:
    append(school_id=school_id, actor=Actor.person(by.pk) if by else SYSTEM, fact=fact, now=now)
