"""The extension's download: public, signed by the installation's own key."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from heedful.gateway.extension_package import ExtensionPackage, build_package
from heedful.gateway.keys import extension_key


@lru_cache(maxsize=1)
def package() -> ExtensionPackage:
    """The CRX of the extension that this server ships; packed once per process."""
    return build_package(extension_key())


@require_safe
def extension_updates(request: HttpRequest) -> HttpResponse:
    """The update manifest that browsers ask for by policy."""
    body = package().update_manifest(f"{settings.DEVICE_URL}/extension/heedful.crx")
    return HttpResponse(body, content_type="application/xml", headers={"Cache-Control": "no-cache"})


@require_safe
def extension_package(request: HttpRequest) -> HttpResponse:
    return HttpResponse(package().crx, content_type="application/x-chrome-extension", headers={"Cache-Control": "no-cache"})
