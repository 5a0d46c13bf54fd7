"""The pages of this room; each lies under `/programme/<school>/`."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
