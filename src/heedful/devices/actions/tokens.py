"""Enrolment tokens: made, shown once, used, revoked."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from heedful.audit.actions import append
from heedful.audit.rules import SYSTEM, Action, Actor, Fact
from heedful.devices.models import EnrolmentToken
from heedful.devices.rules import MOST_TOKEN_DAYS, MOST_TOKEN_USES, TokenKind, new_token, token_hash
from heedful.people.models import User


class TokenRefused(Exception):
    """No token can be made so; the text says what is taken."""


def make_token(
    *, school_id: int, kind: TokenKind, label: str, uses: int, valid_for_days: int, made_by: User | None, now: datetime
) -> tuple[EnrolmentToken, str]:
    """Make an enrolment token; the second value is the token itself, which can't be read again. Raises TokenRefused."""
    if not 0 <= uses <= MOST_TOKEN_USES or not 0 < valid_for_days <= MOST_TOKEN_DAYS or len(label) > 80:
        raise TokenRefused(f"a token has at most {MOST_TOKEN_USES:,} uses, 1 to {MOST_TOKEN_DAYS} days and a label of at most 80 characters")
    token = new_token()
    with transaction.atomic():
        row = EnrolmentToken.objects.create(
            school_id=school_id, kind=kind, label=label, hash=token_hash(token), uses_left=uses,
            expires_at=now + timedelta(days=valid_for_days), made_by=made_by, made_at=now,
        )  # fmt: skip
        fact = Fact(Action.TOKEN_MADE, "enrolment_token", (str(row.pk),), {"kind": str(kind), "uses": uses, "days": valid_for_days})
        append(school_id=school_id, actor=Actor.person(made_by.pk) if made_by else SYSTEM, fact=fact, now=now)
    return row, token


def revoke_token(*, token_id: int, school_ids: list[int], by: User | None, now: datetime) -> bool:
    """Let nothing enrol by it from now on; what has enrolled stays. False where it is none of these schools', or was revoked before."""
    with transaction.atomic():
        row = EnrolmentToken.objects.filter(pk=token_id, school_id__in=school_ids).first()
        if row is None or not EnrolmentToken.objects.filter(pk=token_id, revoked_at=None).update(revoked_at=now):
            return False
        actor = Actor.person(by.pk) if by else SYSTEM
        append(school_id=row.school_id, actor=actor, fact=Fact(Action.TOKEN_REVOKED, "enrolment_token", (str(token_id),)), now=now)
    return True


def usable_token(token: str, *, now: datetime) -> EnrolmentToken | None:
    """The row of a token that is neither revoked nor over; whether it has uses left is another question."""
    return EnrolmentToken.objects.filter(hash=token_hash(token), revoked_at=None, expires_at__gt=now).first()


def take_use(row: EnrolmentToken, *, now: datetime) -> bool:
    """Take one of the token's uses; False where none is left. Whoever asks at the same moment waits for this transaction."""
    taken = EnrolmentToken.objects.filter(pk=row.pk, uses_left__gt=0)
    return bool(taken.update(uses_left=F("uses_left") - 1, used=F("used") + 1, last_used_at=now))
