"""The preview of a draft of the threshold table."""

from django.urls import path

from heedful.captures.what_if import views

urlpatterns = [path("captures/what-if/<int:draft_id>/", views.what_if, name="what_if")]
