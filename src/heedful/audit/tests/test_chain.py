"""The audit chain: entries join the transaction of what they record, and any later tampering is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from heedful.audit.actions import NotInTransaction, append
from heedful.audit.models import Entry, Head
from heedful.audit.queries import chains, count_entries, entries_about, first_break
from heedful.audit.rules import SYSTEM, Action, Actor, Fact, entry_hash
from tests.harness.contention import Contention

NOW = datetime(2026, 11, 24, 10, 30, 0, 123456, UTC)
needs_db = pytest.mark.django_db


def write(count: int, *, school_id: int = 1) -> None:
    for number in range(count):
        with transaction.atomic():
            fact = Fact(Action.CAPTURE_GRADED, "capture", (str(number),), {"grade": 3, "route": "safeguarding"})
            append(school_id=school_id, actor=Actor.person(7), fact=fact, now=NOW + timedelta(seconds=number))


def reason(school_id: int = 1) -> tuple[int, str] | None:
    found = first_break(school_id)
    return (found.number, found.reason) if found else None


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_the_transaction_of_its_change_is_refused() -> None:
    with pytest.raises(NotInTransaction, match=r"capture\.graded"):
        append(school_id=1, actor=SYSTEM, fact=Fact(Action.CAPTURE_GRADED, "capture", ("1",)), now=NOW)
    assert count_entries(1) == 0


@needs_db
def test_an_entry_goes_with_its_transaction() -> None:
    def undone() -> None:
        with transaction.atomic():
            write(1)
            raise ValueError("undo")

    write(2)
    with pytest.raises(ValueError, match="undo"):
        undone()
    assert count_entries(1) == 2
    write(1)
    assert reason() is None


@needs_db
def test_an_untouched_chain_is_whole_and_an_absent_one_too() -> None:
    write(5)
    assert reason() is None
    assert reason(99) is None
    assert chains() == [1]


@needs_db
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", NOW + timedelta(microseconds=1)), ("actor_kind", "system"), ("actor_id", "8"), ("action", "capture.closed"),
        ("subject_kind", "note"), ("subject_ids", ["2", "3"]), ("details", {"grade": 1, "route": "safeguarding"}), ("hash", "0" * 64),
    ],
)  # fmt: skip
def test_a_changed_column_is_named_at_its_entry(column: str, value: object) -> None:
    write(5)
    Entry.objects.filter(school_id=1, number=3).update(**{column: value})
    assert reason() == (3, "was changed after it was written")


@needs_db
def test_an_entry_hashed_anew_after_a_change_breaks_the_one_after_it() -> None:
    write(5)
    entry = Entry.objects.get(school_id=1, number=3)
    fact = Fact(entry.action, entry.subject_kind, ("99",), entry.details)
    forged = entry_hash(school_id=1, number=3, at=entry.at, actor=Actor("person", "7"), fact=fact, previous=entry.previous)
    Entry.objects.filter(pk=entry.pk).update(subject_ids=["99"], hash=forged)
    assert reason() == (4, "does not follow the entry before it")


@needs_db
def test_a_removed_entry_is_named() -> None:
    write(5)
    Entry.objects.filter(school_id=1, number=3).delete()
    assert reason() == (3, "entry 3 is missing")


@needs_db
@pytest.mark.parametrize("removed", [1, 2, 5])
def test_entries_removed_at_the_end_are_noticed(removed: int) -> None:
    write(5)
    Entry.objects.filter(school_id=1, number__gt=5 - removed).delete()
    assert reason() == (6 - removed, "entries at the end are missing")


@needs_db
def test_an_end_that_was_replaced_is_noticed() -> None:
    write(5)
    last = Entry.objects.get(school_id=1, number=5)
    fact = Fact(last.action, last.subject_kind, ("99",), last.details)
    forged = entry_hash(school_id=1, number=5, at=last.at, actor=Actor("person", "7"), fact=fact, previous=last.previous)
    Entry.objects.filter(pk=last.pk).update(subject_ids=["99"], hash=forged)
    assert reason() == (5, "is not what the record of the chain's end says")


@needs_db
def test_a_chain_whose_end_record_is_gone_is_not_whole() -> None:
    write(5)
    Head.objects.filter(school_id=1).delete()
    assert reason() == (1, "the record of the chain's end is missing")
    assert chains() == [1]


@needs_db
def test_two_entries_that_changed_places_are_noticed() -> None:
    write(5)
    Entry.objects.filter(school_id=1, number=2).update(number=-1)
    Entry.objects.filter(school_id=1, number=3).update(number=2)
    Entry.objects.filter(school_id=1, number=-1).update(number=3)
    assert reason() == (2, "does not follow the entry before it")


@needs_db
def test_an_entry_of_another_school_does_not_fit_in() -> None:
    write(3)
    write(3, school_id=2)
    Entry.objects.filter(school_id=1, number=2).delete()
    Entry.objects.filter(school_id=2, number=2).update(school_id=1)
    assert reason() == (2, "does not follow the entry before it")
    assert reason(2) == (2, "entry 2 is missing")


@needs_db
def test_entries_written_while_the_chain_is_checked_are_no_break(monkeypatch: pytest.MonkeyPatch) -> None:
    write(3)
    real = Head.objects.filter

    def then_somebody_writes(**wanted: int):  # type: ignore[no-untyped-def]
        monkeypatch.setattr(Head.objects, "filter", real)
        found = list(real(**wanted))
        write(2)
        return type("Found", (), {"first": lambda _: found[0]})()

    monkeypatch.setattr(Head.objects, "filter", then_somebody_writes)
    assert first_break(1) is None
    assert count_entries(1) == 5


@needs_db
def test_entries_are_found_by_subject_action_and_number() -> None:
    write(4)
    assert [entry.number for entry in entries_about(1, subject_kind="capture", action=Action.CAPTURE_GRADED, after=2)] == [3, 4]
    assert entries_about(1, subject_kind="capture", action=Action.CAPTURE_CLOSED) == []


plain_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@needs_db
def test_whatever_details_hold_the_hash_is_the_same_when_read_back() -> None:
    @given(st.dictionaries(st.sampled_from(["from", "to", "grade", "reason"]), plain_values, max_size=4))
    def check(details: dict[str, object]) -> None:
        with transaction.atomic():
            append(school_id=5, actor=SYSTEM, fact=Fact(Action.SCHOOL_CHANGED, "school", ("5",), details), now=NOW)

    check()
    assert first_break(5) is None
    assert count_entries(5) >= 10


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_make_one_chain_without_gaps(tmp_path: Path) -> None:
    contended = Contention(tmp_path, [Head, Entry])
    contended.together(lambda number: write(6, school_id=1 + number % 2), threads=4)
    assert contended.run(lambda: [first_break(1), first_break(2)]) == [None, None]
    assert contended.run(lambda: [count_entries(1), count_entries(2)]) == [12, 12]
    numbers = contended.run(lambda: list(Entry.objects.filter(school_id=1).order_by("id").values_list("number", flat=True)))
    assert sorted(numbers) == list(range(1, 13))
    assert contended.run(lambda: Head.objects.filter(number=F("number")).count()) == 2
