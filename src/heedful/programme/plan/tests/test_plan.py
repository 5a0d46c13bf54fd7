"""The plan on its pages and as values for the rooms above."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from heedful.audit.models import Entry
from heedful.people.rules import NotFound, Stage
from heedful.programme.needs import State
from heedful.programme.plan.actions import add_ai_tool, end_line, propose_plan, set_line, stop_ai_tool
from heedful.programme.plan.models import PlanLine
from heedful.programme.plan.needs import NEEDS
from heedful.programme.plan.queries import plan_facts, plan_gaps, plan_of
from heedful.programme.plan.rules import ALL_PUPILS, Incident, Kind, LineValues, Method, Place, PlanRefused, UsedBy
from tests.personas.people import Persona
from tests.personas.people import Place as School

PROFILE = {
    "youngest": "11", "oldest": "18", "size": "under_1200", "send": "under_25", "eal": "under_15", "own_devices": "phones", "boards": "on",
    "notes": "A new intake from two primary schools.", **{f"incident_{incident}": "few" for incident in Incident},
}  # fmt: skip
LINE = {"who": ALL_PUPILS, "place": "classroom", "kind": "chromebook", "method": "heedful", "reason": "Managed by the school."}
VALUES = LineValues(ALL_PUPILS, Place.CLASSROOM, Kind.CHROMEBOOK, Method.HEEDFUL, "Managed by the school.")


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def states(place: School) -> dict[str, State]:
    return {need.key: need.look(place.school.pk, timezone.now()).state for need in NEEDS}


def test_the_risk_profile_is_written_in_bands(dsl: Persona, larkfield: School) -> None:
    assert dsl.posts("plan_profile", larkfield.school.pk, **PROFILE).status_code == 302
    profile = plan_facts(larkfield.school.pk).profile
    assert profile is not None
    assert (profile.ages, profile.send, profile.boards, profile.learns_remotely) == ("11 to 18", "15 to 24 %", True, False)
    assert dict(profile.incidents)["Drugs and alcohol"] == "fewer than 5"
    assert "A new intake" in text_of(dsl.opens("plan_profile", larkfield.school.pk))


def test_a_profile_that_can_not_be_keeps_what_was_typed(dsl: Persona, larkfield: School) -> None:
    refused = dsl.posts("plan_profile", larkfield.school.pk, **PROFILE | {"youngest": "18", "oldest": "11"})
    assert refused.status_code == 422
    assert "can&#x27;t be older" in text_of(refused)
    assert "A new intake" in text_of(refused)
    assert plan_facts(larkfield.school.pk).profile is None


def test_the_plan_names_groups_and_never_a_pupil(dsl: Persona, larkfield: School) -> None:
    for changed in ({"who": "other", "who_words": "Nia Merrick"}, {"reason": "Because of Nia Merrick."}):
        refused = dsl.posts("plan_line", larkfield.school.pk, **LINE | changed)
        assert refused.status_code == 422
        assert "name of somebody on the roll" in text_of(refused)
    assert not PlanLine.objects.exists()


def test_nothing_yet_needs_somebody_and_a_day(dsl: Persona, larkfield: School) -> None:
    gap = LINE | {"kind": "ipad", "method": "nothing_yet", "reason": "Nothing runs there yet."}
    refused = dsl.posts("plan_line", larkfield.school.pk, **gap)
    assert (refused.status_code, "who closes it" in text_of(refused)) == (422, True)
    later = timezone.localdate() + timedelta(days=20)
    dsl.posts("plan_line", larkfield.school.pk, **gap, owner=larkfield.staff["technician"].pk, due_on=later)
    [line] = plan_facts(larkfield.school.pk).gaps
    assert (line.owner, line.due_on) == ("Sam Whitlock", later)


def test_a_changed_line_takes_the_place_of_the_old_one_which_stays_on_record(dsl: Persona, larkfield: School) -> None:
    dsl.posts("plan_line", larkfield.school.pk, **LINE)
    [line] = plan_facts(larkfield.school.pk).lines
    dsl.posts("plan_line_change", larkfield.school.pk, line.id, **LINE | {"method": "in_person", "reason": "Not yet deployed."})
    [changed] = plan_facts(larkfield.school.pk).lines
    assert (changed.method, changed.reason) == (Method.IN_PERSON, "Not yet deployed.")
    assert PlanLine.objects.get(pk=line.id).ended_at is not None
    assert dsl.posts("plan_line_change", larkfield.school.pk, line.id, **LINE).status_code == 404  # somebody else changed it


def test_the_same_pupils_place_and_device_stand_once(larkfield: School) -> None:
    dsl, now = larkfield.staff["dsl"], timezone.now()
    set_line(school=larkfield.school, values=VALUES, by=dsl, now=now)
    with pytest.raises(PlanRefused, match="already"):
        set_line(school=larkfield.school, values=VALUES, by=dsl, now=now)
    assert PlanLine.objects.count() == 1


def test_where_the_plan_says_heedful_and_no_device_reports_the_page_says_so(dsl: Persona, larkfield: School) -> None:
    now, lead = timezone.now(), larkfield.staff["dsl"]
    set_line(school=larkfield.school, values=VALUES, by=lead, now=now)
    assert "has reported in the last 30 days" not in text_of(dsl.opens("plan", larkfield.school.pk))
    larkfield.device.last_seen_at = now - timedelta(days=40)
    larkfield.device.save()
    assert "No device of this kind (Chromebook) has reported in the last 30 days." in text_of(dsl.opens("plan", larkfield.school.pk))
    assert len(plan_gaps(larkfield.school, now=now)) == 1


def test_a_proposal_begins_an_empty_plan_and_leaves_one_with_lines_alone(larkfield: School) -> None:
    dsl, now = larkfield.staff["dsl"], timezone.now()
    assert propose_plan(school=larkfield.school, by=dsl, now=now) > 0
    lines = plan_facts(larkfield.school.pk).lines
    assert propose_plan(school=larkfield.school, by=dsl, now=now) == 0
    assert plan_facts(larkfield.school.pk).lines == lines


def test_needs_are_met_by_a_profile_and_a_plan_without_overdue_gaps(dsl: Persona, larkfield: School) -> None:
    assert states(larkfield) == {"risk_profile": State.OPEN, "monitoring_plan": State.OPEN}
    dsl.posts("plan_profile", larkfield.school.pk, **PROFILE)
    lead, now = larkfield.staff["dsl"], timezone.now()
    late = LineValues(ALL_PUPILS, Place.HOME, Kind.IPAD, Method.NOTHING_YET, "None.", lead.pk, timezone.localdate() - timedelta(days=1))
    line = set_line(school=larkfield.school, values=late, by=lead, now=now)
    assert states(larkfield) == {"risk_profile": State.MET, "monitoring_plan": State.OPEN}
    set_line(school=larkfield.school, values=VALUES, by=lead, now=now)
    end_line(school=larkfield.school, line_id=line.pk, by=lead, now=now)
    assert set(states(larkfield).values()) == {State.MET}
    assert all(Stage.LIVE in need.holds for need in NEEDS)


def test_an_ai_tool_comes_onto_the_register_and_leaves_it(dsl: Persona, larkfield: School) -> None:
    dsl.posts("ai_tool_add", larkfield.school.pk, **{"tool-name": "Writing helper", "tool-used_by": "pupils", "tool-since": "2026-09-01"})
    [tool] = plan_facts(larkfield.school.pk).ai_tools
    assert (tool.name, tool.used_by) == ("Writing helper", "Pupils")
    dsl.posts("ai_tool_stop", larkfield.school.pk, tool.id)
    assert plan_facts(larkfield.school.pk).ai_tools == ()
    assert dsl.posts("ai_tool_stop", larkfield.school.pk, tool.id).status_code == 404


def test_what_belongs_to_another_school_is_not_there(larkfield: School, marsh_end: School) -> None:
    now, theirs, ours = timezone.now(), marsh_end.staff["dsl"], larkfield.staff["dsl"]
    line = set_line(school=larkfield.school, values=VALUES, by=ours, now=now)
    tool = add_ai_tool(school=larkfield.school, name="Tutor", used_by=UsedBy.BOTH, what_for="", since=now.date(), by=ours, now=now)
    with pytest.raises(NotFound):
        end_line(school=marsh_end.school, line_id=line.pk, by=theirs, now=now)
    with pytest.raises(NotFound):
        stop_ai_tool(school=marsh_end.school, tool_id=tool.pk, by=theirs, now=now)
    with pytest.raises(NotFound):
        plan_of(theirs, larkfield.school.pk, now=now)


def test_the_chain_holds_no_words_of_the_plan(dsl: Persona, larkfield: School) -> None:
    dsl.posts("plan_profile", larkfield.school.pk, **PROFILE)
    dsl.posts("plan_line", larkfield.school.pk, **LINE)
    said = str(list(Entry.objects.filter(school_id=larkfield.school.pk).values_list("action", "details")))
    assert "plan.changed" in said
    assert "Managed by the school" not in said
    assert "intake" not in said
