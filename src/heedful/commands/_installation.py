"""Making an installation ready: folders, keys, tables, bundle. Every command that serves begins here; all of it may run twice."""

from __future__ import annotations

import os
from dataclasses import dataclass

from heedful.commands import _django
from heedful.commands._processes import Listener


@dataclass(frozen=True)
class Ready:
    bundle_version: str


def make_tables_and_keys() -> None:
    """Migrate and make missing keys: enough to change what is stored, without the seconds that the library takes."""
    os.umask(0o077)  # whatever we and our children write is for Heedful's own user alone, the database too
    _django.setup()
    from django.core.management import call_command

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
    workers, certificate, key = (
        values.number("HEEDFUL_WEB_WORKERS"),
        values.path("HEEDFUL_TLS_CERTIFICATE_FILE"),
        values.path("HEEDFUL_TLS_KEY_FILE"),
    )
    console, devices = values.text("HEEDFUL_LISTEN"), values.text("HEEDFUL_DEVICE_LISTEN")
    if not devices:
        return [Listener(console, "both", workers, certificate, key)]
    return [Listener(console, "console", workers, certificate, key), Listener(devices, "devices", workers, certificate, key)]
