"""Taking a decision back: exactly what was before, for ten minutes, by the one who decided, unless somebody else has since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from heedful.audit.models import Entry
from heedful.captures.actions.decide import (
    StaleEdit,
    acknowledge_capture,
    close_capture,
    dismiss_capture,
    grade_capture,
    route_capture,
    snooze_capture,
)
from heedful.captures.actions.undo import reopen_capture, undo_decision, wake_snoozed
from heedful.captures.models import Capture, Decision
from heedful.captures.queries.queue import NotFound
from heedful.captures.rules import Closing, FalsePositive, NotAllowedNow, Outcome
from heedful.captures.sealing import open_column
from heedful.escalation.models import Clock
from heedful.thresholds.rules import Route
from heedful.vault.queries import SchoolVault
from tests.harness.westbrook import NOW, Westbrook

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=3)
DONE = Closing("Spoke with them and rang home", Outcome.FAMILY_CONTACTED)
# What undoing may not put back: that somebody has seen it, and the count of changes.
KEPT = {"revision", "acknowledged_at", "acknowledged_by_id", "state"}

Do = Callable[[Westbrook, Capture], object]


def grade(westbrook: Westbrook, row: Capture) -> object:
    return grade_capture(number=row.pk, grade=4, revision=row.revision, viewer=westbrook.dsl, now=NOW)


def dismiss(westbrook: Westbrook, row: Capture) -> object:
    return dismiss_capture(number=row.pk, reason=FalsePositive.GAME, revision=row.revision, viewer=westbrook.dsl, now=NOW)


def route(westbrook: Westbrook, row: Capture) -> object:
    return route_capture(number=row.pk, route=Route.SAFEGUARDING, revision=row.revision, viewer=westbrook.dsl, now=NOW)


def snooze(westbrook: Westbrook, row: Capture) -> object:
    return snooze_capture(number=row.pk, until=NOW + timedelta(hours=1), revision=row.revision, viewer=westbrook.dsl, now=NOW)


def last_decision() -> Decision:
    found = Decision.objects.order_by("-pk").first()
    assert found is not None
    return found


def values(number: int) -> dict[str, Any]:
    return {name: value for name, value in Capture.objects.filter(pk=number).values().get().items() if name not in KEPT}


@pytest.mark.parametrize("do", [grade, dismiss, route, snooze])
def test_undoing_puts_back_exactly_what_was(westbrook: Westbrook, do: Do) -> None:
    row = westbrook.stored(text="nobody likes you")
    before = values(row.pk)
    do(westbrook, row)
    assert values(row.pk) != before
    undone = undo_decision(decision_id=last_decision().pk, viewer=westbrook.dsl, now=LATER)
    assert values(row.pk) == before
    # It was seen, and stays so.
    assert (undone.state, undone.acknowledged_by, undone.revision) == ("acknowledged", westbrook.dsl, 3)


def test_a_stopped_clock_stays_stopped(westbrook: Westbrook) -> None:
    row = westbrook.stored(5)
    grade(westbrook, row)
    undo_decision(decision_id=last_decision().pk, viewer=westbrook.dsl, now=LATER)
    assert Clock.objects.get().acknowledged_at == NOW


def test_undoing_a_close_puts_back_what_was_done_before(westbrook: Westbrook) -> None:
    row = westbrook.stored(4)
    graded = grade_capture(number=row.pk, grade=4, revision=1, viewer=westbrook.dsl, now=NOW)
    closed = close_capture(number=row.pk, closing=DONE, revision=graded.revision, viewer=westbrook.dsl, now=NOW)
    again = reopen_capture(number=row.pk, revision=closed.revision, viewer=westbrook.dsl, now=NOW)
    assert (again.state, again.grade, again.is_open, again.closed_by) == ("graded", 4, True, None)
    close_capture(number=row.pk, closing=Closing("Referred", Outcome.REFERRED), revision=again.revision, viewer=westbrook.dsl, now=NOW)
    undone = undo_decision(decision_id=last_decision().pk, viewer=westbrook.dsl, now=LATER)
    assert (undone.state, undone.outcome) == ("graded", "family_contacted")
    assert open_column(SchoolVault(undone.school_id), undone.capture_id, "action", undone.action_sealed) == DONE.action


def test_undoing_is_an_entry_of_its_own(westbrook: Westbrook) -> None:
    row = westbrook.stored(3)
    grade(westbrook, row)
    decision = last_decision()
    undo_decision(decision_id=decision.pk, viewer=westbrook.dsl, now=LATER)
    entry = Entry.objects.order_by("-number")[0]
    assert (entry.action, entry.subject_ids, entry.details) == (
        "capture.undone",
        [str(row.pk)],
        {"decision": decision.pk, "kind": "graded"},
    )


def test_it_is_refused_when_somebody_else_has_decided_since(westbrook: Westbrook) -> None:
    row = westbrook.stored(3)
    grade(westbrook, row)
    mine = last_decision()
    grade_capture(number=row.pk, grade=2, revision=2, viewer=westbrook.deputy, now=LATER)
    with pytest.raises(StaleEdit):
        undo_decision(decision_id=mine.pk, viewer=westbrook.dsl, now=LATER)
    assert Capture.objects.get(pk=row.pk).grade == 2


def test_it_is_refused_after_ten_minutes_twice_and_to_others(westbrook: Westbrook) -> None:
    row = westbrook.stored(3)
    grade(westbrook, row)
    mine = last_decision().pk
    with pytest.raises(NotFound):
        undo_decision(decision_id=mine, viewer=westbrook.deputy, now=LATER)
    with pytest.raises(NotAllowedNow, match="ten minutes"):
        undo_decision(decision_id=mine, viewer=westbrook.dsl, now=NOW + timedelta(minutes=10, seconds=1))
    undo_decision(decision_id=mine, viewer=westbrook.dsl, now=NOW + timedelta(minutes=10))
    with pytest.raises(NotAllowedNow, match="already"):
        undo_decision(decision_id=mine, viewer=westbrook.dsl, now=LATER)


def test_an_acknowledgement_cannot_be_taken_back(westbrook: Westbrook) -> None:
    row = westbrook.stored(5)
    acknowledge_capture(number=row.pk, viewer=westbrook.dsl, now=NOW)
    with pytest.raises(NotFound):
        undo_decision(decision_id=last_decision().pk, viewer=westbrook.dsl, now=LATER)


def test_undoing_folds_the_burst_again(westbrook: Westbrook) -> None:
    rows = [westbrook.stored(text="nobody likes you", observed_at=NOW + timedelta(minutes=minute)) for minute in range(2)]
    Capture.objects.filter(pk=rows[1].pk).update(acknowledged_at=NOW, acknowledged_by=westbrook.dsl, state="acknowledged")
    grade(westbrook, rows[0])
    assert [row.tab for row in Capture.objects.order_by("pk")] == ["graded", "to_review"]
    undo_decision(decision_id=last_decision().pk, viewer=westbrook.dsl, now=LATER)
    assert [row.tab for row in Capture.objects.order_by("pk")] == ["to_review", "folded"]


def test_a_false_positive_opened_again_waits_for_review(westbrook: Westbrook) -> None:
    row = westbrook.stored(3)
    dismiss(westbrook, row)
    again = reopen_capture(number=row.pk, revision=2, viewer=westbrook.dsl, now=LATER)
    assert (again.tab, again.false_positive, again.is_open, again.closed_at) == ("to_review", "", True, None)
    assert Entry.objects.order_by("-number")[0].action == "capture.reopened"
    with pytest.raises(NotAllowedNow, match="open already"):
        reopen_capture(number=row.pk, revision=3, viewer=westbrook.dsl, now=LATER)


def test_what_was_put_off_comes_back_by_itself(westbrook: Westbrook) -> None:
    row = westbrook.stored(3)
    snooze(westbrook, row)
    assert Capture.objects.get(pk=row.pk).tab == "snoozed"
    assert wake_snoozed(now=NOW + timedelta(minutes=59)) == 0
    assert wake_snoozed(now=NOW + timedelta(hours=1)) == 1
    assert wake_snoozed(now=NOW + timedelta(hours=1)) == 0
    assert Capture.objects.get(pk=row.pk).tab == "to_review"
    assert Entry.objects.order_by("-number")[0].action == "captures.woken"


def test_what_goes_to_another_register_is_not_put_off_there(westbrook: Westbrook) -> None:
    row = westbrook.stored(text="nobody likes you")
    snooze(westbrook, row)
    row.refresh_from_db()
    route(westbrook, row)
    assert Capture.objects.get(pk=row.pk).tab == "to_review"
    undo_decision(decision_id=last_decision().pk, viewer=westbrook.dsl, now=LATER)
    assert Capture.objects.get(pk=row.pk).tab == "snoozed"


@pytest.mark.parametrize("severity", [4, 5])
def test_a_serious_capture_is_never_put_off(westbrook: Westbrook, severity: int) -> None:
    row = westbrook.stored(severity)
    with pytest.raises(NotAllowedNow, match="can't be put off"):
        snooze(westbrook, row)


def test_a_more_serious_line_comes_through_while_its_burst_is_put_off(westbrook: Westbrook) -> None:
    snooze(westbrook, westbrook.stored(text="nobody likes you"))
    new = westbrook.stored(text="nobody likes you", observed_at=NOW + timedelta(minutes=1))
    assert Capture.objects.get(tab="to_review").pk == new.pk
