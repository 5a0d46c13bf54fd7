"""The devices page."""

from django.urls import path

from heedful.devices import views

urlpatterns = [path("devices/", views.devices, name="devices")]
