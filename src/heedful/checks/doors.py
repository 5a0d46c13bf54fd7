"""Mail and both doors, looked at from outside in: name, certificate, answer, and that neither door answers for the other."""

from __future__ import annotations

import smtplib
import socket
import ssl
import urllib.error
import urllib.request
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings

from heedful.assurance.checkup import Finding, Verdict
from heedful.gateway.outside import TIMEOUT_S, as_devices_trust, mail_server

CERTIFICATE_DAYS = 21
CONSOLE_PATH = "/accounts/login/"
DEVICES_PATH = "/device/v1/bundle"


def secure_address() -> Finding:
    hosts = {urlsplit(url).hostname for url in (settings.PUBLIC_URL, settings.DEVICE_URL) if url.startswith("http://")}
    if hosts - {"localhost", "127.0.0.1"}:
        return Finding(
            "addresses", "wrong", "HEEDFUL_PUBLIC_URL and HEEDFUL_DEVICE_URL take https:// addresses: over http anybody on the way can read"
        )
    return Finding(
        "addresses",
        "well" if not hosts else "advice",
        "https" if not hosts else "localhost over http: good for a trial on this machine only",
    )


def mail() -> Finding:
    if not settings.EMAIL_HOST:
        return Finding(
            "mail", "advice" if settings.DEMO else "wrong", "HEEDFUL_EMAIL_HOST is empty: nobody can be told of an urgent capture"
        )
    try:
        with mail_server():
            pass
    except (OSError, smtplib.SMTPException) as fault:
        return Finding(
            "mail",
            "wrong",
            f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} does not take mail ({type(fault).__name__}); check the HEEDFUL_EMAIL_ settings",
        )
    return Finding("mail", "well", f"{settings.EMAIL_HOST} answers and lets Heedful in")


def console() -> Finding:
    """The console, as a browser reaches it. It must not answer devices where they have a door of their own."""
    return door("console", settings.PUBLIC_URL, CONSOLE_PATH, foreign=DEVICES_PATH)


def devices() -> Finding:
    """The devices' door, as a device reaches it. It must not show the console where that has an address of its own."""
    return door("devices' door", settings.DEVICE_URL, DEVICES_PATH, foreign=CONSOLE_PATH)


def door(what: str, url: str, path: str, *, foreign: str) -> Finding:
    """Ask from outside in: name, certificate, answer, and whether it answers what belongs to the other door."""
    parts = urlsplit(url)
    try:
        with urllib.request.urlopen(url + path, timeout=TIMEOUT_S, context=as_devices_trust()) as response:  # noqa: S310 - the school's own address from its settings
            status, is_pinned = response.status, "Strict-Transport-Security" in response.headers
        crosses = settings.PUBLIC_URL != settings.DEVICE_URL and _answers(url + foreign)
    except urllib.error.HTTPError as fault:
        return Finding(what, "wrong", f"{parts.netloc} answers {fault.code}; does the proxy pass {path} on to the right listener?")
    except (OSError, urllib.error.URLError) as fault:
        return Finding(what, "wrong", f"{parts.netloc}{_why_not(getattr(fault, 'reason', fault))}")
    if crosses:
        text = f"{parts.netloc} answers {foreign} too; pass each name on to its own listener (HEEDFUL_LISTEN, HEEDFUL_DEVICE_LISTEN)"
        return Finding(what, "wrong", text)
    if parts.scheme != "https":
        return Finding(what, "well", f"{parts.netloc} answers {status}")
    if not is_pinned:
        text = f"{parts.netloc} answers {status} without Strict-Transport-Security; let the proxy send X-Forwarded-For and X-Forwarded-Proto"
        return Finding(what, "wrong", text)
    days = _certificate_days(parts.hostname or "", parts.port or 443)
    verdict: Verdict = "well" if days >= CERTIFICATE_DAYS else "wrong"
    return Finding(what, verdict, f"{parts.netloc} answers {status}, certificate good for {days} days" + ("" if verdict == "well" else ": renew it now"))


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S, context=as_devices_trust()) as response:  # noqa: S310 - the school's own address from its settings
            return bool(response.status < 400)
    except urllib.error.HTTPError:
        return False


def _why_not(reason: object) -> str:
    if isinstance(reason, ssl.SSLError):
        word = getattr(reason, "verify_message", "") or reason.reason
        return f": its certificate is not accepted ({word}); devices would refuse it too: install the school's CA on them, and here, or use a public certificate"
    if isinstance(reason, socket.gaierror):
        return ": no such name; enter it in the school's DNS"
    return f" can't be reached ({type(reason).__name__}); is Heedful running, and is the port open?"


def _certificate_days(host: str, port: int) -> int:
    with (
        socket.create_connection((host, port), timeout=TIMEOUT_S) as plain,
        as_devices_trust().wrap_socket(plain, server_hostname=host) as tls,
    ):
        certificate = tls.getpeercert() or {}
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate.get("notAfter"))), UTC)
    return (ends - datetime.now(UTC)).days
