"""What a provider's token must say before anybody is let in: pure.

An address counts only where the provider vouches for it. Google and others do so by `email_verified`; Google's `hd`
names the Workspace besides. Microsoft's `email` is whatever somebody wrote into a profile, so it is never read: the
school's own tenant vouches for its members by `oid` and `preferred_username`, and guests of it are refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# RFC 8176, and the profile that research and education federations use.
MULTI_FACTOR_AMR = "mfa"
MULTI_FACTOR_ACR = frozenset({"https://refeds.org/profile/mfa", "http://schemas.openid.net/pape/policies/2007/06/multi-factor"})


class Refusal(StrEnum):
    """Why somebody is not signed in."""

    UNKNOWN = "unknown"  # no active member of staff has this address
    UNVERIFIED = "unverified"  # the provider does not vouch for the address
    ELSEWHERE = "elsewhere"  # another tenant, issuer, workspace or domain, or a guest
    CHANGED = "changed"  # the member of staff is bound to another account at this provider
    STATE = "state"  # started elsewhere, too long ago, or used already
    CANCELLED = "cancelled"
    UNREACHABLE = "unreachable"
    INVALID = "invalid"  # a token that does not hold


class SignInRefused(Exception):
    """Nobody is signed in; `reason` says why."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True)
class Identity:
    """Who the provider says it is. `subject` never changes for a person and never comes again for another."""

    subject: str
    address: str
    has_second_factor: bool


def identity_of(claims: Mapping[str, Any], *, kind: str, issuer: str, domains: list[str], tenant: str) -> Identity:
    """Read the claims of a token whose signature, issuer, audience and time were checked. Raises SignInRefused."""
    if claims.get("iss") != issuer:
        raise SignInRefused(Refusal.ELSEWHERE)
    subject, address = _of_microsoft(claims, tenant) if kind == "microsoft" else _by_verified_email(claims)
    if kind == "google" and str(claims.get("hd", "")).lower() not in domains:
        raise SignInRefused(Refusal.ELSEWHERE)
    if address.rpartition("@")[2] not in domains:
        raise SignInRefused(Refusal.ELSEWHERE)
    key = hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()
    return Identity(key, address, _proves_second_factor(claims))


def _of_microsoft(claims: Mapping[str, Any], tenant: str) -> tuple[str, str]:
    is_guest = str(claims.get("acct", "0")) != "0" or claims.get("idp", claims["iss"]) != claims["iss"]
    if not tenant or str(claims.get("tid", "")).lower() != tenant or is_guest:
        raise SignInRefused(Refusal.ELSEWHERE)
    return _text(claims, "oid"), _text(claims, "preferred_username").lower()


def _by_verified_email(claims: Mapping[str, Any]) -> tuple[str, str]:
    if claims.get("email_verified") is not True:
        raise SignInRefused(Refusal.UNVERIFIED)
    return _text(claims, "sub"), _text(claims, "email").lower()


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value.strip():
        raise SignInRefused(Refusal.UNVERIFIED)
    return value.strip()


def _proves_second_factor(claims: Mapping[str, Any]) -> bool:
    amr = claims.get("amr")
    return (isinstance(amr, list) and MULTI_FACTOR_AMR in amr) or claims.get("acr") in MULTI_FACTOR_ACR
