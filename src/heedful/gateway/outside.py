"""Looking at ourselves from outside in: what devices trust, and whether the mail server lets us in."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

TIMEOUT_S = 5.0


def as_devices_trust() -> ssl.SSLContext:
    """What this machine trusts, and the school's own authority where it has one (`heedful certificate make`): devices trust it by their policy."""
    context = ssl.create_default_context()
    authority = settings.DATA_DIR / "tls" / "authority.pem"
    if authority.exists():
        context.load_verify_locations(authority)
    return context


@contextmanager
def mail_server() -> Iterator[smtplib.SMTP]:
    """The school's mail server, greeted and signed in to as for a notice. Raises OSError or SMTPException."""
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=TIMEOUT_S) as server:
        if settings.EMAIL_USE_TLS:
            server.starttls(context=ssl.create_default_context())
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        server.ehlo_or_helo_if_needed()  # a server may take nothing from somebody who has not greeted it
        yield server
