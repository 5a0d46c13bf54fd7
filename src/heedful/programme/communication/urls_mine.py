"""The page that is everybody's own, under no school."""

from django.urls import path

from heedful.programme.communication import views

urlpatterns = [
    path("your-part/", views.your_part, name="your_part"),
    path("your-part/<int:message>/confirm", views.your_part_confirm, name="your_part_confirm"),
]
