"""What an approach may do with a capture, and what none may."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heedful.thresholds.approaches.rules import (
    AT_ONCE_THEMES,
    SHOW_FROM,
    LooksFirst,
    Notify,
    Running,
    Settings,
    Weeks,
    approach_for,
    goes_to_lead_at_once,
    handle,
)
from heedful.thresholds.rules import LEVELS, SAFEGUARDING_FLOOR, THEMES, Line, Route, Urgency, breaks_floor

LONDON = ZoneInfo("Europe/London")
TUESDAY = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)  # in week 48
EVERY_SETTING = [Settings(first, show, notify, pictures) for first, show, notify, pictures in product(LooksFirst, SHOW_FROM, Notify, (True, False))]
levels_of_a_capture = st.dictionaries(st.sampled_from(THEMES), st.integers(1, 5), max_size=4)


def must_reach_the_lead(levels: dict[str, int], severity: int, *, is_report: bool) -> bool:
    """The rule in the issue's own words: severity 4-5, a floor theme, or a child who told us."""
    floored = any(theme in SAFEGUARDING_FLOOR or breaks_floor(theme, level, Line(Route.BEHAVIOUR, Urgency.NONE)) for theme, level in levels.items())
    return severity >= 4 or floored or is_report


@given(
    levels=levels_of_a_capture, settings=st.sampled_from(EVERY_SETTING), is_report=st.booleans(),
    route=st.sampled_from([Route.SAFEGUARDING, Route.BEHAVIOUR]), urgency=st.sampled_from(list(Urgency)),
)  # fmt: skip
def test_what_is_serious_a_floor_theme_or_told_by_a_child_reaches_the_lead_at_once_in_every_approach(
    levels: dict[str, int], settings: Settings, is_report: bool, route: Route, urgency: Urgency
) -> None:
    severity, line = max(levels.values(), default=0), Line(route, urgency)
    at_once = goes_to_lead_at_once(levels, severity=severity, urgency=urgency, is_report=is_report)
    handled = handle(settings, line, severity=severity, at_once=at_once)
    if must_reach_the_lead(levels, severity, is_report=is_report) or urgency == Urgency.NOW:
        assert handled.line == line
        assert handled.first_look == LooksFirst.DSL_ALL
        assert not handled.is_below


@pytest.mark.parametrize(("theme", "level"), list(product(sorted(AT_ONCE_THEMES), LEVELS)))
def test_a_floor_theme_goes_at_once_at_any_level(theme: str, level: int) -> None:
    assert goes_to_lead_at_once({"language": 1, theme: level}, severity=level, urgency=Urgency.NONE)


def test_every_theme_whose_route_no_vote_may_lower_is_among_them() -> None:
    lowered = Line(Route.RECORD_ONLY, Urgency.NONE)
    assert {theme for theme, level in product(THEMES, LEVELS) if breaks_floor(theme, level, lowered)} == set(AT_ONCE_THEMES)


def test_what_a_member_of_staff_wrote_is_for_the_safeguarding_team_alone() -> None:
    assert goes_to_lead_at_once({"language": 1}, severity=1, urgency=Urgency.WEEK, is_of_staff=True)


def test_what_is_only_recorded_waits_for_nobody() -> None:
    recorded = Line(Route.RECORD_ONLY, Urgency.NONE)
    assert handle(Settings(LooksFirst.PASTORAL_FIRST), recorded, severity=1, at_once=False).first_look == LooksFirst.DSL_ALL


def test_below_what_an_approach_shows_it_is_recorded_alone() -> None:
    settings, line = Settings(LooksFirst.DSL_ALL, show_from=3), Line(Route.BEHAVIOUR, Urgency.WEEK)
    below, shown = (handle(settings, line, severity=severity, at_once=False) for severity in (2, 3))
    assert (below.line.route, below.is_below) == (Route.RECORD_ONLY, True)
    assert (shown.line, shown.is_below) == (line, False)


def running(pk: int, first: LooksFirst = LooksFirst.DSL_ALL, **changes: object) -> Running:
    return Running(pk, f"Approach {pk}", Settings(first), **changes)  # type: ignore[arg-type]


def test_a_pupil_is_handled_by_the_approach_of_their_group() -> None:
    both = (running(1, groups=frozenset({7})), running(2, groups=frozenset({8})))
    for groups, expected in ((frozenset({7}), 1), (frozenset({8, 9}), 2), (frozenset({9}), None)):
        found = approach_for(both, groups=groups, moment=TUESDAY, zone=LONDON)
        assert (found.id if found else None) == expected


def test_alternate_weeks_go_by_the_week_of_the_year_on_the_schools_clocks() -> None:
    both = (running(1, weeks=Weeks.ODD), running(2, weeks=Weeks.EVEN))
    sunday_night = datetime(2026, 6, 28, 23, 30, tzinfo=UTC)  # Monday of week 27 in London, Sunday of week 26 in UTC
    found = [approach_for(both, groups=frozenset(), moment=moment, zone=LONDON) for moment in (TUESDAY, TUESDAY + timedelta(days=7), sunday_night)]
    assert [each.id for each in found if each] == [2, 1, 1]


def test_an_approach_acts_between_its_moments_and_not_at_its_end() -> None:
    one = running(1, starts_at=TUESDAY, ends_at=TUESDAY + timedelta(days=1))
    moments = (TUESDAY - timedelta(seconds=1), TUESDAY, TUESDAY + timedelta(days=1))
    assert [one.acts_at(moment, LONDON) for moment in moments] == [False, True, False]


def test_where_two_overlap_the_lead_sees_more() -> None:
    both = (running(1, LooksFirst.TECHNICIAN_SOURCE), running(2, LooksFirst.PASTORAL_FIRST))
    found = approach_for(both, groups=frozenset(), moment=TUESDAY, zone=LONDON)
    assert found
    assert found.id == 2


def test_the_pilots_approach_goes_before_the_one_in_force_for_all() -> None:
    both = (running(1, is_pilot=False), running(2, LooksFirst.PASTORAL_FIRST, groups=frozenset({7})))
    inside, outside = (approach_for(both, groups=groups, moment=TUESDAY, zone=LONDON) for groups in (frozenset({7}), frozenset({8})))
    assert inside
    assert outside
    assert (inside.id, outside.id) == (2, 1)
