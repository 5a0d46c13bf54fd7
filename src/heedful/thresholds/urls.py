"""The pages of thresholds: in force, versions, and drafts that are being agreed."""

from django.urls import path

from heedful.thresholds import views
from heedful.thresholds.drafting import views as drafting

urlpatterns = [
    path("thresholds/", views.thresholds, name="thresholds"),
    path("thresholds/<int:school_id>/versions/<int:number>/", views.threshold_version, name="threshold_version"),
    path("thresholds/<int:school_id>/versions/<int:number>/trust", views.threshold_lock, name="threshold_lock"),
    path("thresholds/<int:school_id>/compare/", views.threshold_compare, name="threshold_compare"),
    path("thresholds/<int:school_id>/drafts/", drafting.threshold_drafts, name="threshold_drafts"),
    path("thresholds/drafts/<int:draft_id>/", drafting.threshold_draft, name="threshold_draft"),
    path("thresholds/drafts/<int:draft_id>/line", drafting.threshold_cell, name="threshold_cell"),
    path("thresholds/drafts/<int:draft_id>/cite", drafting.threshold_cite, name="threshold_cite"),
    path("thresholds/drafts/<int:draft_id>/sign", drafting.threshold_sign, name="threshold_sign"),
    path("thresholds/drafts/<int:draft_id>/in-force", drafting.threshold_in_force, name="threshold_in_force"),
    path("thresholds/drafts/<int:draft_id>/set-aside", drafting.threshold_set_aside, name="threshold_set_aside"),
]
