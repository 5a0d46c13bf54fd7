"""Whose sign-in at a provider this is. The first one binds the provider's subject to the member of staff, for good."""

from __future__ import annotations

from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction

from heedful.audit.actions import append
from heedful.audit.rules import Action, Actor, Fact
from heedful.people.models import Role, User
from heedful.people.sign_in.rules import Identity, Refusal, SignInRefused


def member_of_staff(*, provider: str, identity: Identity, now: datetime) -> User:
    """The active member of staff who signs in with this identity. Raises SignInRefused and then binds nothing.

    A bound subject is its member of staff whatever the address says now; an address alone is believed once.
    """
    bound = SocialAccount.objects.select_related("user").filter(provider=provider, uid=identity.subject).first()
    if bound:
        if not bound.user.is_active or not _schools(bound.user):
            raise SignInRefused(Refusal.UNKNOWN)
        found: User = bound.user
        return found
    user = User.objects.filter(email=identity.address, is_active=True).first()
    if user is None or not _schools(user):
        raise SignInRefused(Refusal.UNKNOWN)
    try:
        with transaction.atomic():
            is_first = not SocialAccount.objects.filter(provider=provider, user=user).exists()
            if is_first:
                SocialAccount.objects.create(provider=provider, uid=identity.subject, user=user, extra_data={})
            _audit(user, Action.SIGN_IN_BOUND if is_first else Action.SIGN_IN_REFUSED, provider, now)
    except IntegrityError:  # another request bound the same subject in the same moment
        return member_of_staff(provider=provider, identity=identity, now=now)
    if not is_first:
        raise SignInRefused(Refusal.CHANGED)
    return user


def _schools(user: User) -> list[int]:
    return sorted(set(Role.objects.filter(user=user).values_list("school_id", flat=True)))


def _audit(user: User, action: Action, provider: str, now: datetime) -> None:
    for school_id in _schools(user):
        append(school_id=school_id, actor=Actor.person(user.pk), fact=Fact(action, "user", (str(user.pk),), {"with": provider}), now=now)
