"""The preview is what routing all of it again by hand would say; and no number that is shown gives a small one away."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from heedful.captures.what_if.rules import (
    LEAST_SHOWN,
    Flow,
    Rerouting,
    Stored,
    columns_of,
    count_flows,
    effects_of,
    is_lost,
    is_slower,
    numbers_of,
    of_all,
    of_group,
    publish,
)
from heedful.thresholds.rules import BANDS, LEVELS, THEMES, Line, Route, Table, Urgency, default_lines, differences

any_line = st.builds(Line, st.sampled_from(Route), st.sampled_from(Urgency))
changes = st.dictionaries(st.tuples(st.sampled_from(THEMES), st.sampled_from(LEVELS), st.sampled_from(BANDS)), any_line, max_size=30)
levels = st.dictionaries(st.sampled_from(THEMES), st.sampled_from(LEVELS), min_size=1, max_size=3)
GROUPS = (1, 2, 3, 4)
stored = st.builds(
    Stored, levels.map(lambda found: tuple(sorted(found.items()))), st.sampled_from(["typed", "searched", "report"]),
    st.sampled_from([*BANDS, "unknown"]), st.frozensets(st.sampled_from(GROUPS)),
)  # fmt: skip
flows = st.tuples(any_line, any_line)
counted_flows = st.dictionaries(st.frozensets(st.sampled_from(GROUPS)), st.dictionaries(flows, st.integers(1, 12), max_size=4), max_size=6)
ROUTE_ORDER = (Route.RECORD_ONLY, Route.BEHAVIOUR, Route.SAFEGUARDING)
URGENCY_ORDER = (Urgency.NONE, Urgency.WEEK, Urgency.TODAY, Urgency.NOW)


def by_hand(lines: dict[tuple[str, int, str], Line], capture: Stored) -> Line:
    """The rules of the design, written out anew: the strictest of all themes, of all bands where the age is not known, and a report read the same day."""
    bands = [capture.age_band] if capture.age_band in BANDS else list(BANDS)
    found = [lines[theme, level, band] for theme, level in capture.levels for band in bands]
    route = ROUTE_ORDER[max(ROUTE_ORDER.index(line.route) for line in found)]
    urgency = URGENCY_ORDER[max(URGENCY_ORDER.index(line.urgency) for line in found)]
    if capture.source == "report":
        return Line(Route.SAFEGUARDING, Urgency.NOW if urgency == Urgency.NOW else Urgency.TODAY)
    return Line(route, urgency)


@settings(max_examples=60)
@given(changes, changes, st.lists(stored, max_size=40))
def test_the_preview_equals_routing_the_history_again_one_by_one(
    old: dict[tuple[str, int, str], Line], new: dict[tuple[str, int, str], Line], history: list[Stored]
) -> None:
    before, after = default_lines() | old, default_lines() | new
    counted = count_flows(history, Rerouting(Table(1, before), Table(2, after)))
    pairs = [(by_hand(before, each), by_hand(after, each)) for each in history]
    whole = numbers_of(of_all(counted))
    assert (whole.captures, whole.changed) == (len(history), sum(a != b for a, b in pairs))
    for route, pair in whole.routes:
        assert (pair.before, pair.after) == (sum(a.route == route for a, _ in pairs), sum(b.route == route for _, b in pairs))
    for urgency, pair in whole.times:
        assert (pair.before, pair.after) == (sum(a.urgency == urgency for a, _ in pairs), sum(b.urgency == urgency for _, b in pairs))
    for group in GROUPS:
        mine = [flow for flow, each in zip(pairs, history, strict=True) if group in each.groups]
        assert of_group(counted, group) == Counter(mine)


@settings(max_examples=40)
@given(changes, st.lists(stored, max_size=30))
def test_each_change_alone_counts_what_it_alone_would_have_moved(new: dict[tuple[str, int, str], Line], history: list[Stored]) -> None:
    before = default_lines()
    found = differences(before, before | new)
    effects = effects_of(Counter(each.alike for each in history), Table(1, before), found)
    assert sorted(map(str, (change for change, _ in effects))) == sorted(map(str, found))
    for change, count in effects:
        alone = before | {(change.theme, change.level, band): change.after for band in change.bands}
        assert count == sum(by_hand(before, each) != by_hand(alone, each) for each in history)


@given(flows)
def test_what_is_lost_or_slower_is_what_nobody_or_somebody_later_looks_at(flow: Flow) -> None:
    before, after = flow
    assert is_lost(flow) == (before.route != Route.RECORD_ONLY and after.route == Route.RECORD_ONLY)
    assert is_slower(flow) == (URGENCY_ORDER.index(after.urgency) < URGENCY_ORDER.index(before.urgency))


@given(st.dictionaries(flows, st.integers(1, 12), max_size=12))
def test_columns_hold_every_capture_once_and_five_at_least(found: dict[Flow, int]) -> None:
    columns = columns_of(found)
    if sum(found.values()) < LEAST_SHOWN:
        assert columns == ()
        return
    assert Counter(flow for column in columns for flow in column.flows) == Counter(list(found))
    assert all(sum(found[flow] for flow in column.flows) >= LEAST_SHOWN for column in columns)


@settings(max_examples=100)
@given(counted_flows)
def test_no_total_and_no_difference_gives_a_small_number_away(counted: dict[frozenset[int], dict[Flow, int]]) -> None:
    """Knowing who is in which group, one can ask for any captures that lie inside some shown groups and outside others: never one to four."""
    shown = publish(counted, GROUPS)
    groups = [group for group, _ in shown.groups]
    assert all(whole >= LEAST_SHOWN for _, whole in shown.columns)
    for column in shown.group_columns:
        counts = {signature: sum(found.get(flow, 0) for flow in column.flows) for signature, found in counted.items()}
        for size in range(len(groups) + 1):
            for inside in combinations(groups, size):
                for away in range(len(groups) - size + 1):
                    for outside in combinations([each for each in groups if each not in inside], away):
                        asked = sum(n for signature, n in counts.items() if signature >= set(inside) and not signature & set(outside))
                        assert asked == 0 or asked >= LEAST_SHOWN


@given(counted_flows)
def test_what_is_published_is_right_and_every_group_is_either_shown_or_named(counted: dict[frozenset[int], dict[Flow, int]]) -> None:
    shown = publish(counted, GROUPS)
    for column, whole in shown.columns:
        assert whole == sum(found.get(flow, 0) for found in counted.values() for flow in column.flows)
    present = {group for signature, found in counted.items() for group in signature if sum(found.values())}
    assert {group for group, _ in shown.groups} | set(shown.withheld) == present
    for group, row in shown.groups:
        mine = of_group(counted, group)
        assert row == tuple(sum(mine[flow] for flow in column.flows) for column in shown.group_columns)


def test_a_group_that_would_tell_two_captures_apart_is_not_shown() -> None:
    stays: Flow = (Line(Route.BEHAVIOUR, Urgency.WEEK), Line(Route.BEHAVIOUR, Urgency.WEEK))
    goes: Flow = (Line(Route.BEHAVIOUR, Urgency.WEEK), Line(Route.RECORD_ONLY, Urgency.NONE))
    year, form, other = 1, 2, 3
    counted = {frozenset({year, form}): {stays: 20, goes: 10}, frozenset({year, other}): {stays: 12, goes: 2}}
    shown = publish(counted, [year, form, other])
    # The year is the whole school here; a form beside it would give the other form's two away.
    assert [group for group, _ in shown.groups] == [year]
    assert shown.withheld == (form, other)
    assert [count for _, count in shown.columns] == [12, 32]


def test_groups_are_told_less_where_that_lets_more_of_them_be_shown() -> None:
    week, today, nothing = Line(Route.BEHAVIOUR, Urgency.WEEK), Line(Route.BEHAVIOUR, Urgency.TODAY), Line(Route.RECORD_ONLY, Urgency.NONE)
    counted = {frozenset({group}): {(week, week): 20, (week, nothing): 3, (today, nothing): 4} for group in (1, 2)}
    shown = publish(counted, [1, 2])
    assert [count for _, count in shown.columns] == [8, 6, 40]
    assert [row for _, row in shown.groups] == [(7, 20), (7, 20)]
