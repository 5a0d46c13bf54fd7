"""The simulated week's arithmetic, on counts by hand."""

import numpy as np
import pytest

from evaluation.day import CLASSES, MIX, SEVERITY_MIX, WORRYING_A_WEEK, Class, Week, missing, simulate

STAYS: Class = (False, 0)


def week_of(**counts: int) -> Week:
    """Counts named `l<label>_<severity>`, or `l<label>_stays`."""
    table = np.zeros((6, len(CLASSES)))
    for name, count in counts.items():
        label, kind = name.removeprefix("l").split("_")
        table[int(label), CLASSES.index(STAYS if kind == "stays" else (True, int(kind)))] = count
    return Week(table)


def test_a_week_counts_what_is_right_and_what_is_beyond() -> None:
    week = week_of(l0_stays=9990, l0_0=5, l0_2=3, l0_3=2, l2_3=1, l3_3=4, l5_2=1, l5_5=2, l4_stays=1)
    assert (week.captures(2), week.captures(3), week.at(3), week.at(0)) == (13, 9, 7, 5)
    assert (week.beyond(2), week.beyond(3)) == (5, 3)
    assert week.right(3) == pytest.approx(6 / 9)
    assert (week.harmless_leaving, week.harmless_leaving_in_5000) == (10, 5)


def test_a_week_without_captures_has_no_share_right() -> None:
    assert week_of(l0_stays=10).right(3) != week_of(l0_stays=10).right(3)


def test_what_is_expected_follows_the_mix() -> None:
    harmless = {"benign_nq_queries": [STAYS] * 99 + [(True, 2)], "benign_clinc_queries": [STAYS] * 10, "of no mix": [(True, 5)]}
    expected = simulate(harmless, {3: [(True, 3), (False, 0)]}, weeks=1).expected
    lines = 375_000 - WORRYING_A_WEEK
    assert expected.harmless_leaving == pytest.approx(lines * 0.14 / 0.22 / 100)
    assert expected.captures(3) == pytest.approx(WORRYING_A_WEEK / 2)


def test_the_mix_is_whole_and_what_it_lacks_is_named() -> None:
    assert sum(MIX.values()) == pytest.approx(1)
    assert sum(SEVERITY_MIX.values()) == pytest.approx(1)
    assert missing({name: [STAYS] for name in MIX if name != "challenge"}, {2: [STAYS], 3: [STAYS], 4: [STAYS], 5: []}) == ["challenge", "worrying lines labelled 5"]


def test_intervals_hold_what_is_expected_and_do_not_change() -> None:
    harmless = {"benign_nq_queries": [STAYS] * 990 + [(True, 2)] * 10}
    first, second = (simulate(harmless, {3: [(True, 3)]}, weeks=60).estimate("captures", 2) for _ in range(2))
    assert first == second
    assert first.low < first.value < first.high
