"""How long training counts, what stays open when it has run out, and who is never shut out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from heedful.people.clearance.rules import (
    NARROWED_FOR,
    WITHHELD,
    GlassRefused,
    Standing,
    check_glass,
    last_leads,
    practised_rights,
    standing,
)
from heedful.people.rules import Right, RoleName

END = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-1, Standing.CLEARED), (0, Standing.CLEARED), (1, Standing.NARROWED), (30, Standing.NARROWED), (31, Standing.NONE), (400, Standing.NONE)],
)
def test_a_clearance_counts_to_its_last_day_then_narrows_for_thirty_days(days: int, expected: Standing) -> None:
    assert standing(END, today=END + timedelta(days=days)) == expected
    assert timedelta(days=30) == NARROWED_FOR


def test_without_any_training_nothing_is_open() -> None:
    assert standing(None, today=END) == Standing.NONE


def test_the_lead_whose_training_ended_last_keeps_reading_when_nobody_else_can() -> None:
    long_over, longer = END - timedelta(days=60), END - timedelta(days=90)
    assert last_leads({1: long_over, 2: longer, 3: None}, today=END) == {1}
    assert last_leads({1: long_over, 2: long_over}, today=END) == {1, 2}


def test_while_another_lead_reads_the_last_is_not_the_last() -> None:
    long_over = END - timedelta(days=60)
    assert last_leads({1: long_over, 2: END}, today=END) == set()
    assert last_leads({1: long_over, 2: END - timedelta(days=10)}, today=END) == set()


def test_a_school_where_nobody_ever_trained_has_no_last_lead() -> None:
    assert last_leads({1: None, 2: None}, today=END) == set()
    assert last_leads({}, today=END) == set()


def test_one_practises_what_ones_role_reads_and_a_technician_practises_all_of_it() -> None:
    assert practised_rights(frozenset({RoleName.BEHAVIOUR})) == {Right.READ_BEHAVIOUR, Right.DECIDE}
    assert practised_rights(frozenset({RoleName.DSL})) >= WITHHELD
    assert practised_rights(frozenset({RoleName.TECHNICIAN})) >= WITHHELD


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"has_reading_role": False}, "does not read captures"),
        ({"is_open": True}, "open to you already"),
        ({"hours": 5}, "1 to 4 hours"),
        ({"hours": 0}, "1 to 4 hours"),
        ({"reason": " now "}, "what the emergency is"),
    ],
)
def test_the_glass_is_broken_by_a_reader_for_hours_and_for_a_reason(change: dict[str, object], words: str) -> None:
    asked = {"has_reading_role": True, "is_open": False, "reason": "The lead is abroad and nobody answers", "hours": 4}
    check_glass(**asked)  # type: ignore[arg-type]
    with pytest.raises(GlassRefused, match=words):
        check_glass(**(asked | change))  # type: ignore[arg-type]
