"""The assurance page."""

from django.urls import path

from heedful.assurance import views

urlpatterns = [path("assurance/", views.assurance, name="assurance")]
