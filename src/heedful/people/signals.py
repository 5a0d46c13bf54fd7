"""Signing in is recorded, whichever door it came through."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone

from heedful.people.actions import record_sign_in
from heedful.people.adapter import STARTED
from heedful.people.models import User


def connect() -> None:
    """Called once, when the app is ready."""
    user_logged_in.connect(_signed_in, dispatch_uid="heedful.people.signed_in")


def _signed_in(*, user: User, request: HttpRequest | None = None, **_: Any) -> None:
    now = timezone.now()
    if request is not None:
        request.session[STARTED] = now.isoformat()  # also over a session that somebody else began in this browser
    record_sign_in(user=user, now=now)
