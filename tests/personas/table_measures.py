"""Second looks, what the figures say, and the parallel run."""

from __future__ import annotations

from uuid import uuid4

from django.utils import timezone

from heedful.captures.actions.decide import grade_capture
from heedful.captures.second_look.models import SecondLook
from heedful.captures.second_look.rules import is_drawn
from heedful.people.actions import add_staff
from heedful.people.models import User
from heedful.people.rules import RoleName
from tests.harness.trained import train
from tests.personas.people import Place
from tests.personas.table import LEADS, READERS, Row, Subjects, only

SCHOOL = "school"
LOOK, LOOK_AT_BEHAVIOUR = "a second look", "a second look at behaviour"
OWN = (SCHOOL,)
SEES = ("dsl", "deputy", "behaviour_lead", "technician", "head", "governor")
RUNS = ("dsl", "deputy", "head")

ROWS = (
    Row("second_looks", only(200, *READERS)),
    Row("second_look", only(200, *LEADS), (LOOK,)),
    Row("second_look", only(200, *LEADS, "behaviour_lead"), (LOOK_AT_BEHAVIOUR,)),
    Row("second_look_answer", only(302, *LEADS), (LOOK,), {"answer": "3"}),
    Row("second_look_answer", only(422, *LEADS), (LOOK,), {}),
    Row("measures", only(200, *SEES), OWN),
    Row("measures_rate", only(302, "dsl", "deputy", "behaviour_lead"), OWN, {"stars": "4"}),
    Row("measures_rate", only(422, "dsl", "deputy", "behaviour_lead"), OWN, {}),
    Row("parallel", only(200, *SEES), OWN),
    Row("parallel_headers", only(422, *RUNS), OWN, {}),
    Row("parallel_columns", only(422, *RUNS), OWN, {}),
    Row("parallel_import", only(422, *RUNS), OWN, {}),
    Row("parallel_minutes", only(422, *RUNS), OWN, {}),
    Row("parallel_minutes", only(302, *RUNS), OWN, {"week": "2026-11-16", "minutes": "90"}),
)


def a_look(place: Place, text: str) -> str:
    """A capture that was drawn, graded by somebody whom this table does not ask."""
    now = timezone.now()
    capture_id = next(each for each in iter(uuid4, None) if is_drawn(each))
    number = place.stores(text, capture_id=capture_id, pupil=1)
    grade_capture(number=number, grade=2, revision=1, viewer=_visiting(place), now=now)
    return str(SecondLook.objects.get(number=number).pk)


def _visiting(place: Place) -> User:
    email, now = f"grader@{place.accounts[0].address.split('@')[1]}", timezone.now()
    known = User.objects.filter(email=email).first()
    if known is None:
        known = add_staff(school=place.school, email=email, name="Visiting grader", roles=[RoleName.DEPUTY], now=now)
        train(known, place.school, now=now)
    return known


SUBJECTS: Subjects = {
    LOOK: lambda place: a_look(place, "i want to kill myself tonight"),
    LOOK_AT_BEHAVIOUR: lambda place: a_look(place, "anyone selling vapes at lunch"),
}
