"""The sign-in page with its providers, the way to one and the way back."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from heedful.people.provider import UNREACHABLE, StaffOpenID, StaffSignIn
from heedful.people.sign_in.pages import refusal
from heedful.people.sign_in.providers import PROVIDER_CLASS, origins_of
from heedful.people.sign_in.rules import Refusal


class SignInPage(LoginView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"providers": [(app["provider_id"], app["name"]) for app in providers()]}


def providers() -> list[dict[str, Any]]:
    """The providers that this installation's settings name."""
    apps: list[dict[str, Any]] = settings.SOCIALACCOUNT_PROVIDERS.get(PROVIDER_CLASS, {}).get("APPS", [])
    return apps


def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Chromium holds a form's redirect to `form-action` too, so the providers stand there, on this page alone."""
    page = csp_update({"form-action": origins_of(providers())})(SignInPage.as_view())
    answer: HttpResponseBase = page(request)
    return answer


@require_POST
@never_cache
def sign_in_with(request: HttpRequest, provider: str) -> HttpResponse:
    """To the provider's own page."""
    door = _door(request, provider)
    try:
        answer: HttpResponse = door.redirect_from_request(request)
    except UNREACHABLE:
        return refusal(request, Refusal.UNREACHABLE, door)
    return answer


@require_GET
@never_cache
def sign_in_with_callback(request: HttpRequest, provider: str) -> HttpResponse:
    """Back from the provider. Its answer names who it is from, where it says so at all (RFC 9207)."""
    door = _door(request, provider)
    if request.GET.get("iss", door.app.settings["issuer"]) != door.app.settings["issuer"]:
        return refusal(request, Refusal.ELSEWHERE, door)
    try:
        answer: HttpResponse = OAuth2CallbackView.adapter_view(StaffOpenID(request, provider))(request)
    except ImmediateHttpResponse as fault:
        answer = fault.response
    return answer


def _door(request: HttpRequest, provider: str) -> StaffSignIn:
    try:
        door: StaffSignIn = get_adapter().get_provider(request, provider)
    except SocialApp.DoesNotExist as fault:
        raise Http404 from fault
    return door
