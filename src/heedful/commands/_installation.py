"""Making an installation ready: folders, keys, tables, bundle. Every command that serves begins here; all of it may run twice."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from heedful.commands import _django
from heedful.commands._processes import Listener, TlsFiles
from heedful.first_start import held

STARTING_LOCK = 0x4EED  # PostgreSQL's advisory locks are numbers; this one is only ours


@dataclass(frozen=True)
class Ready:
    bundle_version: str


def make_tables_and_keys() -> None:
    """Migrate and make missing keys: enough to change what is stored, without the seconds that the library takes."""
    os.umask(0o077)  # whatever we and our children write is for Heedful's own user alone, the database too
    _django.setup()
    from django.conf import settings

    if (settings.DATA_DIR / "restoring").exists():
        raise SystemExit(f"a restore into '{settings.DATA_DIR}' was not finished; run it again, or delete '{settings.DATA_DIR / 'restoring'}'")
    from heedful.commands._tables import make_tables
    from heedful.gateway.keys import server_key
    from heedful.vault.keyring import installation_keys

    with _one_at_a_time(settings.DATA_DIR):
        make_tables()
    installation_keys()
    server_key()


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """The service and a command may start together; two who migrate at once spoil each other's tables."""
    from django.db import connection

    with held(folder / "starting.lock"):
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:  # other machines share this database, not this folder; the lock ends with the session
            cursor.execute("SELECT pg_advisory_lock(%s)", [STARTING_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [STARTING_LOCK])


def make_ready() -> Ready:
    """Migrate, make missing keys, load the library. Slow things fail here, before the first device asks."""
    make_tables_and_keys()
    from heedful.gateway.bundle_file import bundle_file

    return Ready(bundle_file().version)


def check_layers() -> None:
    """End the program where a layer of detection is on and can't judge: nobody may believe that it does."""
    from heedful.captures import assessing

    try:
        assessing.check_layers()
    except assessing.LayersNotReady as fault:
        raise SystemExit(f"Heedful can't start:\n{fault}") from fault


def listeners() -> list[Listener]:
    """The web listeners that the settings ask for."""
    from django.conf import settings

    values = settings.VALUES
    console, devices = values.text("HEEDFUL_LISTEN"), values.text("HEEDFUL_DEVICE_LISTEN")
    own, theirs = _tls("HEEDFUL_TLS"), _tls("HEEDFUL_DEVICE_TLS")
    of_console, of_devices = (urlsplit(url).hostname or "" for url in (settings.PUBLIC_URL, settings.DEVICE_URL))
    workers = values.number("HEEDFUL_WEB_WORKERS")
    if not devices:
        return [Listener(console, "both", workers, own, (of_console, of_devices))]
    return [Listener(console, "console", workers, own, (of_console,)), Listener(devices, "devices", workers, theirs or own, (of_devices,))]


def _tls(names: str) -> TlsFiles | None:
    from django.conf import settings

    certificate, key = settings.VALUES.path(f"{names}_CERTIFICATE_FILE"), settings.VALUES.path(f"{names}_KEY_FILE")
    return TlsFiles(certificate, key) if certificate and key else None
