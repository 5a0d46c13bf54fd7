"""How sign-in works here: accounts are made by the school; nobody signs up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate, get_reauthentication_flows
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthError
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from heedful.people.sign_in.actions import member_of_staff
from heedful.people.sign_in.pages import refusal
from heedful.people.sign_in.rules import Refusal, SignInRefused

STARTED = "heedful_started_at"  # in the session: when it began


class StaffOnly(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever signed in within the last quarter of an hour has proved who they are."""
        return super().is_reauthentication_required(app=app, **kwargs) and not just_signed_in(context.request)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Made of the console's public address, never of what a request says its host is."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return str(settings.PUBLIC_URL + path.replace("UID-KEY", key))

    def get_login_stages(self) -> list[str]:
        """allauth's, with our rule on the second factor in place of its own."""
        own = {"allauth.mfa.stages.AuthenticateStage": "heedful.people.sign_in.stages.SecondFactor"}
        return [own.get(stage, stage) for stage in super().get_login_stages()]


class SchoolAccount(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Signing in at the school's provider: a known active member of staff, or nobody."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """The token answers this very request, and its subject is a member of staff; else a plain page says why not."""
        try:
            if not constant_time_compare(sociallogin.nonce, sociallogin.state.get("nonce") or ""):
                raise SignInRefused(Refusal.INVALID)
            provider = sociallogin.account.provider
            sociallogin.user = member_of_staff(provider=provider, identity=sociallogin.identity, now=timezone.now())
        except SignInRefused as fault:
            raise ImmediateHttpResponse(refusal(request, fault.reason, sociallogin.provider)) from fault

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Exception | None = None, extra_context: Any = None
    ) -> None:
        """No state that is ours, a refusal at the provider, or a provider that does not answer: each has its plain page."""
        if error == AuthError.CANCELLED:
            reason = Refusal.CANCELLED
        elif exception is not None or "error" in request.GET:
            reason = Refusal.UNREACHABLE
        else:
            reason = Refusal.STATE
        raise ImmediateHttpResponse(refusal(request, reason, provider))


def proved_recently(request: HttpRequest) -> bool:
    """Whether this person signed in, or proved again who they are, within the last quarter of an hour."""
    flows = get_reauthentication_flows(request.user)
    return just_signed_in(request) or bool(flows and did_recently_reauthenticate(request))


def just_signed_in(request: HttpRequest) -> bool:
    """Whether this session began within the last quarter of an hour."""
    started = request.session.get(STARTED)
    if not request.user.is_authenticated or not started:
        return False
    age = timezone.now() - datetime.fromisoformat(started)
    return age < timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
