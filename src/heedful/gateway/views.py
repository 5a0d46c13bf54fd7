"""The extension's download: public, signed by the installation's own key."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from heedful.gateway.shipped_extension import package


@require_safe
def extension_updates(request: HttpRequest) -> HttpResponse:
    """The update manifest that browsers ask for by policy."""
    body = package().update_manifest(f"{settings.DEVICE_URL}/extension/heedful.crx")
    return HttpResponse(body, content_type="application/xml", headers={"Cache-Control": "no-cache"})


@require_safe
def extension_package(request: HttpRequest) -> HttpResponse:
    return HttpResponse(package().crx, content_type="application/x-chrome-extension", headers={"Cache-Control": "no-cache"})
