"""The budgets table says truly what was kept."""

import pytest

from bench.row import Row
from bench.run import table


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        (Row("worker", 3.9, "ms", 4.0), True),
        (Row("worker", 4.1, "ms", 4.0), False),
        (Row("gateway", 1200, "/s", 1000, best="high"), True),
        (Row("gateway", 900, "/s", 1000, best="high"), False),
        (Row("phrases", 50.0, "ms", 2.5, against="bare automaton", against_measured=25.0, budget_is_ratio=True), True),
        (Row("phrases", 75.0, "ms", 2.5, against="bare automaton", against_measured=25.0, budget_is_ratio=True), False),
        (Row("for the record", 5.0, "ms"), None),
    ],
)
def test_a_budget_is_kept_on_its_good_side_only(row: Row, kept: bool | None) -> None:
    assert row.is_within_budget is kept


def test_the_table_shows_measured_budget_ratio_and_what_was_missed() -> None:
    shown = table([Row("phrases", 75.0, "ms", 2.5, against="bare automaton", against_measured=25.0, budget_is_ratio=True, note="English")])
    assert "| phrases | 75 ms    | ≤ 2.5× | MISSED | 3.00× bare automaton (25) | English |" in shown
