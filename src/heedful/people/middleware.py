"""Session limits (30 minutes idle, 8 hours at most, gone when signed out everywhere) and the second factor, for every page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from heedful.people.adapter import STARTED
from heedful.people.models import User
from heedful.people.queries import needs_second_factor
from heedful.people.sign_in.stages import PROVED

GetResponse = Callable[[HttpRequest], HttpResponse]
SEEN, MFA_DONE = "heedful_seen_at", "heedful_second_factor"
# A background poll is no activity: a forgotten screen must sign itself out.
POLL_HEADER = "X-Heedful-Poll"
WRITE_EVERY = timedelta(seconds=30)


class SessionLimits:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and self._is_over(request, user, timezone.now()):
            logout(request)
        return self.get_response(request)

    def _is_over(self, request: HttpRequest, user: User, now: datetime) -> bool:
        session = request.session
        started = _moment(session.setdefault(STARTED, now.isoformat()))
        seen = _moment(session.setdefault(SEEN, now.isoformat()))
        idle = timedelta(seconds=settings.SESSION_IDLE_SECONDS)
        absolute = timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS)
        signed_out_at = user.signed_out_at
        if now - seen > idle or now - started > absolute or (signed_out_at and started < signed_out_at):
            return True
        if POLL_HEADER not in request.headers and now - seen > WRITE_EVERY:
            session[SEEN] = now.isoformat()
        return False


class SecondFactorRequired:
    """Whoever sees content or changes settings sets up a second factor before anything else."""

    OPEN_PREFIXES = ("/accounts/", "/static/", "/device/", "/extension/")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._must_set_up(request):
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    def _must_set_up(self, request: HttpRequest) -> bool:
        if settings.DEMO or not request.user.is_authenticated or request.path.startswith(self.OPEN_PREFIXES):
            return False
        if request.session.get(MFA_DONE) == request.user.pk:
            return False
        if not needs_second_factor(request.user):
            return False  # not remembered: a role may be given while they are signed in
        is_proved = request.session.get(PROVED) == request.user.pk
        if not is_proved and not is_mfa_enabled(request.user):
            return True
        request.session[MFA_DONE] = request.user.pk
        return False


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
