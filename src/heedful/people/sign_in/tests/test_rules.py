"""What a token must say, as a table of evidence: as many that are refused as are believed."""

from __future__ import annotations

from typing import Any

import pytest

from heedful.people.sign_in.providers import app, origins_of, providers_of
from heedful.people.sign_in.rules import Refusal, SignInRefused, identity_of
from heedful.settings_table import SettingsError, read_settings

ISSUER = "https://issuer.example"
TENANT = "11111111-2222-3333-4444-555555555555"
GOOD: dict[str, dict[str, Any]] = {
    "google": {"iss": ISSUER, "sub": "1", "email": "Ada@School.example", "email_verified": True, "hd": "school.example"},
    "oidc": {"iss": ISSUER, "sub": "1", "email": "ada@school.example", "email_verified": True},
    "microsoft": {"iss": ISSUER, "sub": "pairwise", "oid": "object-1", "tid": TENANT, "preferred_username": "ada@school.example"},
}


def read(kind: str, **changes: Any) -> Any:
    claims = {name: value for name, value in (GOOD[kind] | changes).items() if value is not None}
    return identity_of(claims, kind=kind, issuer=ISSUER, domains=["school.example"], tenant=TENANT if kind == "microsoft" else "")


@pytest.mark.parametrize("kind", GOOD)
def test_a_right_token_names_an_address_in_lower_case_and_a_subject(kind: str) -> None:
    identity = read(kind)
    assert identity.address == "ada@school.example"
    assert len(identity.subject) == 64
    assert not identity.has_second_factor


def test_the_subject_is_microsofts_object_and_others_sub() -> None:
    assert read("microsoft", sub="another app's").subject == read("microsoft").subject
    assert read("microsoft", oid="object-2").subject != read("microsoft").subject
    assert read("oidc", sub="2").subject != read("oidc").subject
    assert read("oidc", email="new.name@school.example").subject == read("oidc").subject


@pytest.mark.parametrize(
    ("kind", "changes", "reason"),
    [
        ("google", {"email_verified": False}, Refusal.UNVERIFIED),
        ("google", {"email_verified": None}, Refusal.UNVERIFIED),
        ("google", {"email_verified": "true"}, Refusal.UNVERIFIED),
        ("google", {"email": None}, Refusal.UNVERIFIED),
        ("google", {"email": ["ada@school.example"]}, Refusal.UNVERIFIED),
        ("google", {"hd": None}, Refusal.ELSEWHERE),
        ("google", {"hd": "evil.example"}, Refusal.ELSEWHERE),
        ("google", {"email": "ada@school.example.evil.example"}, Refusal.ELSEWHERE),
        ("google", {"iss": "https://issuer.example/"}, Refusal.ELSEWHERE),
        ("oidc", {"email_verified": False}, Refusal.UNVERIFIED),
        ("oidc", {"email_verified": 1}, Refusal.UNVERIFIED),
        ("oidc", {"email": "ada@elsewhere.example"}, Refusal.ELSEWHERE),
        ("oidc", {"email": "ada"}, Refusal.ELSEWHERE),
        ("oidc", {"iss": None}, Refusal.ELSEWHERE),
        ("microsoft", {"tid": None}, Refusal.ELSEWHERE),
        ("microsoft", {"tid": "99999999-2222-3333-4444-555555555555"}, Refusal.ELSEWHERE),
        ("microsoft", {"idp": "https://sts.example/other"}, Refusal.ELSEWHERE),
        ("microsoft", {"acct": 1}, Refusal.ELSEWHERE),
        ("microsoft", {"oid": None}, Refusal.UNVERIFIED),
        ("microsoft", {"preferred_username": None, "email": "ada@school.example", "email_verified": True}, Refusal.UNVERIFIED),
        ("microsoft", {"preferred_username": "me@evil.example", "email": "ada@school.example"}, Refusal.ELSEWHERE),
    ],
)
def test_a_token_that_proves_less_is_refused(kind: str, changes: dict[str, Any], reason: Refusal) -> None:
    with pytest.raises(SignInRefused) as fault:
        read(kind, **changes)
    assert fault.value.reason == reason


@pytest.mark.parametrize(
    ("claims", "proved"),
    [
        ({"amr": ["pwd", "mfa"]}, True), ({"acr": "https://refeds.org/profile/mfa"}, True), ({"amr": ["pwd"]}, False), ({"amr": "mfa"}, False),
        ({"amr": ["pwd", "otp"]}, False), ({"acr": "mfa"}, False), ({}, False),
    ],
)  # fmt: skip
def test_a_second_factor_is_proved_by_name_alone(claims: dict[str, Any], proved: bool) -> None:
    assert read("oidc", **claims).has_second_factor is proved


def test_the_settings_name_the_providers() -> None:
    environ = {"HEEDFUL_SIGN_IN_DOMAINS": "School.example other.example", "HEEDFUL_GOOGLE_CLIENT_ID": "g", "HEEDFUL_GOOGLE_CLIENT_SECRET": "s"}
    assert providers_of(read_settings({})) == []
    [google] = providers_of(read_settings(environ))
    assert google == app(
        "google", "Google", "https://accounts.google.com", client_id="g", secret="s", domains=["school.example", "other.example"]
    )
    more = environ | {
        "HEEDFUL_MICROSOFT_TENANT": TENANT.upper(), "HEEDFUL_MICROSOFT_CLIENT_ID": "m", "HEEDFUL_MICROSOFT_CLIENT_SECRET": "s",
        "HEEDFUL_OIDC_ISSUER": "https://sign-in.trust.example/realms/one", "HEEDFUL_OIDC_NAME": "the trust", "HEEDFUL_OIDC_CLIENT_ID": "o",
        "HEEDFUL_OIDC_CLIENT_SECRET": "s",
    }  # fmt: skip
    apps = providers_of(read_settings(more))
    assert apps[1]["settings"]["issuer"] == f"https://login.microsoftonline.com/{TENANT}/v2.0"
    assert origins_of(apps) == ["https://accounts.google.com", "https://login.microsoftonline.com", "https://sign-in.trust.example"]


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"HEEDFUL_GOOGLE_CLIENT_ID": "g"}, "HEEDFUL_GOOGLE_CLIENT_SECRET, HEEDFUL_SIGN_IN_DOMAINS: missing"),
        ({"HEEDFUL_MICROSOFT_TENANT": "common"}, "it takes a tenant id such as"),
        ({"HEEDFUL_MICROSOFT_TENANT": "school.onmicrosoft.com"}, "it takes a tenant id such as"),
        ({"HEEDFUL_OIDC_ISSUER": "http://sign-in.trust.example"}, "it takes an https address"),
        ({"HEEDFUL_SIGN_IN_DOMAINS": "school.example @other"}, "got '@other'; it takes domains such as 'school.example'"),
    ],
)
def test_a_provider_half_set_up_stops_the_start(environ: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError) as fault:
        read_settings(environ)
    assert told in str(fault.value)
