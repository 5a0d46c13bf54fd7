"""The agreed lines: complete, never below a floor, and strictest where the age is not known."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heedful.audit.queries import entries_about
from heedful.captures.models import Capture
from heedful.detection.values import AGE_BANDS
from heedful.detection.values import THEMES as DETECTED_THEMES
from heedful.people.models import School, User
from heedful.thresholds.actions import start_draft
from heedful.thresholds.models import ThresholdVersion
from heedful.thresholds.queries import table_in_force, tables_for, version_of
from heedful.thresholds.rules import (
    BANDS,
    LEVELS,
    NOTHING,
    THEME_TITLES,
    THEMES,
    Line,
    Route,
    Table,
    TableError,
    Urgency,
    breaks_floor,
    default_lines,
    from_json,
    from_stored,
    to_json,
)
from tests.harness.agreed import agreed
from tests.harness.westbrook import NOW, Westbrook, build_school

DEFAULT = Table(0, default_lines())
levels = st.sampled_from(LEVELS)
bands = st.sampled_from([*BANDS, "unknown"])
ROUTES, URGENCIES = (Route.RECORD_ONLY, Route.BEHAVIOUR, Route.SAFEGUARDING), (Urgency.NONE, Urgency.WEEK, Urgency.TODAY, Urgency.NOW)


def route_of(line: Line) -> int:
    return ROUTES.index(line.route)


def urgency_of(line: Line) -> int:
    return URGENCIES.index(line.urgency)


any_line = st.builds(Line, st.sampled_from(Route), st.sampled_from(Urgency))
any_lines = st.lists(any_line, min_size=5, max_size=5)  # one for each age band


def test_the_default_has_a_line_for_every_theme_level_and_age() -> None:
    assert set(default_lines()) == set(product(THEMES, LEVELS, BANDS))
    assert set(THEME_TITLES) == set(THEMES)


def test_every_theme_that_can_be_found_and_every_age_has_lines() -> None:
    assert set(DETECTED_THEMES) == set(THEMES)
    assert set(AGE_BANDS) == {*BANDS, "unknown"}


def test_the_default_breaks_no_floor_and_the_worst_is_told_at_once() -> None:
    assert [key for key, line in default_lines().items() if breaks_floor(key[0], key[1], line)] == []
    assert {line for (_, level, _), line in default_lines().items() if level == 5} == {Line(Route.SAFEGUARDING, Urgency.NOW)}


def test_a_higher_level_is_never_handled_more_loosely() -> None:
    for theme, band in product(THEMES, BANDS):
        found = [DEFAULT.line_for(theme, level, band) for level in LEVELS]
        assert sorted(map(route_of, found)) == [route_of(line) for line in found]
        assert sorted(map(urgency_of, found)) == [urgency_of(line) for line in found]


@given(any_lines)
def test_an_unknown_age_gets_the_strictest_route_and_urgency_of_any(known: list[Line]) -> None:
    table = Table(1, {("drugs", 2, band): line for band, line in zip(BANDS, known, strict=True)})
    assert [table.line_for("drugs", 2, band) for band in BANDS] == known
    unknown = table.line_for("drugs", 2, "unknown")
    assert route_of(unknown) == max(map(route_of, known))
    assert urgency_of(unknown) == max(map(urgency_of, known))


@given(st.dictionaries(st.sampled_from(THEMES), st.integers(0, 5), max_size=5), bands)
def test_several_themes_take_the_strictest_of_each(found: dict[str, int], band: str) -> None:
    together = DEFAULT.decide(found, band)
    each = [DEFAULT.line_for(theme, level, band) for theme, level in found.items()]
    assert route_of(together) == max(map(route_of, each), default=0)
    assert urgency_of(together) == max(map(urgency_of, each), default=0)


def test_nothing_found_is_record_only() -> None:
    assert DEFAULT.decide({}, "ks3") == NOTHING
    assert DEFAULT.line_for("suicide", 0, "unknown") == NOTHING


@settings(max_examples=20)
@given(any_lines, levels)
def test_a_table_survives_being_stored(lines: list[Line], level: int) -> None:
    whole = default_lines() | {("drugs", level, band): line for band, line in zip(BANDS, lines, strict=True)}
    assert from_json(to_json(whole)) == whole


def test_every_fault_of_a_table_is_named_at_once() -> None:
    rows = to_json(default_lines())
    broken = [row for row in rows if row[:3] != ["drugs", 2, "ks3"]]
    broken += [["suicide", 3, "ks1", "behaviour", "week"], ["nudes", 2, "ks5", "sideways", "now"]]
    with pytest.raises(TableError) as fault:
        from_json(broken)
    for words in (
        "drugs, level 2, ks3: missing",
        "suicide, level 3: the floor is safeguarding",
        "takes theme, level, age band, route and urgency",
    ):
        assert words in str(fault.value)


@pytest.mark.parametrize("theme", THEMES)
def test_no_vote_lowers_a_floor(theme: str) -> None:
    floor = {"suicide": 3, "self_harm": 3} | dict.fromkeys(
        ("abuse_disclosure", "sexual_exploitation", "nudes", "criminal_exploitation", "extremism", "weapons"), 1
    )
    for level, route in product(LEVELS, Route):
        is_below = level >= floor.get(theme, 6) and route != Route.SAFEGUARDING
        assert breaks_floor(theme, level, Line(route, Urgency.NOW)) == is_below


def test_an_older_version_is_read_with_the_floors_of_today() -> None:
    rows = [[*row[:3], "record_only", "none"] if row[:3] == ["weapons", 1, "ks4"] else row for row in to_json(default_lines())]
    assert from_stored(rows)["weapons", 1, "ks4"] == Line(Route.SAFEGUARDING, Urgency.NONE)


def changed(theme: str, level: int, line: Line) -> dict[tuple[str, int, str], Line]:
    return default_lines() | {(theme, level, band): line for band in BANDS}


@pytest.mark.django_db
def test_versions_follow_one_another_and_the_newest_is_in_force(westbrook: Westbrook) -> None:
    school = westbrook.school.pk
    assert table_in_force(school).version == 0
    for number, urgency in ((1, Urgency.TODAY), (2, Urgency.WEEK)):
        made = agreed(westbrook.school, changed("drugs", 2, Line(Route.BEHAVIOUR, urgency)), by=westbrook.dsl, now=NOW)
        assert made.number == number
        assert table_in_force(school).line_for("drugs", 2, "ks3").urgency == urgency
    assert [entry.details["version"] for entry in entries_about(school, subject_kind="thresholds")] == [1, 2]


@pytest.mark.django_db
def test_a_capture_remembers_the_version_that_routed_it(westbrook: Westbrook) -> None:
    before = westbrook.stored(text="nobody likes you")
    lines = changed("bullying", 3, Line(Route.RECORD_ONLY, Urgency.NONE))
    agreed(westbrook.school, lines, by=westbrook.dsl, now=NOW)
    after = westbrook.stored(text="nobody likes you")
    assert [(row.threshold_version, row.route) for row in (before, after)] == [(0, "behaviour"), (1, "record_only")]
    assert Capture.objects.get(pk=before.pk).route == "behaviour"


@pytest.mark.django_db
def test_a_table_below_a_floor_does_not_even_become_a_draft(westbrook: Westbrook) -> None:
    lines = changed("weapons", 1, Line(Route.BEHAVIOUR, Urgency.NOW))
    with pytest.raises(TableError, match="the floor is safeguarding"):
        start_draft(school_id=westbrook.school.pk, lines=lines, notes={}, reason="Agreed", viewer=westbrook.dsl, now=NOW)
    assert not ThresholdVersion.objects.exists()
    assert table_in_force(westbrook.school.pk).version == 0


@pytest.mark.django_db
def test_one_schools_table_is_none_of_anothers(westbrook: Westbrook) -> None:
    other = build_school("Marsh End School", "marshend.example")
    agreed(westbrook.school, default_lines(), by=westbrook.dsl, now=NOW)
    assert table_in_force(other.school.pk).version == 0
    assert version_of(other.dsl, westbrook.school.pk, 1) is None
    assert tables_for(other.dsl, westbrook.school.pk) is None
    assert version_of(User.objects.get(pk=westbrook.dsl.pk), westbrook.school.pk, 1) == replace(DEFAULT, version=1)
    assert version_of(westbrook.dsl, westbrook.school.pk, 7) is None


@pytest.mark.django_db
def test_where_people_practise_the_table_of_their_real_school_routes(westbrook: Westbrook) -> None:
    practice = School.objects.create(name="Practice", practice_of=westbrook.school, practice_for=westbrook.dsl)
    agreed(westbrook.school, changed("drugs", 2, Line(Route.BEHAVIOUR, Urgency.TODAY)), by=westbrook.dsl, now=NOW)
    assert table_in_force(practice.pk) == table_in_force(westbrook.school.pk)
    assert table_in_force(practice.pk).version == 1
