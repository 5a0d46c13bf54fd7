"""All routes. The devices' door and the console share this table; `gateway.middleware.DevicesDoor` tells them apart by listener."""

from django.urls import include, path

urlpatterns = [
    path("", include("heedful.gateway.urls")),
    path("", include("heedful.captures.second_look.urls")),
    path("", include("heedful.captures.urls")),
    path("", include("heedful.captures.what_if.urls")),
    path("", include("heedful.thresholds.urls")),
    path("", include("heedful.devices.urls")),
    path("", include("heedful.devices.coverage.urls")),
    path("", include("heedful.programme.urls")),
    path("", include("heedful.programme.communication.urls_mine")),
    path("", include("heedful.assurance.urls")),
    path("", include("heedful.assurance.dpia.urls")),
    path("", include("heedful.assurance.transparency.urls")),
    path("", include("heedful.assurance.reviews.urls")),
    path("", include("heedful.people.urls")),
    path("", include("heedful.demo.urls")),
    path("accounts/", include("heedful.people.urls_sign_in")),
]
