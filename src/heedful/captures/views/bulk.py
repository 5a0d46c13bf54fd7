"""One decision on many captures, and what became of each; and taking decisions back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.captures.actions.bulk import Batch, Result, Verb, decide_many, undo_batch
from heedful.captures.actions.decide import StaleEdit
from heedful.captures.actions.undo import undo_decision
from heedful.captures.queries.decisions import number_of_decision
from heedful.captures.queries.queue import NotFound
from heedful.captures.rules import SEVERITY_WORDS, BulkOutcome, Closing, FalsePositive, NotAllowedNow
from heedful.captures.views.asking import asked_of, capture_address, queue_address
from heedful.captures.views.decide import items_of
from heedful.people.access import SignedIn, needs
from heedful.people.rules import Right
from heedful.thresholds.rules import Route
from heedful.web.decorators import command, not_found_on


@dataclass(frozen=True)
class Line:
    """One capture of which nothing was changed, and why."""

    number: int
    url: str
    why: str


@dataclass(frozen=True)
class BulkContext:
    """All that the page of results places."""

    title: str
    summary: str
    lines: tuple[Line, ...]
    undo_url: str
    back_url: str


@command
@needs(Right.DECIDE)
def bulk(request: SignedIn) -> HttpResponse:
    """Do the same to each selected capture; the answer is a page that says what became of each."""
    items = items_of(request.POST.getlist("item"))
    try:
        verb, words = _verb(request)
        if not items:
            raise NotAllowedNow("Select some captures first.")
        batch = decide_many(items=items, verb=verb, viewer=request.user, now=timezone.now())
    except NotAllowedNow as fault:
        messages.error(request, str(fault))
        return HttpResponseRedirect(queue_address(asked_of(request)))
    return _results(request, batch, words)


@command
@needs(Right.DECIDE)
@not_found_on(NotFound)
def undo_many(request: SignedIn, batch: UUID) -> HttpResponse:
    """Take back what one press did, as far as nobody has decided since."""
    done = undo_batch(batch=batch, viewer=request.user, now=timezone.now())
    return _results(request, done, "taken back", is_undo=True)


@command
@not_found_on(NotFound)
def undo(request: SignedIn, decision_id: int) -> HttpResponse:
    """Take one decision back, and show the capture as it stands now."""
    number = number_of_decision(request.user, decision_id)
    try:
        undo_decision(decision_id=decision_id, viewer=request.user, now=timezone.now())
    except StaleEdit:
        messages.error(request, "Somebody else has decided since, so nothing was taken back. This is how it stands now.")
    except NotAllowedNow as fault:
        messages.error(request, str(fault))
    else:
        messages.success(request, f"Capture {number} is as it was before. Who acknowledged it stays on record.")
    return HttpResponseRedirect(capture_address(number, asked_of(request)))


def _verb(request: SignedIn) -> tuple[Verb, str]:
    """What is to be done, and the word for it. Raises NotAllowedNow for a choice that is not there."""
    asked = request.POST.get("verb", "")
    reason, route = request.POST.get("reason", ""), request.POST.get("route", "")
    made: dict[str, Callable[[], tuple[Verb, str]]] = {
        "dismiss": lambda: (Verb(reason=FalsePositive(reason)), f"closed as false positives: {FalsePositive(reason).label.lower()}"),
        "route": lambda: (Verb(route=Route(route)), f"sent to {Route(route).label.lower()}"),
        "close": lambda: (Verb(closing=Closing("", None)), "closed"),
    } | {f"grade-{n}": lambda n=n: (Verb(grade=n), f"graded {n} {SEVERITY_WORDS[n]}") for n in (1, 2, 3)}
    try:
        return made[asked]()
    except KeyError:
        raise NotAllowedNow("Choose what to do with them.") from None
    except ValueError:
        raise NotAllowedNow("Choose the reason first." if asked == "dismiss" else "Choose the route first.") from None


def _results(request: SignedIn, batch: Batch, words: str, *, is_undo: bool = False) -> HttpResponse:
    done = [result for result in batch.results if result.outcome == BulkOutcome.DONE]
    wanted = asked_of(request)
    context = BulkContext(
        title=f"{len(done)} {words}",
        summary=summary_of(batch.results, words),
        lines=tuple(
            Line(each.number, capture_address(each.number, wanted), each.text or BulkOutcome(each.outcome).label)
            for each in batch.results
            if each.outcome != BulkOutcome.DONE
        ),
        undo_url=reverse("batch_undo", args=[batch.id]) if done and not is_undo else "",
        back_url=queue_address(wanted),
    )
    return render(request, "captures/bulk.html", {"bulk": context})


def summary_of(results: Iterable[Result], words: str) -> str:
    """`38 closed, 2 changed by somebody else, 1 not possible`: what happened, in the order that matters."""
    counted = {outcome: sum(result.outcome == outcome for result in results) for outcome in BulkOutcome}
    parts = [f"{counted[BulkOutcome.DONE]} {words}"]
    parts += [f"{count} {outcome.label}" for outcome, count in counted.items() if count and outcome != BulkOutcome.DONE]
    return ", ".join(parts)
