"""The monitoring plan, the risk profile and the register of AI tools."""

from __future__ import annotations

from django.utils import timezone

from heedful.programme.plan.actions import add_ai_tool, set_line
from heedful.programme.plan.models import PlanLine
from heedful.programme.plan.rules import ALL_PUPILS, Kind, LineValues, Method, UsedBy
from heedful.programme.plan.rules import Place as Where
from tests.personas.people import Place
from tests.personas.table import Row, Subjects, only
from tests.personas.table_group import RUNS, SCHOOL, SEES

LINE, TOOL = "a line of the plan", "an AI tool"
ROWS = (
    Row("plan", only(200, *SEES), (SCHOOL,)),
    Row("plan_profile", only(200, *RUNS), (SCHOOL,)),
    Row("plan_profile", only(422, *RUNS), (SCHOOL,), {}),
    Row("plan_line", only(200, *RUNS), (SCHOOL,)),
    Row("plan_line", only(422, *RUNS), (SCHOOL,), {}),
    Row("plan_line_change", only(200, *RUNS), (SCHOOL, LINE)),
    Row("plan_line_end", only(302, *RUNS), (SCHOOL, LINE), {}),
    Row("plan_propose", only(302, *RUNS), (SCHOOL,), {}),
    Row("ai_tool_add", only(422, *RUNS), (SCHOOL,), {}),
    Row("ai_tool_stop", only(302, *RUNS), (SCHOOL, TOOL), {}),
)


def a_line(place: Place) -> str:
    """The line for all pupils at home; the table's rows end it, so that it is made again."""
    held = PlanLine.objects.filter(school=place.school, ended_at=None, place=Where.HOME, kind=Kind.MAC).first()
    if held is not None:
        return str(held.pk)
    values = LineValues(ALL_PUPILS, Where.HOME, Kind.MAC, Method.FILTER_LOG, "Lent for projects.")
    return str(set_line(school=place.school, values=values, by=place.staff["dsl"], now=timezone.now()).pk)


def a_tool(place: Place) -> str:
    now = timezone.now()
    tool = add_ai_tool(school=place.school, name="Tutor", used_by=UsedBy.PUPILS, what_for="", since=now.date(), by=place.staff["dsl"], now=now)
    return str(tool.pk)


SUBJECTS: Subjects = {LINE: a_line, TOOL: a_tool}
