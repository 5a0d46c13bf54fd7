"""What may stand in a plan, and what stands between it and what coverage sees: pure rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from heedful.programme.plan.rules import (
    ALL_PUPILS,
    Kind,
    LineValues,
    Method,
    Place,
    PlanRefused,
    Reporting,
    check_line,
    gap_in_words,
    proposal,
    without_line,
)

LINE = LineValues(ALL_PUPILS, Place.CLASSROOM, Kind.CHROMEBOOK, Method.HEEDFUL, "Managed by the school.")
SEEN = Reporting(listed={"chromebook": 30, "ipad": 4}, reporting={"chromebook": 28}, seen={"Year 8": 0, "Year 9": 21})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"who": " "}, "for whom"),
        ({"reason": ""}, "Say why"),
        ({"method": Method.NOTHING_YET}, "who closes it"),
        ({"method": Method.NOTHING_YET, "owner_id": 3}, "by when"),
        ({"kind": Kind.NONE}, "in person"),
    ],
)
def test_what_can_not_be_is_refused_and_says_why(change: dict[str, object], words: str) -> None:
    with pytest.raises(PlanRefused, match=words):
        check_line(replace(LINE, **change))  # type: ignore[arg-type]


def test_a_gap_with_somebody_and_a_day_may_stand() -> None:
    gap = replace(LINE, method=Method.NOTHING_YET, owner_id=3, due_on=date(2026, 12, 1))
    with pytest.raises(PlanRefused, match="by when"):
        check_line(replace(gap, due_on=None))
    assert [check_line(line) for line in (gap, replace(LINE, method=Method.IN_PERSON, kind=Kind.NONE))] == [None, None]  # nothing is raised


@pytest.mark.parametrize(
    ("change", "gap"),
    [
        ({}, ""),
        ({"kind": Kind.ANY}, ""),
        ({"kind": Kind.WINDOWS}, "No device of this kind (Windows) has reported in the last 30 days."),
        ({"kind": Kind.IPAD}, "Nothing of Heedful runs on this kind of device (iPad)."),
        ({"kind": Kind.OWN}, "Pupils' own devices are in no inventory: nothing shows whether Heedful runs there."),
        ({"who": "Year 8"}, "Nobody of Year 8 was seen on a device in the last 14 days."),
        ({"who": "Year 9"}, ""),
        ({"who": "Sixth form on study leave"}, ""),
        ({"kind": Kind.WINDOWS, "method": Method.FILTER_LOG}, ""),
    ],
)
def test_where_the_plan_says_heedful_coverage_must_see_it(change: dict[str, object], gap: str) -> None:
    assert gap_in_words(replace(LINE, **change), SEEN) == gap  # type: ignore[arg-type]


def test_what_no_line_speaks_of_is_said() -> None:
    assert without_line([LINE], SEEN, ["Year 8", "Year 9"]) == ("iPad (4 in the inventory)",)
    assert without_line([replace(LINE, who="Year 9")], SEEN, ["Year 8", "Year 9"]) == ("iPad (4 in the inventory)", "Year 8")
    assert without_line([replace(LINE, kind=Kind.ANY)], SEEN, ["Year 8"]) == ()


def test_a_proposal_follows_the_inventory_and_every_line_of_it_may_stand() -> None:
    lines = proposal({"chromebook": 30, "ipad": 4, "mac": 0}, owner_id=3, due_on=date(2026, 12, 1))
    for line in lines:
        check_line(line)
    assert [(line.kind, line.method) for line in lines] == [
        (Kind.CHROMEBOOK, Method.HEEDFUL), (Kind.CHROMEBOOK, Method.HEEDFUL), (Kind.IPAD, Method.NOTHING_YET), (Kind.OWN, Method.IN_PERSON),
    ]  # fmt: skip
    assert {line.kind for line in proposal({}, owner_id=3, due_on=date(2026, 12, 1))} == {Kind.ANY, Kind.OWN}
