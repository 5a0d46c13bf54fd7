from django.urls import path

from heedful.gateway.api import api
from heedful.gateway.views import extension_package, extension_updates

urlpatterns = [
    path("device/v1/", api.urls),
    path("extension/updates.xml", extension_updates, name="extension_updates"),
    path("extension/heedful.crx", extension_package, name="extension_package"),
]
