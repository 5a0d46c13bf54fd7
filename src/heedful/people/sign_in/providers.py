"""The providers that this installation's settings name, in the form in which allauth takes them. Imports nothing of Django."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from heedful.settings_table import Values

PROVIDER_CLASS = "staff"  # the id of `heedful.people.provider.StaffSignIn`
GOOGLE_ISSUER = "https://accounts.google.com"
MICROSOFT_ISSUER = "https://login.microsoftonline.com/{tenant}/v2.0"


def providers_of(values: Values) -> list[dict[str, Any]]:
    """One app for each provider that is set up, in the order of its button on the sign-in page."""
    domains = values.text("HEEDFUL_SIGN_IN_DOMAINS").lower().split()
    tenant = values.text("HEEDFUL_MICROSOFT_TENANT").lower()
    rows: tuple[tuple[str, str, str, str, dict[str, str]], ...] = (
        ("google", "Google", GOOGLE_ISSUER, "HEEDFUL_GOOGLE", {}),
        ("microsoft", "Microsoft", MICROSOFT_ISSUER.format(tenant=tenant), "HEEDFUL_MICROSOFT", {"tenant": tenant}),
        ("oidc", values.text("HEEDFUL_OIDC_NAME"), values.text("HEEDFUL_OIDC_ISSUER"), "HEEDFUL_OIDC", {}),
    )
    return [
        app(kind, name, issuer, client_id=values.text(f"{prefix}_CLIENT_ID"), secret=values.text(f"{prefix}_CLIENT_SECRET"), domains=domains, **more)
        for kind, name, issuer, prefix, more in rows
        if values.text(f"{prefix}_CLIENT_ID")
    ]


def app(kind: str, name: str, issuer: str, *, client_id: str, secret: str, domains: list[str], tenant: str = "") -> dict[str, Any]:
    """One provider. `issuer` is what its tokens must say they come from, letter by letter."""
    rules = {"kind": kind, "issuer": issuer, "server_url": issuer.rstrip("/"), "domains": domains, "tenant": tenant}
    return {"provider_id": kind, "name": name, "client_id": client_id, "secret": secret, "settings": rules}


def origins_of(apps: Iterable[Mapping[str, Any]]) -> list[str]:
    """Where the sign-in page's buttons lead to, for its content security policy."""
    parts = [urlsplit(row["settings"]["issuer"]) for row in apps]
    return sorted({f"{part.scheme}://{part.netloc}" for part in parts})
