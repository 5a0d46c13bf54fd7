"""The thresholds page: the table in force, to read."""

from __future__ import annotations

from django.utils import timezone

from heedful.thresholds.rules import Line, Route, Urgency, default_lines
from tests.harness.agreed import agreed
from tests.personas.people import Persona, Place


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_without_a_table_of_its_own_the_school_reads_the_default(dsl: Persona) -> None:
    page = text_of(dsl.opens("thresholds"))
    assert "Larkfield Academy, version 0" in page
    assert "your working group has not set its own yet" in page
    assert page.count("Tell the DSL at once") > 18


def test_the_newest_version_shows_with_its_reason_and_who_approved_it(dsl: Persona, larkfield: Place) -> None:
    lines = default_lines()
    lines["gambling", 3, "ks3"] = Line(Route.SAFEGUARDING, Urgency.WEEK)
    agreed(larkfield.school, lines, by=larkfield.staff["head"], reason="Two pupils in debt", now=timezone.now())
    page = text_of(dsl.opens("thresholds"))
    assert "version 1" in page
    assert "Two pupils in debt" in page
    assert "approved by Ruth Calder" in page


def test_each_age_has_its_own_grid(head: Persona) -> None:
    young, older = text_of(head.opens("thresholds", age="ks1")), text_of(head.opens("thresholds", age="ks4"))
    assert young != older
    assert 'aria-current="page"><span class="visually-hidden">Age </span>5-7' in young
    assert 'aria-current="page"><span class="visually-hidden">Age </span>11-14' in text_of(head.opens("thresholds", age="nonsense"))


def test_the_table_of_another_school_is_not_there(head: Persona, marsh_end: Place) -> None:
    assert head.opens("thresholds", school=str(marsh_end.school.pk)).status_code == 404
    assert head.opens("thresholds", school="x").status_code == 404
