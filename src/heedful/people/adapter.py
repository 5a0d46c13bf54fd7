"""How sign-in works here: accounts are made by the school; nobody signs up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

STARTED = "heedful_started_at"  # in the session: when it began


class StaffOnly(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever signed in within the last quarter of an hour has proved who they are."""
        return super().is_reauthentication_required(app=app, **kwargs) and not _just_signed_in(context.request)


def _just_signed_in(request: HttpRequest) -> bool:
    started = request.session.get(STARTED)
    if not request.user.is_authenticated or not started:
        return False
    age = timezone.now() - datetime.fromisoformat(started)
    return age < timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
