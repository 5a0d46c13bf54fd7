"""Everything that changes people: schools, groups, pupils, accounts, staff, roles, bars and content grants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from heedful.audit.actions import append
from heedful.audit.rules import SYSTEM, Action, Actor, Fact
from heedful.people.models import (
    Account,
    Bar,
    ContentGrant,
    Group,
    PilotAudience,
    Pupil,
    Role,
    School,
    SettingChange,
    StaffRecord,
    StrandMember,
    Trust,
    TrustDefault,
    User,
)
from heedful.people.queries import barred_pupils, has_right, rights_by_school, schools_with, unmatched_accounts
from heedful.people.rules import (
    MOST_GRANT_HOURS,
    MOST_UNMATCHED,
    SEEN_AGAIN_AFTER,
    AccountTaken,
    GrantRefused,
    NotFound,
    Right,
    RoleName,
    SettingRefused,
    Stage,
    Strand,
    address_of,
    age_band_of_year,
)
from heedful.people.setting_rules import check_settings
from heedful.people.trust.rules import TRUST_SETTINGS, check_against_trust


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
    """Make a school, with any of its settings. A new school monitors nobody until the programme moves its stage."""
    check_settings({name: value for name, value in settings.items() if name != "stage"})
    with transaction.atomic():
        trust = Trust.objects.get_or_create(name=trust_name)[0] if trust_name else None
        settings = _with_defaults(trust, settings)
        school = School.objects.create(name=name, trust=trust, **settings)
        _audit(school.pk, by, Fact(Action.SCHOOL_MADE, "school", (str(school.pk),), dict(settings)), now)
    return school


def change_school(school: School, *, reason: str, now: datetime, by: User | None = None, **settings: Any) -> School:
    """Change settings of a school for a reason, which is kept beside the audit chain. Raises SettingRefused, and then changes nothing."""
    check_settings(settings)
    if not reason.strip():
        raise SettingRefused("a change of a school's settings needs a reason")
    check_against_trust(settings, _defaults(school.trust_id, is_locked=True))
    with transaction.atomic():
        before = {name: getattr(school, name) for name in settings}
        School.objects.filter(pk=school.pk).update(**settings)
        why = SettingChange.objects.create(school=school, at=now, by=by, settings=sorted(settings), reason=reason.strip()[:500])
        details = {name: {"from": before[name], "to": value} for name, value in settings.items()} | {"change": why.pk}
        _audit(school.pk, by, Fact(Action.SCHOOL_CHANGED, "school", (str(school.pk),), details), now)
    school.refresh_from_db()
    return school


def _defaults(trust_id: int | None, **only: bool) -> dict[str, Any]:
    return dict(TrustDefault.objects.filter(trust_id=trust_id, **only).values_list("name", "value")) if trust_id else {}


def _with_defaults(trust: Trust | None, settings: dict[str, Any]) -> dict[str, Any]:
    """The settings of a new school: what its trust sets where nothing else was asked for, and never looser than is locked."""
    if trust is None:
        return settings
    check_against_trust(settings, _defaults(trust.pk, is_locked=True))
    of_school = {name: value for name, value in _defaults(trust.pk).items() if name in TRUST_SETTINGS and TRUST_SETTINGS[name].of_school}
    return of_school | settings


def move_stage(*, school: School, to: Stage, reason: str, by: User, now: datetime, live_by_group: bool = False) -> bool:
    """Put the school's monitoring into another stage. The programme calls it once its gates are met, and nobody else.

    False when somebody else moved it in the meantime. The reason is kept beside the audit chain.
    """
    if not reason.strip():
        raise SettingRefused("a change of the stage needs a reason")
    with transaction.atomic():
        changed = School.objects.filter(pk=school.pk, stage=school.stage).update(stage=to, live_by_group=live_by_group)
        if changed:
            why = SettingChange.objects.create(school=school, at=now, by=by, settings=["stage"], reason=reason.strip()[:500])
            details = {"stage": {"from": school.stage, "to": str(to)}, "live_by_group": live_by_group, "change": why.pk}
            _audit(school.pk, by, Fact(Action.STAGE_MOVED, "school", (str(school.pk),), details), now)
    school.refresh_from_db()
    return bool(changed)


def set_launch_date(*, school: School, on: date, before: date | None, by: User, now: datetime) -> bool:
    """Write the launch date down where every page finds it. False when it is not `before` any more: somebody else set it."""
    with transaction.atomic():
        changed = School.objects.filter(pk=school.pk, launch_on=before).update(launch_on=on)
        if changed:
            details = {"launch_on": {"from": before and before.isoformat(), "to": on.isoformat()}}
            _audit(school.pk, by, Fact(Action.LAUNCH_DATE_SET, "school", (str(school.pk),), details), now)
    school.refresh_from_db()
    return bool(changed)


def set_strands(*, user: User, school: School, strands: Iterable[Strand | None], by: User | None, now: datetime) -> None:
    """Say for which strands a person stands in the working group: none takes them out, `{None}` is a member from outside the three."""
    wanted = {str(strand or "") for strand in strands}
    with transaction.atomic():
        held = set(StrandMember.objects.filter(user=user, school=school).values_list("strand", flat=True))
        if held == wanted:
            return
        StrandMember.objects.filter(user=user, school=school, strand__in=held - wanted).delete()
        StrandMember.objects.bulk_create(StrandMember(user=user, school=school, strand=strand) for strand in sorted(wanted - held))
        details = {"from": sorted(held), "to": sorted(wanted)}
        _audit(school.pk, by, Fact(Action.STRANDS_SET, "user", (str(user.pk),), details), now)


def set_pilot_audience(*, school: School, user_ids: Iterable[int], by: User | None, now: datetime) -> None:
    """Say who is told of captures while the pilot runs; staff of the school alone."""
    staff = Role.objects.filter(school=school, user_id__in=set(user_ids), user__is_active=True)
    wanted = sorted(set(staff.values_list("user_id", flat=True)))
    with transaction.atomic():
        PilotAudience.objects.filter(school=school).exclude(user_id__in=wanted).delete()
        PilotAudience.objects.bulk_create((PilotAudience(school=school, user_id=pk) for pk in wanted), ignore_conflicts=True)
        _audit(school.pk, by, Fact(Action.PILOT_AUDIENCE_SET, "user", tuple(map(str, wanted))), now)


def set_groups(*, school: School, in_pilot: Iterable[int] | None = None, is_live: Iterable[int] | None = None, by: User | None, now: datetime) -> None:
    """Say which groups (by id) the pilot covers, or which are live in a school that goes live by group; None leaves them as they are."""
    with transaction.atomic():
        for field, wanted in (("in_pilot", in_pilot), ("is_live", is_live)):
            if wanted is not None:
                ids = sorted(Group.objects.filter(school=school, pk__in=set(wanted)).values_list("pk", flat=True))
                Group.objects.filter(school=school).exclude(pk__in=ids).filter(**{field: True}).update(**{field: False})
                Group.objects.filter(school=school, pk__in=ids).update(**{field: True})
                _audit(school.pk, by, Fact(Action.GROUP_SET, "group", tuple(map(str, ids)), {field: True}), now)


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

    One that devices reported before, and nobody's, becomes theirs. Raises AccountTaken, and then changes nothing, where one
    of them is on the roll already.
    """
    rows = list(rows)
    with transaction.atomic():
        addresses = [row.address.strip().lower() for row in rows]
        known = {account.address: account for account in Account.objects.filter(school=school, address__in=addresses)}
        if len(set(addresses)) < len(addresses) or not all(account.is_unmatched for account in known.values()):
            raise AccountTaken("an account with this address is on the roll of this school already")
        accounts = [known.get(address) or Account(school=school, address=address) for address in addresses]
        for account, row in zip(accounts, rows, strict=True):
            account.pupil, account.staff, account.shared = row.pupil, row.staff, row.shared
        Account.objects.bulk_update([account for account in accounts if account.pk], ["pupil", "staff", "shared"])
        Account.objects.bulk_create(account for account in accounts if not account.pk)
        _audit(school.pk, by, Fact(Action.ACCOUNTS_ADDED, "account", (), {"accounts": len(accounts)}), now)
    return accounts


def match_account(
    *, account_id: int, viewer: User, now: datetime, pupil_id: int | None = None, staff_id: int | None = None, shared: bool = False
) -> Account:
    """Say whose an account is: a pupil's, a member of staff's, or several people's; exactly one of the three.

    It is a person's word: an import that says otherwise moves the account, one that leaves it out doesn't close it.
    Raises NotFound where account, pupil or member of staff is not the viewer's to match.
    """
    if (pupil_id is not None) + (staff_id is not None) + shared != 1:
        raise ValueError("an account is one pupil's, one member of staff's, or shared; say one of the three")
    with transaction.atomic():
        account = _account_of(viewer, account_id, Right.MATCH_ACCOUNTS)
        if pupil_id is not None and not _is_pupil_of(account.school_id, pupil_id, viewer):
            raise NotFound
        if staff_id is not None and not _is_staff_of(account.school_id, staff_id):
            raise NotFound
        _give_account(account, pupil_id=pupil_id, staff_id=staff_id, shared=shared, viewer=viewer, now=now)
    return account


def mark_shared(*, account_id: int, viewer: User, now: datetime) -> Account:
    """Say that several people use an account: from now on it names nobody for certain. Raises NotFound where it is not the viewer's."""
    with transaction.atomic():
        account = _account_of(viewer, account_id, Right.CHANGE_ROLL)
        _give_account(account, pupil_id=None, staff_id=None, shared=True, viewer=viewer, now=now)
    return account


def _account_of(viewer: User, account_id: int, right: Right) -> Account:
    """The account, where the viewer holds the right in its school and isn't barred from whose it is. Else NotFound."""
    account = Account.objects.select_for_update().filter(pk=account_id, school_id__in=schools_with(viewer, right)).first()
    if account is None or (account.pupil_id is not None and account.pupil_id in barred_pupils(viewer)):
        raise NotFound
    return account


def _give_account(account: Account, *, pupil_id: int | None, staff_id: int | None, shared: bool, viewer: User, now: datetime) -> None:
    before = {"pupil": account.pupil_id, "staff": account.staff_id, "shared": account.shared}
    account.pupil_id, account.staff_id, account.shared = pupil_id, staff_id, shared
    account.from_roll, account.closed_on = False, None
    account.save(update_fields=["pupil", "staff", "shared", "from_roll", "closed_on"])
    details = {"from": before, "to": {"pupil": pupil_id, "staff": staff_id, "shared": shared}}
    _audit(account.school_id, viewer, Fact(Action.ACCOUNT_MATCHED, "account", (str(account.pk),), details), now)


def _is_pupil_of(school_id: int, pupil_id: int, viewer: User) -> bool:
    return pupil_id not in barred_pupils(viewer) and Pupil.objects.filter(pk=pupil_id, school_id=school_id).exists()


def _is_staff_of(school_id: int, user_id: int) -> bool:
    has_role = Role.objects.filter(user_id=user_id, school_id=school_id).exists()
    return has_role or StaffRecord.objects.filter(user_id=user_id, school_id=school_id).exists()


def note_accounts_seen(*, school_id: int, addresses: Iterable[str], now: datetime) -> int:
    """Devices report these accounts. A new one gets a row that says whose it is not known to be; returns how many are new.

    Cheap enough to call with every request: a known account is written once a day. No audit entry: nobody decided anything.
    """
    wanted = {address for address in map(address_of, addresses) if address}
    seen = {row.address: row for row in Account.objects.filter(school_id=school_id, address__in=wanted).only("address", "last_seen_at")}
    stale = [row.pk for row in seen.values() if row.last_seen_at is None or row.last_seen_at < now - SEEN_AGAIN_AFTER]
    if stale:
        Account.objects.filter(pk__in=stale, first_seen_at=None).update(first_seen_at=now)
        Account.objects.filter(pk__in=stale).update(last_seen_at=now)
    fresh = sorted(wanted - set(seen))
    if fresh:
        fresh = fresh[: max(0, MOST_UNMATCHED - unmatched_accounts(school_id).count())]
        rows = [Account(school_id=school_id, address=address, first_seen_at=now, last_seen_at=now) for address in fresh]
        Account.objects.bulk_create(rows, ignore_conflicts=True)  # another process may have seen it in the same moment
    return len(fresh)


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
