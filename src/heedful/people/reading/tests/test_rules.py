"""How reading is counted: what each way of reading weighs, and that opening one capture often is one read."""

from __future__ import annotations

import pytest

from heedful.people.reading.rules import MOST_READS, Read, UnlockRefused, check_unlock, count_reads


def read(action: str, *subjects: int) -> Read:
    return Read(action, 1, tuple(map(str, subjects)))


@pytest.mark.parametrize(
    ("entries", "reads"),
    [
        ([], 0),
        ([read("capture.read", 1)] * 50, 1),
        ([read("capture.read", 1), read("capture.context_opened", 1), read("capture.picture_revealed", 1)], 3),
        ([read("second_look.read", 1)] * 50 + [read("second_look.read", 2)], 2),
        ([read("captures.listed", *range(50))] * 100, 10),
        ([read("captures.listed", *range(50)), *(read("capture.read", number) for number in range(50))], 50),
        ([read("captures.listed", *range(1000))], MOST_READS),
        ([read("capture.graded", 1), read("captures.stored", *range(500)), read("roll.listed", *range(500))], 0),
    ],
)
def test_each_way_of_reading_has_its_weight(entries: list[Read], reads: int) -> None:
    assert count_reads(entries) == reads


@pytest.mark.parametrize(("viewer", "reason"), [(1, "They asked me to look."), (2, ""), (2, "  ")])
def test_a_lock_is_lifted_by_another_with_a_reason(viewer: int, reason: str) -> None:
    with pytest.raises(UnlockRefused):
        check_unlock(person_id=1, viewer_id=viewer, reason=reason)
    check_unlock(person_id=1, viewer_id=2, reason="They asked me to look.")
