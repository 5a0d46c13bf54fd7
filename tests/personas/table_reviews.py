"""Reviews, the governors' report, the notes after the launch and the way out."""

from __future__ import annotations

from django.utils import timezone

from heedful.assurance.reviews.actions import certify_deletion, open_review
from heedful.assurance.reviews.models import Review
from heedful.assurance.reviews.rules import Kind
from tests.personas.people import Place
from tests.personas.table import Row, Subjects, only
from tests.personas.table_group import RUNS, SCHOOL, SEES

REVIEW, CERTIFICATE = "a review", "a certificate of deletion"
SEES_ASSURANCE = ("dsl", "deputy", "head", "governor")
ROWS = (
    Row("reviews", only(200, *SEES), (SCHOOL,)),
    Row("review_open", only(422, *RUNS), (SCHOOL,), {}),
    Row("stand_up", only(422, *RUNS), (SCHOOL,), {}),
    Row("governor_pdf", only(200, *SEES_ASSURANCE), (SCHOOL,)),
    Row("review", only(200, *SEES), (SCHOOL, REVIEW)),
    Row("review_write", only(302, *RUNS), (SCHOOL, REVIEW), {"conclusion": "It serves us well."}),
    Row("review_action", only(422, *RUNS), (SCHOOL, REVIEW), {}),
    Row("review_take", only(302, *RUNS), (SCHOOL, REVIEW), {}),
    Row("review_close", only(422, *RUNS), (SCHOOL, REVIEW), {}),
    Row("review_record", only(200, *SEES), (SCHOOL, REVIEW)),
    Row("exit_plan", only(200, *SEES), (SCHOOL,)),
    Row("exit_certify", only(422, *RUNS), (SCHOOL,), {}),
    Row("deletion_certificate", only(200, *SEES_ASSURANCE), (SCHOOL, CERTIFICATE)),
)


def a_review(place: Place) -> str:
    held = Review.objects.filter(school=place.school, closed_at=None).first()
    review = held or open_review(school=place.school, kind=Kind.YEARLY, by=place.staff["dsl"], now=timezone.now())
    return str(review.pk)


def a_certificate(place: Place) -> str:
    made = certify_deletion(school=place.school, certified_as="Amara Lockhart, DSL", by=place.staff["dsl"], now=timezone.now())
    return str(made.pk)


SUBJECTS: Subjects = {REVIEW: a_review, CERTIFICATE: a_certificate}
