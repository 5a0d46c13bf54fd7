"""The assessment: what it asks follows the settings, what is missing holds its approval, what changed since opens the gate again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from heedful.assurance.dpia.actions import approve_dpia, mark_of, save_dpia
from heedful.assurance.dpia.live import changes, lines_from
from heedful.assurance.dpia.models import DpiaVersion
from heedful.assurance.dpia.needs import NEEDS
from heedful.assurance.dpia.queries import live_lines, newest_version, state_of
from heedful.assurance.dpia.questions import BASES, RISKS, questions_of
from heedful.assurance.dpia.rules import DpiaRefused, kept_answers, missing_in
from heedful.audit.queries import entries_about
from heedful.people.actions import change_school, set_groups
from heedful.people.adapter import STARTED
from heedful.people.models import Group
from heedful.people.rules import NotFound, Stage
from heedful.programme.needs import Found, State
from heedful.programme.plan.actions import set_line
from heedful.programme.plan.rules import Kind, LineValues, Method
from heedful.programme.plan.rules import Place as Where
from tests.personas.people import Persona, Place

NOW = timezone.now()


def answers_for(place: Place, **other: str) -> dict[str, str]:
    """An answer to everything that is asked."""
    given = {}
    for question in questions_of(live_lines(place.school.pk)):
        given[question.key] = question.choices[1][0] if question.choices else "2026-11-20" if question.is_date else question.offered or "As agreed."
    return given | other


def save(place: Place, **other: str) -> DpiaVersion:
    seen = mark_of(newest_version(place.school.pk))
    return save_dpia(school=place.school, given=answers_for(place, **other), seen=seen, viewer=place.staff["deputy"], now=NOW)


def approve(place: Place, viewer: str = "head") -> DpiaVersion:
    return approve_dpia(school=place.school, seen=mark_of(newest_version(place.school.pk)), viewer=place.staff[viewer], now=NOW)


def gate(place: Place) -> Found:
    return NEEDS[0].look(place.school.pk, NOW)


def test_it_is_a_gate_of_the_pilot_and_of_launch() -> None:
    assert NEEDS[0].holds == {Stage.PILOT, Stage.LIVE}


def test_nothing_is_approved_while_an_answer_is_missing(larkfield: Place) -> None:
    assert "answers are missing" in gate(larkfield).says
    assert "Some are offered" in gate(larkfield).says, "sixty empty fields would frighten anybody off"
    with pytest.raises(DpiaRefused, match="no draft"):
        approve(larkfield)
    save(larkfield, dpo_advice="")
    with pytest.raises(DpiaRefused, match="1 answers are missing, the first in “Who was asked”"):
        approve(larkfield)
    save(larkfield)
    assert gate(larkfield).says == "It is complete, and nobody has approved it yet."
    version = approve(larkfield)
    assert (version.number, version.approved_by) == (1, larkfield.staff["head"])
    assert gate(larkfield).state == State.MET
    assert [entry.action for entry in entries_about(larkfield.school.pk, subject_kind="dpia")] == ["dpia.saved", "dpia.saved", "dpia.approved"]


def test_only_those_who_may_move_the_stage_approve(larkfield: Place) -> None:
    save(larkfield)
    for who in ("deputy", "governor", "technician"):
        with pytest.raises(NotFound):
            approve(larkfield, who)
    with pytest.raises(NotFound):
        save_dpia(school=larkfield.school, given={}, seen="new", viewer=larkfield.staff["governor"], now=NOW)


def test_a_changed_setting_opens_the_gate_again_and_says_what_changed(larkfield: Place, dsl: Persona) -> None:
    save(larkfield)
    approve(larkfield)
    change_school(larkfield.school, reason="Agreed", now=NOW, pictures=True, hours=[{"days": [1, 2, 3, 4, 5], "from": "08:00", "to": "17:00"}])
    found = gate(larkfield)
    assert found.state == State.OPEN
    assert found.says == "Settings changed since version 1 was approved: Hours: at any hour → Monday to Friday 08:00 to 17:00, and 1 more."
    page = dsl.opens("dpia", larkfield.school.pk).content.decode()
    assert "Approved, and no longer true" in page
    save(larkfield)
    second = approve(larkfield)
    assert (second.number, gate(larkfield).state) == (2, State.MET)
    assert lines_from(DpiaVersion.objects.get(number=1).live) != lines_from(second.live)


def test_switching_something_on_asks_for_its_reason(larkfield: Place) -> None:
    keys = {question.key for question in questions_of(live_lines(larkfield.school.pk))}
    assert {"why.source.typed", "why.source.searched", "why.hours", "why.everybody"} <= keys
    assert keys & {"why.pictures", "why.staff"} == set()
    change_school(larkfield.school, reason="Agreed", now=NOW, pictures=True, monitors_staff=True)
    now = {question.key for question in questions_of(live_lines(larkfield.school.pk))}
    assert now - keys == {"why.pictures", "why.staff"}


def test_switching_models_on_asks_for_their_reason_and_for_their_risk(larkfield: Place, settings: Any) -> None:
    save(larkfield)
    approve(larkfield)
    keys = {question.key for question in questions_of(live_lines(larkfield.school.pk))}
    settings.DETECTION_LAYERS = frozenset(("phrases", "model", "encoder"))
    asked = {question.key: question for question in questions_of(live_lines(larkfield.school.pk))}
    assert asked.keys() - keys == {"why.models", "risk.model.likely", "risk.model.measure", "risk.model.left"}
    assert asked["why.models"].offered
    assert asked["risk.model.measure"].offered
    says = gate(larkfield).says
    assert "Trained models: none: written phrases alone judge a line → a small one on the device, and again on the school's server; a language model on the school's server" in says


def test_each_line_of_the_monitoring_plan_is_asked_for_with_its_reason_offered(larkfield: Place) -> None:
    save(larkfield)
    approve(larkfield)
    for who, method, reason in (("Year 8", Method.HEEDFUL, "They write in class"), ("Reception", Method.IN_PERSON, "Always with an adult")):
        values = LineValues(who, Where.CLASSROOM, Kind.CHROMEBOOK, method, reason)
        set_line(school=larkfield.school, values=values, by=larkfield.staff["dsl"], now=NOW)
    questions = [question for question in questions_of(live_lines(larkfield.school.pk)) if question.key.startswith("why.plan.")]
    assert [(question.label, question.offered) for question in questions] == [("Year 8, classroom, Chromebook: Heedful. Why?", "They write in class")]
    words = [change.words for change in state_of(larkfield.school.pk).changes]
    assert "Year 8, classroom, Chromebook: new, Heedful" in words
    assert "All pupils: on every school device, no longer" in words


def test_other_groups_in_the_pilot_make_it_stale_and_a_new_deputy_does_not(larkfield: Place) -> None:
    save(larkfield)
    approve(larkfield)
    larkfield.staff["staff_member"].roles.create(school=larkfield.school, name="deputy")
    assert gate(larkfield).state == State.MET
    group = Group.objects.create(school=larkfield.school, name="Year 9")
    set_groups(school=larkfield.school, in_pilot=[group.pk], by=None, now=NOW)
    assert "Groups of the pilot: Pilot → Year 9" in gate(larkfield).says


def test_a_high_risk_that_is_left_needs_the_commissioner_first(larkfield: Place) -> None:
    lines = live_lines(larkfield.school.pk)
    answers = answers_for(larkfield) | {"risk.bias.left": "high", "ico": ""}
    assert [each.label for each in missing_in(answers, lines)] == ["a risk that is left is high: the Information Commissioner must be consulted first"]
    assert missing_in(answers | {"ico": "Asked on 3 March; no objection."}, lines) == ()


def test_two_people_do_not_write_over_each_other(larkfield: Place) -> None:
    save(larkfield)
    with pytest.raises(DpiaRefused, match="Somebody else saved"):
        save_dpia(school=larkfield.school, given=answers_for(larkfield), seen="new", viewer=larkfield.staff["dsl"], now=NOW)


def test_an_answer_that_is_too_long_or_no_choice_is_refused(larkfield: Place) -> None:
    lines = live_lines(larkfield.school.pk)
    with pytest.raises(DpiaRefused, match="are the most"):
        kept_answers({"purpose": "x" * 4_001}, lines)
    with pytest.raises(DpiaRefused, match="choose one of the list"):
        kept_answers({"basis": "because"}, lines)
    assert kept_answers({"purpose": " Help. ", "something_else": "x"}, lines) == {"purpose": "Help."}


def test_consent_is_not_offered_and_every_risk_has_a_measure() -> None:
    assert [key for key, words in BASES if "onsent" in words] == []
    assert [key for key, _, measure in RISKS if not measure] == []


def test_what_is_gone_and_what_is_new_is_said() -> None:
    [then] = lines_from([["hours", "Hours", "at any hour", "necessity", True, ""]])
    now = replace(then, key="pictures", label="Pictures", value="none")
    assert [change.words for change in changes([then], [now])] == ["Pictures: new, none", "Hours: at any hour, no longer"]


def test_the_page_saves_a_draft_and_keeps_what_was_typed_when_it_can_not(larkfield: Place, dsl: Persona) -> None:
    form: dict[str, Any] = answers_for(larkfield) | {"seen": "new"}
    assert dsl.posts("dpia", larkfield.school.pk, **form).status_code == 302
    answer = dsl.posts("dpia", larkfield.school.pk, **form | {"benefit": "What was typed"})
    assert (answer.status_code, "What was typed" in answer.content.decode()) == (422, True)
    assert "Approve version 1" in dsl.opens("dpia", larkfield.school.pk).content.decode()


def test_whoever_approves_is_asked_again_who_they_are(larkfield: Place, head: Persona) -> None:
    save(larkfield)
    session = head.browser.session
    session[STARTED] = (NOW - timedelta(hours=1)).isoformat()
    session.save()
    answer = head.posts("dpia_approve", larkfield.school.pk, seen=mark_of(newest_version(larkfield.school.pk)))
    assert (answer.status_code, DpiaVersion.objects.get().approved_at) == (302, None)
    assert "reauthenticate" in answer["Location"]


def test_each_version_prints(larkfield: Place, governor: Persona) -> None:
    save(larkfield)
    approve(larkfield)
    answer = governor.opens("dpia_print", larkfield.school.pk, 1)
    assert answer.content.startswith(b"%PDF")
    assert governor.opens("dpia_print", larkfield.school.pk, 2).status_code == 404
