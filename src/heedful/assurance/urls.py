"""The pages of assurance."""

from django.urls import path

from heedful.assurance import views

urlpatterns = [
    path("assurance/", views.assurance, name="assurance"),
    path("server/", views.server_check, name="server_check"),
]
