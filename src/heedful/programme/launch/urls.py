"""The launch pages, below `/programme/<school>/`."""

from django.urls import path

from heedful.programme.launch import views

urlpatterns = [
    path("launch/", views.launch, name="launch"),
    path("launch/date", views.launch_date, name="launch_date"),
    path("launch/decision", views.launch_decide, name="launch_decide"),
    path("launch/plan.ics", views.plan_calendar, name="plan_calendar"),
    path("launch/plan.pdf", views.plan_print, name="plan_print"),
]
