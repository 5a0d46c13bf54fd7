"""The devices' door and the console, told apart by the listener that a request came in on."""

from __future__ import annotations

import os
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound

GetResponse = Callable[[HttpRequest], HttpResponse]
DEVICE_PATHS = ("/device/", "/extension/")
# Set by `heedful serve` for the processes of each listener; no setting of the school's.
DOOR_VARIABLE = "HEEDFULD_DOOR"


class DevicesDoor:
    """With two listeners, devices reach only the device API, and the console everything else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.door = os.environ.get(DOOR_VARIABLE, "both")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_device_path = request.path.startswith(DEVICE_PATHS)
        if (self.door == "devices" and not is_device_path) or (self.door == "console" and is_device_path):
            return HttpResponseNotFound()
        return self.get_response(request)
