"""The second factor after a sign-in: Heedful's own, unless the school takes its provider's word that one was used."""

from __future__ import annotations

from typing import Any

from allauth.mfa.stages import AuthenticateStage
from django.conf import settings

PROVED = "heedful_provider_proved_second_factor"  # in the session: the user for whom a provider proved one


class SecondFactor(AuthenticateStage):  # type: ignore[misc]
    def handle(self) -> tuple[Any, bool]:
        """Passes a sign-in whose token proved a second factor, where the setting says so."""
        login = (self.login.signal_kwargs or {}).get("sociallogin")
        identity = getattr(login, "identity", None)
        self.request.session.pop(PROVED, None)
        if settings.SIGN_IN_TRUSTS_SECOND_FACTOR and identity is not None and identity.has_second_factor:
            self.request.session[PROVED] = self.login.user.pk
            return None, True
        answer: tuple[Any, bool] = super().handle()
        return answer
