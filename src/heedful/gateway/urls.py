from django.urls import path

from heedful.gateway.api import api
from heedful.gateway.policy_page import device_policy
from heedful.gateway.views import extension_package, extension_updates

urlpatterns = [
    path("devices/policy/", device_policy, name="device_policy"),
    path("device/v1/", api.urls),
    path("extension/updates.xml", extension_updates, name="extension_updates"),
    path("extension/heedful.crx", extension_package, name="extension_package"),
]
