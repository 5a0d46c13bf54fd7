"""The pages of the measures; each lies under `/programme/<school>/`."""

from django.urls import path

from heedful.programme.pilot.measures import views

urlpatterns = [
    path("measures/", views.measures, name="measures"),
    path("measures/rate", views.measures_rate, name="measures_rate"),
]
