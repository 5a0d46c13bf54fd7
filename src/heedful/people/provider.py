"""OpenID Connect as Heedful asks for it, on allauth's client: nonce beside state and PKCE, every token's signature checked.

allauth finds `provider_classes` here by the module's name. Nothing that a request says changes what is asked for.
"""

from __future__ import annotations

import secrets
from typing import Any

import jwt
import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from heedful.people.sign_in.pages import refusal
from heedful.people.sign_in.providers import PROVIDER_CLASS
from heedful.people.sign_in.rules import Refusal, SignInRefused, identity_of

SIGNED_WITH = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
CLOCKS_APART_S = 60


class StaffOpenID(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """The exchange of the code, and what its token says."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """The provider's own description; refused when it is another issuer's."""
        config: dict[str, Any] = super().openid_config
        if config.get("issuer") != self.get_provider().app.settings["issuer"]:
            raise OAuth2Error("the description names another issuer")
        return config

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """Made of the console's public address, never of what the request says its host is."""
        return str(settings.PUBLIC_URL + reverse("sign_in_with_callback", args=[self.provider_id]))

    def complete_login(self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any) -> SocialLogin:
        rules = {name: app.settings[name] for name in ("kind", "issuer", "domains", "tenant")}
        try:
            claims = self._claims(app, kwargs["response"].get("id_token"), token.token)
            identity = identity_of(claims, **rules)
        except SignInRefused as fault:
            raise ImmediateHttpResponse(refusal(request, fault.reason, self.get_provider())) from fault
        login = self.get_provider().sociallogin_from_response(request, {"sub": identity.subject})
        login.identity, login.nonce = identity, claims["nonce"]
        return login

    def _claims(self, app: Any, id_token: str | None, access_token: str) -> dict[str, Any]:
        config = self.openid_config
        try:
            key = jwt.PyJWKSet.from_dict(self._get(config["jwks_uri"]))[jwt.get_unverified_header(id_token or "")["kid"]]
            claims: dict[str, Any] = jwt.decode(
                id_token or "", key, algorithms=SIGNED_WITH, audience=app.client_id, issuer=config["issuer"], leeway=CLOCKS_APART_S,
                options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"], "strict_aud": True},
            )  # fmt: skip
        except (jwt.PyJWTError, KeyError, ValueError) as fault:
            raise SignInRefused(Refusal.INVALID) from fault
        if app.settings["kind"] == "oidc" and "email" not in claims:
            more = self._get(config["userinfo_endpoint"], {"Authorization": f"Bearer {access_token}"})
            if more.get("sub") != claims["sub"]:
                raise SignInRefused(Refusal.INVALID)
            claims |= {name: more[name] for name in ("email", "email_verified") if name in more}
        return claims

    def _get(self, address: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        with get_adapter().get_requests_session() as session:
            answer = session.get(address, headers=headers)
            answer.raise_for_status()
            document: dict[str, Any] = answer.json()
            return document


class StaffSignIn(OpenIDConnectProvider):  # type: ignore[misc]
    """A provider that the installation's settings name: Google, Microsoft, or another."""

    id = PROVIDER_CLASS
    name = "OpenID Connect"
    oauth2_adapter_class = StaffOpenID
    pkce_enabled_default = True
    supports_token_authentication = False

    def redirect(self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **_: Any) -> HttpResponse:
        """To the provider, always to sign in; a shared computer is asked which account."""
        nonce = secrets.token_urlsafe(32)
        asked = {"nonce": nonce} | ({} if self.app.settings["kind"] == "oidc" else {"prompt": "select_account"})
        scope = ["openid", "profile", "email"]
        answer: HttpResponse = super().redirect(request, AuthProcess.LOGIN, next_url, None, auth_params=asked, scope=scope, nonce=nonce)
        return answer

    def serialize(self) -> dict[str, str]:
        """By its own name while a second factor is asked for; two providers may have given the same client id."""
        return {"id": self.sub_id}

    def extract_uid(self, data: dict[str, str]) -> str:
        return data["sub"]

    def extract_extra_data(self, data: dict[str, str]) -> dict[str, str]:
        """Nothing of the token is kept but the subject, hashed."""
        return {}

    def extract_common_fields(self, data: dict[str, str]) -> dict[str, str]:
        return {}

    def extract_email_addresses(self, data: dict[str, str]) -> list[Any]:
        return []


provider_classes = [StaffSignIn]
UNREACHABLE = (requests.RequestException, OAuth2Error)
