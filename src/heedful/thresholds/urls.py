"""The thresholds page."""

from django.urls import path

from heedful.thresholds import views

urlpatterns = [path("thresholds/", views.thresholds, name="thresholds")]
