"""Training, clearances and opening captures in an emergency."""

from __future__ import annotations

from tests.personas.table import Row, only

SCHOOL = "school"
OWN = (SCHOOL,)
SEES = ("dsl", "deputy", "behaviour_lead", "technician", "head", "governor")
STAFF = (*SEES, "staff_member")
READS = ("dsl", "deputy", "behaviour_lead")

ROWS = (
    Row("training", only(200, *STAFF), OWN),
    Row("clearances", only(200, *SEES), OWN),
    Row("break_glass", only(200, *READS), OWN),
    Row("break_glass", only(422, *READS), OWN, {}),
    Row("mend_glass", only(404), (SCHOOL, "1000000"), {}),
)
