"""The WSGI door that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from heedful.commands._processes import end_with_the_web_server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heedful.settings")
if "HEEDFULD_DOOR" in os.environ:  # set by `heedful serve` for its own web servers
    end_with_the_web_server()
application = get_wsgi_application()
