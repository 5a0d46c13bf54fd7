"""Training, practice, clearances and opening captures in an emergency."""

from __future__ import annotations

from django.utils import timezone

from heedful.programme.training.actions import add_own_module, answer_module, begin_practice, finish_practice
from heedful.programme.training.queries import module_of
from heedful.programme.training.views.people import EXAMPLE
from tests.personas.people import Place
from tests.personas.table import Row, Subjects, only

SCHOOL, RESULT, GO, OWN_MODULE = "school", "a result", "a practice", "a module of our own"
OWN = (SCHOOL,)
SEES = ("dsl", "deputy", "behaviour_lead", "technician", "head", "governor")
STAFF = (*SEES, "staff_member")
READS = ("dsl", "deputy", "behaviour_lead")
RUNS = ("dsl", "deputy", "head")

ROWS = (
    Row("training", only(200, *STAFF), OWN),
    Row("training_module", only(200, *STAFF), (SCHOOL, "awareness")),
    Row("training_module", only(404), (SCHOOL, "no-such-module")),
    Row("training_questions", only(200, *STAFF), (SCHOOL, "awareness")),
    Row("training_questions", only(422, *STAFF), (SCHOOL, "awareness"), {}),
    Row("training_result", only(200, *RUNS, "staff_member"), (SCHOOL, RESULT)),  # it is theirs
    Row("training_certificate", only(200, *RUNS, "staff_member"), (SCHOOL, RESULT)),
    Row("training_record", only(200, *RUNS), OWN),
    Row("pass_mark", only(200, *RUNS), OWN),
    Row("pass_mark", only(422, *RUNS), OWN, {"modules": "50", "practice": "80", "reason": "Agreed"}),
    Row("own_modules", only(200, *RUNS), OWN),
    Row("own_modules", only(422, *RUNS), OWN, {"text": "<b>Hello</b>"}),
    Row("own_module_withdraw", only(302, *RUNS), (SCHOOL, OWN_MODULE), {}),
    Row("practice", only(200, *SEES), OWN),
    Row("practice_result", only(200, "dsl"), (SCHOOL, GO)),
    Row("practice_certificate", only(404), (SCHOOL, GO)),  # it was not passed
    Row("practice_finish", only(404), OWN, {}),
    Row("clearances", only(200, *SEES), OWN),
    Row("break_glass", only(200, *READS), OWN),
    Row("break_glass", only(422, *READS), OWN, {}),
    Row("mend_glass", only(404), (SCHOOL, "1000000"), {}),
    # Whoever begins to practise has rights in their practice school alone, until they leave.
    Row("practice_begin", only(302, *SEES), OWN, {}),
    Row("practice_leave", only(302, *SEES), OWN, {}),
)


def a_result(place: Place) -> str:
    module = module_of(place.school.pk, "awareness")
    assert module
    chosen = [sorted(question.right) for question in module.questions]
    return str(answer_module(viewer=place.staff["staff_member"], school=place.school, module=module, chosen=chosen, now=timezone.now()).pk)


def a_go(place: Place) -> str:
    begin_practice(viewer=place.staff["dsl"], school=place.school, now=timezone.now())
    attempt = finish_practice(viewer=place.staff["dsl"], school=place.school, now=timezone.now())
    assert attempt
    return str(attempt.pk)


def a_module(place: Place) -> str:
    return add_own_module(viewer=place.staff["dsl"], school=place.school, text=EXAMPLE, name="ours.md", now=timezone.now()).key


SUBJECTS: Subjects = {RESULT: a_result, GO: a_go, OWN_MODULE: a_module}
