"""The pilot, and what its handling approaches show to whom."""

from __future__ import annotations

from django.utils import timezone

from heedful.programme.pilot.actions import make_pilot
from heedful.programme.pilot.queries import newest_pilot
from tests.personas.people import Place
from tests.personas.table import MANAGERS, Row, Subjects, only

SCHOOL, PILOT = "school", "a pilot"
SEES = ("dsl", "deputy", "behaviour_lead", "technician", "head", "governor")
RUNS = ("deputy", *MANAGERS)
ROWS = (
    Row("source_filter", only(200, "technician")),
    Row("source_sort", only(302, "technician"), (), {"verb": "pass", "number": "1"}),
    Row("pilot", only(200, *SEES), (SCHOOL,)),
    Row("pilot_one", only(200, *SEES), (SCHOOL, PILOT)),
    Row("pilot_one", only(404), (SCHOOL, "9999")),
    Row("pilot_make", only(422, *RUNS), (SCHOOL,), {}),  # there is one already
    Row("pilot_scope", only(422, *RUNS), (SCHOOL, PILOT), {}),
    Row("pilot_targets", only(302, *RUNS), (SCHOOL, PILOT), {"targets-missed": "At most one in twenty"}),
    Row("pilot_approach", only(422, *RUNS), (SCHOOL, PILOT), {}),
    Row("pilot_approach_remove", only(302, *RUNS), (SCHOOL, PILOT, "1"), {}),
    Row("pilot_audience", only(422, *RUNS), (SCHOOL,), {}),
    Row("pilot_ready", only(422, *RUNS), (SCHOOL, PILOT), {}),
    Row("pilot_start", only(422, *RUNS), (SCHOOL, PILOT), {}),
    Row("pilot_decide", only(422, *RUNS), (SCHOOL, PILOT, "1"), {}),
    Row("pilot_end", only(422, *RUNS), (SCHOOL, PILOT), {}),
    Row("pilot_review", only(200, *SEES), (SCHOOL, PILOT)),
    Row("pilot_review", only(422, *RUNS), (SCHOOL, PILOT), {}),
    Row("pilot_review_pdf", only(200, *SEES), (SCHOOL, PILOT)),
    Row("approach_withdraw", only(302, *RUNS), (SCHOOL,), {}),
)


def a_pilot(place: Place) -> str:
    row = newest_pilot(place.school.pk) or make_pilot(school=place.school, by=place.staff["dsl"], now=timezone.now())
    return str(row.number)


SUBJECTS: Subjects = {PILOT: a_pilot}
