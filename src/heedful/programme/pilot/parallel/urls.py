"""The pages of the parallel run; each lies under `/programme/<school>/`."""

from django.urls import path

from heedful.programme.pilot.parallel import views

urlpatterns = [
    path("parallel-run/", views.parallel, name="parallel"),
    path("parallel-run/headers", views.parallel_headers, name="parallel_headers"),
    path("parallel-run/columns", views.parallel_columns, name="parallel_columns"),
    path("parallel-run/import", views.parallel_import, name="parallel_import"),
    path("parallel-run/minutes", views.parallel_minutes, name="parallel_minutes"),
]
