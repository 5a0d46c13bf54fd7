"""Windows are counted in tokens between two spans, on the side that was asked for."""

import pytest

from heedful.detection.rules import AFTER, BEFORE, CANCEL, CAP, EITHER, LOWER, RAISE, ContextRule, Nearby, Window

HIT = (10, 12)


@pytest.mark.parametrize(
    ("span", "window", "stands"),
    [
        ((12, 13), Window(0), True),  # touches
        ((11, 14), Window(0), True),  # overlaps
        ((9, 13), Window(0), True),  # lies across
        ((13, 14), Window(0), False),
        ((13, 14), Window(1), True),
        ((5, 8), Window(2), True),
        ((5, 7), Window(2), False),
        ((5, 8), Window(2, BEFORE), True),
        ((5, 8), Window(9, AFTER), False),
        ((12, 13), Window(0, AFTER), True),
        ((11, 13), Window(9, AFTER), False),  # overlaps, so it is on neither side
        ((13, 14), Window(9, BEFORE), False),
    ],
)
def test_a_window(span: tuple[int, int], window: Window, stands: bool) -> None:
    assert Nearby([span, (90, 91)], longest=16).stands_near(HIT, window) is stands


@pytest.mark.parametrize(
    ("operation", "amount", "before", "after"),
    [(CANCEL, 0, 5, 0), (LOWER, 2, 5, 3), (LOWER, 3, 2, 0), (CAP, 2, 4, 2), (CAP, 3, 1, 1), (RAISE, 1, 4, 5), (RAISE, 2, 4, 5)],
)
def test_what_a_rule_does_to_the_severity(operation: int, amount: int, before: int, after: int) -> None:
    assert ContextRule(("x",), Window(1, EITHER), operation, amount, "why").moved(before) == after
