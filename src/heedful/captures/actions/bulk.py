"""One decision on many captures: each in its own transaction, each with its own result. Never on what is serious."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from heedful.captures.actions.decide import StaleEdit, close_capture, dismiss_capture, grade_capture, route_capture
from heedful.captures.actions.undo import undo_decision
from heedful.captures.models import Capture, Decision
from heedful.captures.queries.queue import NotFound, capture_to_decide
from heedful.captures.rules import MOST_AT_ONCE, BulkOutcome, Closing, FalsePositive, NotAllowedNow, Source, check_bulk
from heedful.people.models import User
from heedful.thresholds.rules import Route


@dataclass(frozen=True)
class Item:
    """A capture as the page showed it."""

    number: int
    revision: int


@dataclass(frozen=True)
class Verb:
    """What to do with each: exactly one of these."""

    grade: int | None = None
    reason: FalsePositive | None = None
    route: Route | None = None
    closing: Closing | None = None


@dataclass(frozen=True)
class Result:
    """What became of one of them; `text` says why where nothing was done."""

    number: int
    outcome: BulkOutcome
    text: str = ""


@dataclass(frozen=True)
class Batch:
    id: UUID
    results: tuple[Result, ...]


def decide_many(*, items: Sequence[Item], verb: Verb, viewer: User, now: datetime, batch: UUID | None = None) -> Batch:
    """Do the same to each of these. Raises NotAllowedNow for too many; what can't be done to one is its result.

    With a `batch` they belong to a press that has decided something already.
    """
    if len(items) > MOST_AT_ONCE:
        raise NotAllowedNow(f"At most {MOST_AT_ONCE} at once; these are {len(items)}.")
    batch = batch or uuid4()
    return Batch(batch, tuple(_result(item.number, partial(_decide, item, verb, viewer, now, batch)) for item in _once_each(items)))


def undo_batch(*, batch: UUID, viewer: User, now: datetime) -> Batch:
    """Take back each decision of one press, as far as nobody has decided since."""
    made = list(Decision.objects.filter(batch=batch, by=viewer).order_by("pk").values_list("pk", "capture_id")[:MOST_AT_ONCE])
    if not made:
        raise NotFound
    undo = partial(undo_decision, viewer=viewer, now=now)
    return Batch(batch, tuple(_result(number, partial(undo, decision_id=pk)) for pk, number in made))


def _decide(item: Item, verb: Verb, viewer: User, now: datetime, batch: UUID) -> Capture:
    capture = capture_to_decide(viewer, item.number)
    check_bulk(severity=capture.severity, grade=capture.grade, is_report=capture.source == Source.REPORT, new_grade=verb.grade)
    common = {"number": item.number, "revision": item.revision, "viewer": viewer, "now": now, "batch": batch}
    if verb.grade is not None:
        return grade_capture(grade=verb.grade, **common)  # type: ignore[arg-type]
    if verb.reason is not None:
        return dismiss_capture(reason=verb.reason, **common)  # type: ignore[arg-type]
    if verb.route is not None:
        return route_capture(route=verb.route, **common)  # type: ignore[arg-type]
    return close_capture(closing=verb.closing or Closing("", None), **common)  # type: ignore[arg-type]


def _result(number: int, decide: Callable[[], object]) -> Result:
    try:
        decide()
    except NotFound:
        return Result(number, BulkOutcome.NOT_THERE)
    except StaleEdit:
        return Result(number, BulkOutcome.CHANGED)
    except NotAllowedNow as fault:
        return Result(number, BulkOutcome.REFUSED, str(fault))
    return Result(number, BulkOutcome.DONE)


def _once_each(items: Iterable[Item]) -> list[Item]:
    """The first of each number."""
    found: dict[int, Item] = {}
    for item in items:
        found.setdefault(item.number, item)
    return list(found.values())
