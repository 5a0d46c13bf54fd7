"""Many at once: each by itself with its own result, and never what is serious."""

from __future__ import annotations

from datetime import timedelta

import pytest

from heedful.audit.models import Entry
from heedful.captures.actions.bulk import Item, Verb, decide_many, undo_batch
from heedful.captures.actions.decide import grade_capture
from heedful.captures.models import Capture
from heedful.captures.queries.queue import NotFound
from heedful.captures.rules import BulkOutcome, Closing, FalsePositive, NotAllowedNow
from heedful.thresholds.rules import Route
from tests.harness.westbrook import NOW, Westbrook, build_school

pytestmark = pytest.mark.django_db


def items(*rows: Capture) -> list[Item]:
    return [Item(row.pk, row.revision) for row in rows]


def outcomes(westbrook: Westbrook, verb: Verb, *rows: Capture) -> list[BulkOutcome]:
    batch = decide_many(items=items(*rows), verb=verb, viewer=westbrook.dsl, now=NOW)
    return [result.outcome for result in batch.results]


def test_each_has_its_own_result(westbrook: Westbrook) -> None:
    mine, theirs, grave = westbrook.stored(2), westbrook.stored(3), westbrook.stored(4)
    foreign = build_school("Marsh End School", "marshend.example").stored(2)
    grade_capture(number=theirs.pk, grade=3, revision=1, viewer=westbrook.deputy, now=NOW)
    batch = decide_many(
        items=items(mine, theirs, grave, foreign, mine), verb=Verb(reason=FalsePositive.GAME), viewer=westbrook.dsl, now=NOW
    )
    assert [(result.number, result.outcome) for result in batch.results] == [
        (mine.pk, BulkOutcome.DONE),
        (theirs.pk, BulkOutcome.CHANGED),
        (grave.pk, BulkOutcome.REFUSED),
        (foreign.pk, BulkOutcome.NOT_THERE),
    ]
    assert "severity 4: open it" in batch.results[2].text
    assert [Capture.objects.get(pk=row.pk).state for row in (mine, theirs, grave)] == ["closed", "graded", "new"]


@pytest.mark.parametrize(
    "verb", [Verb(grade=1), Verb(reason=FalsePositive.GAME), Verb(route=Route.SAFEGUARDING), Verb(closing=Closing("x", None))]
)
@pytest.mark.parametrize("severity", [4, 5])
def test_no_verb_touches_severity_four_or_five(westbrook: Westbrook, verb: Verb, severity: int) -> None:
    row = westbrook.stored(severity)
    assert outcomes(westbrook, verb, row) == [BulkOutcome.REFUSED]
    assert Capture.objects.get(pk=row.pk).revision == 1


@pytest.mark.parametrize("grade", [4, 5])
def test_no_verb_touches_grade_four_or_five_nor_gives_it(westbrook: Westbrook, grade: int) -> None:
    row = westbrook.stored(3)
    assert outcomes(westbrook, Verb(grade=grade), row) == [BulkOutcome.REFUSED]
    graded = grade_capture(number=row.pk, grade=grade, revision=1, viewer=westbrook.dsl, now=NOW)
    assert outcomes(westbrook, Verb(grade=1), graded) == [BulkOutcome.REFUSED]
    assert outcomes(westbrook, Verb(closing=Closing("Rang home", None)), graded) == [BulkOutcome.REFUSED]


def test_what_a_child_told_us_is_never_decided_on_with_others(westbrook: Westbrook) -> None:
    row = westbrook.stored(text="nobody likes you", source="report")
    assert outcomes(westbrook, Verb(reason=FalsePositive.GAME), row) == [BulkOutcome.REFUSED]


def test_grading_routing_and_closing_many(westbrook: Westbrook) -> None:
    rows = [westbrook.stored(2), westbrook.stored(3)]
    assert outcomes(westbrook, Verb(route=Route.BEHAVIOUR), *rows) == [BulkOutcome.DONE] * 2
    rows = list(Capture.objects.order_by("pk"))
    assert {row.route for row in rows} == {"behaviour"}
    assert outcomes(westbrook, Verb(closing=Closing("", None)), *rows) == [BulkOutcome.REFUSED] * 2  # not graded yet
    assert outcomes(westbrook, Verb(grade=2), *rows) == [BulkOutcome.DONE] * 2
    assert outcomes(westbrook, Verb(closing=Closing("", None)), *Capture.objects.order_by("pk")) == [BulkOutcome.DONE] * 2
    assert {row.state for row in Capture.objects.all()} == {"closed"}


def test_each_is_one_audit_entry(westbrook: Westbrook) -> None:
    rows = [westbrook.stored(2), westbrook.stored(3)]
    outcomes(westbrook, Verb(grade=2), *rows)
    entries = Entry.objects.filter(action="capture.graded").order_by("number")
    assert [entry.subject_ids for entry in entries] == [[str(row.pk)] for row in rows]


def test_more_than_two_hundred_are_refused_whole(westbrook: Westbrook) -> None:
    with pytest.raises(NotAllowedNow, match="At most 200"):
        decide_many(items=[Item(n, 1) for n in range(201)], verb=Verb(grade=1), viewer=westbrook.dsl, now=NOW)


def test_one_press_is_taken_back_by_one_press(westbrook: Westbrook) -> None:
    rows = [westbrook.stored(2), westbrook.stored(3)]
    batch = decide_many(items=items(*rows), verb=Verb(grade=2), viewer=westbrook.dsl, now=NOW)
    grade_capture(number=rows[1].pk, grade=3, revision=2, viewer=westbrook.deputy, now=NOW)
    undone = undo_batch(batch=batch.id, viewer=westbrook.dsl, now=NOW + timedelta(minutes=1))
    assert [result.outcome for result in undone.results] == [BulkOutcome.DONE, BulkOutcome.CHANGED]
    assert [row.grade for row in Capture.objects.order_by("pk")] == [None, 3]
    with pytest.raises(NotFound):
        undo_batch(batch=batch.id, viewer=westbrook.deputy, now=NOW)
