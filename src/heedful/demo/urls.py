"""Pages of the demo; they answer 404 anywhere else."""

from django.urls import path

from heedful.demo import views

urlpatterns = [
    path("demo/enter/<str:token>/", views.enter, name="demo_enter"),
    path("demo/outbox/", views.demo_outbox, name="demo_outbox"),
]
