"""The threshold table: in force, its versions, drafts that are being agreed, and what a draft would have done."""

from __future__ import annotations

from django.utils import timezone

from heedful.thresholds.actions import start_draft
from tests.harness.agreed import agreed, cited_draft
from tests.personas.people import Place
from tests.personas.table import LEADS, MANAGERS, READERS, Row, Subjects, only

SCHOOL, VERSION, DRAFT, CITED = "school", "a version", "a draft", "a draft that is cited"
# Whoever sees the thresholds of this school; a technician only in its working group, and nobody here is.
SEES = (*LEADS, "behaviour_lead", "head")
RUNS = ("deputy", *MANAGERS)
LINE = {"revision": "2", "theme": "drugs", "level": "2", "band": "ks4", "route": "behaviour", "urgency": "today"}
ROWS = (
    Row("thresholds", only(200, *READERS, "head")),
    Row("threshold_version", only(200, *SEES), (SCHOOL, VERSION)),
    Row("threshold_version", only(200, *SEES), (SCHOOL, "0")),
    Row("threshold_version", only(404), (SCHOOL, "999")),
    Row("threshold_lock", only(404), (SCHOOL, VERSION), {}),  # the school is in no trust
    Row("threshold_compare", only(200, *SEES), (SCHOOL,)),
    Row("threshold_drafts", only(200, *SEES), (SCHOOL,)),
    Row("threshold_drafts", only(302, *RUNS), (SCHOOL,), {"reason": "Vapes in year 10"}),
    Row("threshold_draft", only(200, *SEES), (DRAFT,)),
    Row("threshold_draft", only(404), ("1000000",)),
    Row("threshold_cell", only(302, *RUNS), (CITED,), LINE),
    Row("threshold_cell", only(422, *RUNS), (CITED,), {}),
    Row("threshold_cite", only(422, *RUNS), (DRAFT,), {}),
    Row("threshold_sign", only(422, *SEES), (CITED,), {"revision": "2", "strand": "technical"}),
    Row("threshold_in_force", only(422, *RUNS), (CITED,), {"revision": "2"}),
    Row("threshold_set_aside", only(302, *RUNS), (DRAFT,), {"revision": "1"}),
    Row("what_if", only(200, *SEES), (DRAFT,)),
)


def a_version(place: Place) -> str:
    return str(agreed(place.school, {}, by=place.staff["dsl"], now=timezone.now()).number)


def a_draft(place: Place) -> str:
    dsl = place.staff["dsl"]
    return str(start_draft(school_id=place.school.pk, lines={}, notes={}, reason="Again", viewer=dsl, now=timezone.now()).pk)


def a_cited_draft(place: Place) -> str:
    return str(cited_draft(place.school, {}, by=place.staff["dsl"], now=timezone.now()).pk)


SUBJECTS: Subjects = {VERSION: a_version, DRAFT: a_draft, CITED: a_cited_draft}
