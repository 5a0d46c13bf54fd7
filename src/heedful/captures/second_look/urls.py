"""The pages of second looks."""

from django.urls import path

from heedful.captures.second_look import views

urlpatterns = [
    path("captures/second-looks/", views.second_looks, name="second_looks"),
    path("captures/second-looks/<int:look_id>/", views.second_look, name="second_look"),
    path("captures/second-looks/<int:look_id>/answer", views.second_look_answer, name="second_look_answer"),
]
