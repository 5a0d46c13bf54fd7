"""The staff of the viewer's schools, for those who manage them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models import QuerySet

from heedful.people.models import ReadingLock, Role, School, User
from heedful.people.queries import schools_with
from heedful.people.rules import NEEDS_SECOND_FACTOR, NotFound, Right, RoleName

FACTORS = {Authenticator.Type.TOTP: "app", Authenticator.Type.WEBAUTHN: "passkey"}


@dataclass(frozen=True)
class Held:
    """One role that somebody holds in one school."""

    school_id: int
    school: str
    role: RoleName


@dataclass(frozen=True)
class Member:
    """A member of staff as the staff pages show them."""

    id: int
    name: str
    email: str
    is_active: bool
    last_sign_in: datetime | None
    has_password: bool
    roles: tuple[Held, ...]
    factors: tuple[str, ...]  # of "app", "passkey"
    needs_factor: bool
    accounts: tuple[str, ...]  # the providers to which their sign-in is bound
    is_locked: bool


def schools_to_staff(viewer: User) -> list[School]:
    return list(School.objects.filter(id__in=schools_with(viewer, Right.MANAGE_STAFF)).order_by("name"))


def staff_of(viewer: User) -> list[Member]:
    """Everybody who holds a role in a school where the viewer manages staff: active ones first, by name."""
    schools = schools_with(viewer, Right.MANAGE_STAFF)
    return _members(User.objects.filter(roles__school_id__in=schools).distinct().order_by("-is_active", "name", "id"), schools)


def member_of(viewer: User, person: int) -> Member:
    """One of them. Raises NotFound."""
    schools = schools_with(viewer, Right.MANAGE_STAFF)
    found = _members(User.objects.filter(pk=person, roles__school_id__in=schools).distinct(), schools)
    if not found:
        raise NotFound
    return found[0]


def _members(people: QuerySet[User], schools: list[int]) -> list[Member]:
    people = list(people)  # type: ignore[assignment]
    roles: dict[int, list[Held]] = defaultdict(list)
    for row in Role.objects.filter(user__in=people, school_id__in=schools).select_related("school").order_by("school__name", "school_id"):
        roles[row.user_id].append(Held(row.school_id, row.school.name, RoleName(row.name)))
    factors, accounts = defaultdict(set), defaultdict(set)
    for user_id, kind in Authenticator.objects.filter(user__in=people, type__in=FACTORS).values_list("user_id", "type"):
        factors[user_id].add(FACTORS[kind])
    for user_id, provider in SocialAccount.objects.filter(user__in=people).values_list("user_id", "provider"):
        accounts[user_id].add(provider)
    locked = set(ReadingLock.objects.filter(user__in=people, lifted_at=None).values_list("user_id", flat=True))
    order = list(RoleName)
    return [
        Member(
            id=person.pk, name=person.name, email=person.email, is_active=person.is_active, last_sign_in=person.last_login,
            has_password=person.has_usable_password(),
            roles=tuple(sorted(roles[person.pk], key=lambda held: (held.school, held.school_id, order.index(held.role)))),
            factors=tuple(sorted(factors[person.pk])), needs_factor=any(held.role in NEEDS_SECOND_FACTOR for held in roles[person.pk]),
            accounts=tuple(sorted(accounts[person.pk])), is_locked=person.pk in locked,
        )
        for person in people
    ]  # fmt: skip
