"""The board and the launch."""

from __future__ import annotations

from tests.personas.table import Row, only

SEERS = ("dsl", "deputy", "behaviour_lead", "technician", "head", "governor")
RUNNERS = ("dsl", "deputy", "head")
MOVERS = ("dsl", "head")
OWN = ("school",)

ROWS = (
    Row("programme", only(302, *SEERS, "dsl_of_another_school")),
    Row("trust_defaults", only(404), ("1000000",)),
    Row("board", only(200, *SEERS), OWN),
    Row("step_plan", only(302, *RUNNERS), OWN, {"step": "launch", "due_on": "2030-01-14"}),
    Row("step_plan", only(422, *RUNNERS), OWN, {"step": "launch", "due_on": "soon"}),
    Row("stage_move", only(200, *MOVERS), ("school", "under_review")),
    Row("stage_move", only(404), ("school", "nowhere")),
    Row("stage_move", only(422, *MOVERS), ("school", "under_review"), {}),
    Row("launch", only(200, *SEERS), OWN),
    Row("launch_date", only(422, *RUNNERS), OWN, {}),
    Row("launch_decide", only(422, *MOVERS), OWN, {}),
    Row("plan_calendar", only(200, *SEERS), OWN),
    Row("plan_print", only(200, *SEERS), OWN),
)
