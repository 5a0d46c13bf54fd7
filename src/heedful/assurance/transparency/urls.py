"""The public page, and the page that looks after it."""

from django.urls import path

from heedful.assurance.transparency import views

urlpatterns = [
    path("about-monitoring/<int:school_id>/", views.about_monitoring, name="about_monitoring"),
    path("about-monitoring/<int:school_id>/<slug:reader>/", views.about_monitoring, name="about_monitoring_for"),
    path("programme/<int:school_id>/transparency/", views.transparency, name="transparency"),
    path("programme/<int:school_id>/transparency/switch", views.transparency_switch, name="transparency_switch"),
]
