"""Making an installation ready: folders, keys, tables, bundle. Every command that serves begins here; all of it may run twice."""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from heedful.commands import _django
from heedful.commands._processes import Listener, TlsFiles


@dataclass(frozen=True)
class Ready:
    bundle_version: str


def make_tables_and_keys() -> None:
    """Migrate and make missing keys: enough to change what is stored, without the seconds that the library takes."""
    os.umask(0o077)  # whatever we and our children write is for Heedful's own user alone, the database too
    _django.setup()
    from django.conf import settings
    from django.core.management import call_command

    if (settings.DATA_DIR / "restoring").exists():
        raise SystemExit(f"a restore into '{settings.DATA_DIR}' was not finished; run it again, or delete '{settings.DATA_DIR / 'restoring'}'")
    from heedful.gateway.keys import server_key
    from heedful.vault.keyring import installation_keys

    call_command("migrate", verbosity=0, interactive=False)
    installation_keys()
    server_key()


def make_ready() -> Ready:
    """Migrate, make missing keys, load the library. Slow things fail here, before the first device asks."""
    make_tables_and_keys()
    from heedful.gateway.bundle_file import bundle_file

    return Ready(bundle_file().version)


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
