"""The WSGI door that granian serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from heedful.commands._processes import end_with_the_web_server

DOOR_VARIABLE = "HEEDFULD_DOOR"  # set by `heedful serve` for its own web servers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heedful.settings")
if DOOR_VARIABLE in os.environ:
    end_with_the_web_server()
django_application = get_wsgi_application()
# Behind a proxy everybody would come from one address, and share one limit on wrong passwords.
application = wrap_wsgi_with_proxy_headers(django_application, settings.TRUSTED_PROXIES)


def _be_ready() -> None:
    """Load the library, which takes a second, before this process takes its first request, not while a device waits."""
    from heedful.captures.assessing import judge

    if os.environ.get(DOOR_VARIABLE) != "console":
        judge("ready", source="typed", age_band="unknown")


_be_ready()
