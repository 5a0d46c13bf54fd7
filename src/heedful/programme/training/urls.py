"""The pages of this room; each lies under `/programme/<school>/`."""

from django.urls import path

from heedful.programme.training.views import clearances, mine

urlpatterns = [
    path("training/", mine.training, name="training"),
    path("training/clearances/", clearances.clearances, name="clearances"),
    path("training/emergency/", clearances.break_glass, name="break_glass"),
    path("training/emergency/<int:glass>/close", clearances.mend, name="mend_glass"),
]
