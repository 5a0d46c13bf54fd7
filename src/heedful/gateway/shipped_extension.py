"""The extension that this installation gives out, packed with its own key."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from heedful.gateway.extension_package import ExtensionPackage, build_package
from heedful.gateway.keys import extension_key


@lru_cache(maxsize=1)
def package() -> ExtensionPackage:
    """The CRX that this server ships; packed once per process. Raises ExtensionNotBuilt."""
    return build_package(extension_key(), update_url=f"{settings.DEVICE_URL}/extension/updates.xml")
