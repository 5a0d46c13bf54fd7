"""Changes of staff that people make on pages: each asks for the right in that school, and is audited there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from heedful.audit.actions import append
from heedful.audit.rules import Action, Actor, Fact
from heedful.people.actions import add_staff, give_role, take_role
from heedful.people.models import Role, School, User
from heedful.people.queries import has_right, schools_with
from heedful.people.rules import NotFound, Right, RoleName
from heedful.people.staffing.rules import StaffRefused, check_change, check_lead_remains


def invite_staff(*, school_id: int, email: str, name: str, roles: Iterable[RoleName], viewer: User, now: datetime) -> User:
    """Add somebody by hand, or give roles to somebody who is known already. Raises NotFound and StaffRefused."""
    with transaction.atomic():
        school = _school(school_id, viewer)
        known = User.objects.filter(email__iexact=email.strip()).first()
        if known is not None:
            check_change(person_id=known.pk, viewer_id=viewer.pk)
            if not known.is_active:
                raise StaffRefused("The account with this address was closed. Open it again on their page, or ask whoever closed it.")
        return add_staff(school=school, email=email, name=name, roles=roles, now=now, by=viewer)


def give_staff_role(*, person_id: int, school_id: int, role: RoleName, viewer: User, now: datetime) -> None:
    """Give a role to a member of the school's staff. Raises NotFound and StaffRefused."""
    with transaction.atomic():
        school, person = _school(school_id, viewer), _person(person_id, viewer)
        check_change(person_id=person.pk, viewer_id=viewer.pk)
        give_role(user=person, school=school, role=role, now=now, by=viewer)


def take_staff_role(*, person_id: int, school_id: int, role: RoleName, viewer: User, now: datetime) -> None:
    """Take a role away. Raises NotFound and StaffRefused."""
    with transaction.atomic():
        school, person = _school(school_id, viewer), _person(person_id, viewer)
        check_change(person_id=person.pk, viewer_id=viewer.pk)
        _check_leads(person, [school.pk], role)
        take_role(user=person, school=school, role=role, now=now, by=viewer)


def close_account(*, person_id: int, viewer: User, now: datetime) -> None:
    """Nobody signs in with it any more, and every session of it is over. Raises NotFound and StaffRefused."""
    with transaction.atomic():
        person = _person(person_id, viewer)
        check_change(person_id=person.pk, viewer_id=viewer.pk)
        schools = _all_mine(person, viewer, otherwise="Take their roles here away instead.")
        _lock(schools)
        leads = Role.objects.filter(user=person, name=RoleName.DSL).values_list("school_id", flat=True)
        _check_leads(person, list(leads), RoleName.DSL)
        User.objects.filter(pk=person.pk).update(is_active=False, signed_out_at=now)
        _audit(person, Action.STAFF_DEACTIVATED, viewer, now)


def reopen_account(*, person_id: int, viewer: User, now: datetime) -> None:
    """They sign in again as before, with the roles that they had. Raises NotFound and StaffRefused."""
    with transaction.atomic():
        person = _person(person_id, viewer)
        check_change(person_id=person.pk, viewer_id=viewer.pk)
        _all_mine(person, viewer, otherwise="Ask whoever closed their account.")
        if User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
            _audit(person, Action.STAFF_REACTIVATED, viewer, now)


def unbind_accounts(*, person_id: int, viewer: User, now: datetime) -> None:
    """Forget which accounts at Google, Microsoft or another provider are theirs; the next sign-in there binds anew."""
    with transaction.atomic():
        person = _person(person_id, viewer)
        check_change(person_id=person.pk, viewer_id=viewer.pk)
        gone, _ = SocialAccount.objects.filter(user=person).delete()
        if gone:
            User.objects.filter(pk=person.pk).update(signed_out_at=now)
            _audit(person, Action.SIGN_IN_UNBOUND, viewer, now)


def sign_out_staff(*, person_id: int, viewer: User, now: datetime) -> None:
    """End every session of a member of staff. Raises NotFound."""
    with transaction.atomic():
        _end_sessions(_person(person_id, viewer), viewer, now)


def sign_out_everywhere(*, viewer: User, now: datetime) -> None:
    """End every session of one's own, this one too."""
    with transaction.atomic():
        _end_sessions(viewer, viewer, now)


def record_invitation(*, person_id: int, viewer: User, now: datetime) -> User:
    """Note that a member of staff is sent a link to set their password; the caller sends it. Raises NotFound."""
    with transaction.atomic():
        person = _person(person_id, viewer)
        if not person.is_active:
            raise StaffRefused("Their account is closed. Open it again first.")
        _audit(person, Action.STAFF_INVITED, viewer, now)
    return person


def _end_sessions(person: User, viewer: User, now: datetime) -> None:
    User.objects.filter(pk=person.pk).update(signed_out_at=now)
    _audit(person, Action.SIGNED_OUT_EVERYWHERE, viewer, now)


def _school(school_id: int, viewer: User) -> School:
    """The school, held until the transaction ends: two people must not take each other's last lead away in the same moment."""
    if not has_right(viewer, school_id, Right.MANAGE_STAFF):
        raise NotFound
    return School.objects.select_for_update().get(pk=school_id)


def _person(person_id: int, viewer: User) -> User:
    schools = schools_with(viewer, Right.MANAGE_STAFF)
    person = User.objects.filter(pk=person_id, roles__school_id__in=schools).first()
    if person is None:
        raise NotFound
    return person


def _all_mine(person: User, viewer: User, *, otherwise: str) -> list[int]:
    """Every school where they have a role. Raises StaffRefused where the viewer does not manage the staff of one of them."""
    schools = _schools_of(person)
    if set(schools) - set(schools_with(viewer, Right.MANAGE_STAFF)):
        raise StaffRefused(f"They also work at a school that is not yours. {otherwise}")
    return schools


def _lock(schools: list[int]) -> None:
    list(School.objects.select_for_update().filter(pk__in=schools).order_by("pk"))


def _check_leads(person: User, schools: Iterable[int], role: RoleName) -> None:
    for school_id in schools:
        others = Role.objects.filter(school_id=school_id, name=RoleName.DSL, user__is_active=True).exclude(user=person)
        check_lead_remains(role, other_leads=others.count())


def _schools_of(person: User) -> list[int]:
    return sorted(set(Role.objects.filter(user=person).values_list("school_id", flat=True)))


def _audit(person: User, action: Action, viewer: User, now: datetime) -> None:
    for school_id in _schools_of(person):
        append(school_id=school_id, actor=Actor.person(viewer.pk), fact=Fact(action, "user", (str(person.pk),)), now=now)
