"""Side by side: what both saw, what each alone saw."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from heedful.programme.pilot.parallel.rules import WINDOW, Alert, Matched, match, new_among

NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)


def at(number: int, minutes: float, account: int | None = 1) -> Alert:
    return Alert(number, NOON + timedelta(minutes=minutes), account)


def test_the_same_account_within_a_quarter_of_an_hour_is_the_same_alert() -> None:
    assert match([at(1, 0)], [at(7, 15)]) == Matched(((1, 7),), (), ())
    assert match([at(1, 0)], [at(7, 15.1)]) == Matched((), (1,), (7,))
    assert match([at(1, 0, account=2)], [at(7, 0)]) == Matched((), (1,), (7,))


def test_the_nearest_two_belong_together_and_nothing_is_used_twice() -> None:
    assert match([at(1, 0), at(2, 10)], [at(7, 9)]) == Matched(((2, 7),), (1,), ())
    assert match([at(1, 0)], [at(7, 1), at(8, -2)]) == Matched(((1, 7),), (), (8,))


def test_an_account_on_no_roll_is_never_matched() -> None:
    assert match([at(1, 0, account=None)], [at(7, 0, account=None)]) == Matched((), (1,), (7,))


alerts = st.lists(st.tuples(st.integers(0, 120), st.sampled_from([1, 2, None])), max_size=12)


@given(alerts, alerts)
def test_every_alert_stands_in_one_place(ours: list[tuple[int, int | None]], theirs: list[tuple[int, int | None]]) -> None:
    mine = [at(n, minute, account) for n, (minute, account) in enumerate(ours)]
    others = [at(100 + n, minute, account) for n, (minute, account) in enumerate(theirs)]
    found = match(mine, others)
    assert sorted([own for own, _ in found.both] + list(found.ours)) == [alert.id for alert in mine]
    assert sorted([other for _, other in found.both] + list(found.theirs)) == [alert.id for alert in others]
    by_id = {alert.id: alert for alert in (*mine, *others)}
    assert all(by_id[a].account_id == by_id[b].account_id and abs(by_id[a].at - by_id[b].at) <= WINDOW for a, b in found.both)


def test_an_export_that_overlaps_an_earlier_one_adds_only_what_is_new() -> None:
    row, other = (NOON, 1, "Bullying"), (NOON, 2, "Bullying")
    assert new_among([row, other], [row]) == [other]
    assert new_among([row, row], [row]) == [row]
    assert new_among([row], [row, row]) == []
