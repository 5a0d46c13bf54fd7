"""The pages of assurance."""

from django.urls import path

from heedful.assurance import views
from heedful.assurance.keeping import views as keeping

urlpatterns = [
    path("assurance/", views.assurance, name="assurance"),
    path("assurance/retention/", keeping.retention, name="retention"),
    path("assurance/retention/period", keeping.retention_period, name="retention_period"),
    path("assurance/record/", keeping.record, name="record"),
    path("assurance/backups/", keeping.backups, name="backups"),
    path("assurance/backups/tried", keeping.backup_tried, name="backup_tried"),
    path("server/", views.server_check, name="server_check"),
]
