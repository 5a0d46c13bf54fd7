"""The pages of this room; they lie beside those of the programme."""

from django.urls import path

from heedful.assurance.reviews.views import leaving, reviews

UNDER = "programme/<int:school_id>/reviews/"
urlpatterns = [
    path(UNDER, reviews.reviews, name="reviews"),
    path(UNDER + "open/", reviews.review_open, name="review_open"),
    path(UNDER + "notes/", reviews.stand_up, name="stand_up"),
    path(UNDER + "governors.pdf", reviews.governor_pdf, name="governor_pdf"),
    path(UNDER + "<int:review_id>/", reviews.review, name="review"),
    path(UNDER + "<int:review_id>/write/", reviews.review_write, name="review_write"),
    path(UNDER + "<int:review_id>/actions/", reviews.review_action, name="review_action"),
    path(UNDER + "<int:review_id>/changes/", reviews.review_take, name="review_take"),
    path(UNDER + "<int:review_id>/sign/", reviews.review_close, name="review_close"),
    path(UNDER + "<int:review_id>/record.pdf", reviews.review_record, name="review_record"),
    path("programme/<int:school_id>/exit/", leaving.exit_plan, name="exit_plan"),
    path("programme/<int:school_id>/exit/certificates/", leaving.exit_certify, name="exit_certify"),
    path("programme/<int:school_id>/exit/certificates/<int:certificate_id>.pdf", leaving.certificate, name="deletion_certificate"),
]
