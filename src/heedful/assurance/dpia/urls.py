"""The pages of the data protection impact assessment."""

from django.urls import path

from heedful.assurance.dpia import views

urlpatterns = [
    path("programme/<int:school_id>/dpia/", views.dpia, name="dpia"),
    path("programme/<int:school_id>/dpia/approve", views.dpia_approve, name="dpia_approve"),
    path("programme/<int:school_id>/dpia/<int:number>/print", views.dpia_print, name="dpia_print"),
]
