"""What the design check says, and when a pilot may end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from heedful.people.rules import RoleName
from heedful.programme.pilot.rules import (
    Design,
    Part,
    PilotRefused,
    Verdict,
    Weight,
    audience_fault,
    check_decisions,
    check_design,
    expected,
    least_difference,
)
from heedful.thresholds.approaches.rules import LooksFirst, Settings, Weeks

LEAD_SEES_ALL = Part("Lead sees all", Settings(), ("Year 8",), frozenset(range(300)), 290)
PASTORAL = Part("Pastoral first", Settings(LooksFirst.PASTORAL_FIRST), ("Year 9",), frozenset(range(300, 600)), 280)
SOUND = Design(
    groups=("Year 8", "Year 9"), starts_on=date(2026, 11, 2), ends_on=date(2026, 12, 13), parts=(LEAD_SEES_ALL, PASTORAL), has_targets=True
)


def stops(design: Design) -> str:
    return " ".join(remark.says for remark in check_design(design) if remark.weight == Weight.STOPS)


def says(design: Design) -> str:
    return " ".join(remark.says for remark in check_design(design))


def test_nothing_must_be_put_right_in_a_sound_design() -> None:
    assert stops(SOUND) == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"groups": ()}, "No group"),
        ({"starts_on": None}, "no first and last day"),
        ({"ends_on": date(2026, 10, 1)}, "last day lies before"),
        ({"has_targets": False}, "when it has succeeded"),
        ({"audience_fault": "The audience lacks the lead."}, "audience lacks"),
        ({"parts": ()}, "no way of handling"),
        ({"parts": (PASTORAL,)}, "one approach alone"),
        ({"no_lookers": ("Pastoral first",)}, "nobody in the school has the role"),
        ({"parts": (LEAD_SEES_ALL, replace(PASTORAL, pupils=frozenset()))}, "covers nobody"),
        ({"parts": (LEAD_SEES_ALL, replace(PASTORAL, reporting=0))}, "no device has reported"),
        ({"parts": (LEAD_SEES_ALL, replace(PASTORAL, pupils=frozenset(range(299, 600))))}, "1 pupil would be in"),
    ],
)
def test_each_fault_of_a_design_is_said_with_the_way_out(change: dict[str, object], words: str) -> None:
    assert words in stops(replace(SOUND, **change))  # type: ignore[arg-type]


def test_who_looks_first_and_is_not_told_is_said() -> None:
    assert "nobody who looks first is among those who are told" in says(replace(SOUND, untold=("Pastoral first",)))


def test_one_approach_is_enough_with_a_reason() -> None:
    assert stops(replace(SOUND, parts=(PASTORAL,), one_approach_reason="There is one reader.")) == ""


def test_the_same_pupils_may_be_in_two_approaches_of_alternate_weeks() -> None:
    odd, even = replace(LEAD_SEES_ALL, weeks=Weeks.ODD), replace(PASTORAL, pupils=LEAD_SEES_ALL.pupils, weeks=Weeks.EVEN)
    assert stops(replace(SOUND, parts=(odd, even))) == ""
    assert "in the same weeks" in stops(replace(SOUND, parts=(odd, replace(even, weeks=Weeks.ODD))))


def test_alternate_weeks_in_a_short_pilot_are_too_few() -> None:
    odd, even = replace(LEAD_SEES_ALL, weeks=Weeks.ODD), replace(PASTORAL, weeks=Weeks.EVEN)
    assert "one unusual week would decide" in says(replace(SOUND, parts=(odd, even), ends_on=date(2026, 11, 15)))


def test_a_group_too_small_to_compare_is_said_with_its_number() -> None:
    small = replace(PASTORAL, pupils=frozenset(range(300, 330)), reporting=30)
    found = says(replace(SOUND, parts=(LEAD_SEES_ALL, small)))
    assert "“Pastoral first” is too small to compare: its 30 pupils may give about 4 captures in 6 weeks." in found
    assert "“Lead sees all” may give about 44 captures in 6 weeks. A difference in the share of false positives can be told from chance only from 30" in found


def test_two_approaches_that_do_the_same_have_nothing_to_compare() -> None:
    assert "do the same" in says(replace(SOUND, parts=(LEAD_SEES_ALL, replace(PASTORAL, settings=Settings()))))


def test_the_smallest_difference_follows_lehrs_rule() -> None:
    # 16 s2 / d2 in each group, with s2 = 1/4: 100 captures each for a difference of 20 points, 16 for 50.
    assert [least_difference(captures) for captures in (0, 1, 16, 100, 400)] == [100, 100, 50, 20, 10]


def test_captures_are_expected_from_published_rates_and_halved_in_alternate_weeks() -> None:
    thousand = replace(LEAD_SEES_ALL, pupils=frozenset(range(1000)))
    assert round(expected(thousand, 39)) == 955
    assert round(expected(replace(thousand, weeks=Weeks.ODD), 39)) == 478


DSL, DEPUTY, TECHNICIAN = ({role} for role in (RoleName.DSL, RoleName.DEPUTY, RoleName.TECHNICIAN))


@pytest.mark.parametrize(
    ("people", "words"),
    [((), "Nobody is named"), ((DEPUTY,), "lacks"), ((DSL,), "second reader"), ((DSL, TECHNICIAN), "second reader"), ((DSL, DEPUTY), "")],
)
def test_an_audience_has_the_lead_and_a_second_reader(people: tuple[set[RoleName], ...], words: str) -> None:
    fault = audience_fault([frozenset(each) for each in people])
    assert (words in fault) if words else fault == ""


@pytest.mark.parametrize(
    "verdicts", [(), (None,), (Verdict.ADOPT, None), (Verdict.ADOPT, Verdict.ADOPT), (Verdict.ADOPT, Verdict.CHANGE)]
)
def test_a_pilot_does_not_end_without_decisions_nor_with_two_in_force(verdicts: tuple[Verdict | None, ...]) -> None:
    with pytest.raises(PilotRefused):
        check_decisions(verdicts)


@pytest.mark.parametrize("verdicts", [(Verdict.STOP,), (Verdict.ADOPT, Verdict.STOP), (Verdict.STOP, Verdict.CHANGE)])
def test_a_pilot_ends_with_one_in_force_or_none(verdicts: tuple[Verdict, ...]) -> None:
    check_decisions(verdicts)
    assert sum(verdict != Verdict.STOP for verdict in verdicts) <= 1
