"""What `heedful doctor` looks at. Each check gives one finding; none changes anything."""

from __future__ import annotations

import shutil
import smtplib
import socket
import ssl
import stat
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection

from heedful.audit.queries import chains, first_break
from heedful.gateway.bundle_file import bundle_file
from heedful.gateway.extension_package import ExtensionNotBuilt
from heedful.gateway.shipped_extension import package
from heedful.people.queries import all_schools, people_with_role
from heedful.people.rules import RoleName

Verdict = Literal["well", "wrong", "advice"]
LEAST_FREE_BYTES = 2 * 1024**3
TIMEOUT_S = 5.0
CERTIFICATE_DAYS = 21


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `text` says how it is and, where it is wrong, what to do."""

    what: str
    verdict: Verdict
    text: str


def examine(*, offline: bool) -> list[Finding]:
    """Every check, in the order in which a technician would fix things."""
    checks: list[Callable[[], Finding]] = [keys, database, disk, library, extension, chain, leads, secure_address]
    online = [
        mail,
        lambda: door("console", settings.PUBLIC_URL + "/accounts/login/"),
        lambda: door("devices' door", settings.DEVICE_URL + "/device/v1/bundle"),
    ]
    return [check() for check in checks + ([] if offline else online)]


def keys() -> Finding:
    folder = Path(settings.KEYS_DIR)
    loose = [path.name for path in folder.iterdir() if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    if loose:
        return Finding("key files", "wrong", f"others can read {', '.join(sorted(loose))}; run: chmod 600 '{folder}'/*")
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return Finding("key files", "wrong", f"others can enter the key folder; run: chmod 700 '{folder}'")
    return Finding("key files", "well", "closed to everybody else; keep a copy apart from the database's backup")


def database() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA journal_mode")
                journal = str(cursor.fetchone()[0])
                cursor.execute("PRAGMA synchronous")
                is_durable = journal == "wal" and int(cursor.fetchone()[0]) >= 2
                return Finding(
                    "database",
                    "well" if is_durable else "wrong",
                    "SQLite, WAL, synced at each commit"
                    if is_durable
                    else f"SQLite runs with journal '{journal}'; it takes 'wal' and synchronous=FULL",
                )
            cursor.execute("SHOW synchronous_commit")
            is_durable = cursor.fetchone()[0] != "off"
            return Finding(
                "database",
                "well" if is_durable else "wrong",
                "PostgreSQL, synced at each commit"
                if is_durable
                else "synchronous_commit is off: an acknowledged capture could be lost; switch it on",
            )
    except DatabaseError as fault:
        return Finding("database", "wrong", f"does not answer ({type(fault).__name__}); check HEEDFUL_DATABASE_URL")


def disk() -> Finding:
    free = shutil.disk_usage(settings.DATA_DIR).free
    text = f"{free / 1024**3:.1f} GiB free where the data lies"
    return Finding(
        "disk",
        "well" if free >= LEAST_FREE_BYTES else "wrong",
        text if free >= LEAST_FREE_BYTES else f"{text}; make room: a full disk stops captures from being taken",
    )


def library() -> Finding:
    return Finding("phrase library", "well", f"version {bundle_file().version}, {len(bundle_file().content) / 1000:.0f} kB for each device")


def extension() -> Finding:
    try:
        return Finding("extension", "well", f"version {package().version}, id {package().extension_id}")
    except ExtensionNotBuilt as fault:
        return Finding("extension", "wrong", str(fault))


def chain() -> Finding:
    for school_id in chains():
        broken = first_break(school_id)
        if broken:
            return Finding(
                "audit chain",
                "wrong",
                f"school {school_id}: broken at entry {broken.number}: {broken.reason}; keep the database as it is and find out who could write to it",
            )
    return Finding("audit chain", "well", "whole")


def leads() -> Finding:
    without = [str(school.pk) for school in all_schools() if not people_with_role(school.pk, RoleName.DSL)]
    if without:
        return Finding(
            "safeguarding leads",
            "wrong",
            f"school {', '.join(without)} has no DSL who can sign in: nobody would be told; add one with 'heedful school staff'",
        )
    return Finding("safeguarding leads", "well", "every school has one")


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
        with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=TIMEOUT_S) as server:
            if settings.EMAIL_USE_TLS:
                server.starttls(context=ssl.create_default_context())
            if settings.EMAIL_HOST_USER:
                server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except (OSError, smtplib.SMTPException) as fault:
        return Finding(
            "mail",
            "wrong",
            f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} does not take mail ({type(fault).__name__}); check the HEEDFUL_EMAIL_ settings",
        )
    return Finding("mail", "well", f"{settings.EMAIL_HOST} answers and lets Heedful in")


def door(what: str, url: str) -> Finding:
    """Ask from outside in, as a browser or a device would: name, certificate, answer."""
    parts = urlsplit(url)
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as response:  # noqa: S310 - the school's own address from its settings
            status = response.status
    except urllib.error.HTTPError as fault:
        return Finding(what, "wrong", f"{parts.netloc} answers {fault.code}; does the proxy pass {parts.path} on?")
    except (OSError, urllib.error.URLError) as fault:
        reason = getattr(fault, "reason", fault)
        if isinstance(reason, ssl.SSLError):
            return Finding(
                what,
                "wrong",
                f"{parts.netloc}: its certificate is not accepted ({reason.reason}); devices would refuse it too: install the school's CA on them or use a public certificate",
            )
        return Finding(
            what, "wrong", f"{parts.netloc} can't be reached ({type(reason).__name__}); is Heedful running, and is the port open?"
        )
    return Finding(
        what, "well", f"{parts.netloc} answers {status}{_certificate_text(parts.hostname, parts.port) if parts.scheme == 'https' else ''}"
    )


def _certificate_text(host: str | None, port: int | None) -> str:
    with (
        socket.create_connection((host or "", port or 443), timeout=TIMEOUT_S) as plain,
        ssl.create_default_context().wrap_socket(plain, server_hostname=host) as tls,
    ):
        certificate = tls.getpeercert() or {}
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate.get("notAfter"))), UTC)
    days = (ends - datetime.now(UTC)).days
    return f", certificate good for {days} days" + (": renew it now" if days < CERTIFICATE_DAYS else "")
