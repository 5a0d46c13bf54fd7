"""What people decide on a capture, from its forms. Each door asks its action and then goes on to what is next."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from heedful.captures.actions.bulk import Item, Verb, decide_many
from heedful.captures.actions.decide import (
    StaleEdit,
    acknowledge_capture,
    close_capture,
    dismiss_capture,
    grade_capture,
    note_capture,
    route_capture,
    snooze_capture,
)
from heedful.captures.actions.reveal import NotShowable, reveal_picture
from heedful.captures.actions.undo import reopen_capture
from heedful.captures.forms import CloseForm, DismissForm, GradeForm, NoteForm, ReopenForm, RevealForm, RouteForm, SnoozeForm
from heedful.captures.models import Capture
from heedful.captures.queries.decisions import decided_since, may_take_back, undoable
from heedful.captures.queries.own import keyboard_of
from heedful.captures.queries.queue import NotFound, capture_to_decide, is_visible, next_to_review
from heedful.captures.rules import (
    SEVERITY_WORDS,
    BulkOutcome,
    Closing,
    FalsePositive,
    Level,
    NotAllowedNow,
    Outcome,
    QueueTab,
    RevealReason,
    SnoozeUntil,
    snooze_end,
)
from heedful.captures.views.asking import asked_of, capture_address, queue_address
from heedful.captures.views.capture import Trouble, show_capture
from heedful.people.access import SignedIn
from heedful.thresholds.rules import Route
from heedful.web.decorators import command, not_found_on, page
from heedful.web.templatetags.console import moment_in_words

STALE = "Somebody else decided on this capture while you had it open, so nothing of yours was saved. See what they did, then send it again if it still stands."


@command
@not_found_on(NotFound)
def acknowledge(request: SignedIn, number: int) -> HttpResponse:
    """ "I have it": stops the clock, stays on the page. Those folded under it that the page showed are taken along."""
    up_to = request.POST.get("up_to", "")
    acknowledge_capture(
        number=number, viewer=request.user, now=timezone.now(), up_to=int(up_to) if up_to.isdecimal() and len(up_to) < 16 else 0
    )
    messages.success(request, "You have it. The clock has stopped.")
    return _stay(request, number)


@command
@not_found_on(NotFound)
def grade(request: SignedIn, number: int) -> HttpResponse:
    """The verdict; then the next capture."""

    def decide(given: dict[str, str]) -> HttpResponse:
        value, batch = int(given["grade"]), uuid4()
        done = grade_capture(
            number=number, grade=value, revision=int(given["revision"]), viewer=request.user, now=timezone.now(), batch=batch
        )
        stays = " It stays open until you close it with what was done." if value >= Level.SERIOUS else ""
        carried = _carry(request, Verb(grade=value), done)
        _say(request, done, f"graded {value} {SEVERITY_WORDS[value]}, {done.get_route_display().lower()}.{stays}{carried}")
        if request.POST.get("action", "").strip():
            # Somebody was about to close it: what they have written stays in its field.
            return show_capture(request, number, Trouble(typed=typed_in(request)))
        return _go_on(request, done)

    return _decided(request, number, "grade", GradeForm, decide)


@command
@not_found_on(NotFound)
def dismiss(request: SignedIn, number: int) -> HttpResponse:
    """A false positive with its reason; then the next capture."""

    def decide(given: dict[str, str]) -> HttpResponse:
        reason, batch = FalsePositive(given["reason"]), uuid4()
        done = dismiss_capture(
            number=number, reason=reason, revision=int(given["revision"]), viewer=request.user, now=timezone.now(), batch=batch
        )
        carried = _carry(request, Verb(reason=reason), done)
        _say(request, done, f"closed as a false positive: {reason.label.lower()}.{carried}")
        return _go_on(request, done)

    return _decided(request, number, "dismiss", DismissForm, decide)


@command
@not_found_on(NotFound)
def route(request: SignedIn, number: int) -> HttpResponse:
    """Another register than the table suggests."""

    def decide(given: dict[str, str]) -> HttpResponse:
        to = Route(given["route"])
        done = route_capture(number=number, route=to, revision=int(given["revision"]), viewer=request.user, now=timezone.now())
        _say(request, done, f"goes to {to.label.lower()} now.")
        return _stay(request, number)

    return _decided(request, number, "route", RouteForm, decide)


@command
@not_found_on(NotFound)
def snooze(request: SignedIn, number: int) -> HttpResponse:
    """Put it off; then the next capture. It comes back by itself."""

    def decide(given: dict[str, str]) -> HttpResponse:
        now = timezone.localtime()
        until = snooze_end(SnoozeUntil(given["until"]), now=now)
        done = snooze_capture(number=number, until=until, revision=int(given["revision"]), viewer=request.user, now=now)
        _say(request, done, f"comes back {until:%A} at {until:%H:%M}.")
        return _go_on(request, done)

    return _decided(request, number, "snooze", SnoozeForm, decide)


@command
@not_found_on(NotFound)
def reopen(request: SignedIn, number: int) -> HttpResponse:
    """Open a closed one again, and stay on it."""

    def decide(given: dict[str, str]) -> HttpResponse:
        done = reopen_capture(number=number, revision=int(given["revision"]), viewer=request.user, now=timezone.now())
        _say(request, done, "is open again.")
        return _stay(request, number)

    return _decided(request, number, "reopen", ReopenForm, decide)


@command
@not_found_on(NotFound)
def note(request: SignedIn, number: int) -> HttpResponse:
    """A note, kept for good."""

    def decide(given: dict[str, str]) -> HttpResponse:
        note_capture(number=number, text=given["note"], viewer=request.user, now=timezone.now())
        messages.success(request, "Note added.")
        return HttpResponseRedirect(capture_address(number, asked_of(request)) + "#notes")

    return _decided(request, number, "note", NoteForm, decide)


@command
@not_found_on(NotFound)
def close(request: SignedIn, number: int) -> HttpResponse:
    """What was done and what changed; then the next capture."""

    def decide(given: dict[str, str]) -> HttpResponse:
        closing = Closing(given["action"], Outcome(given["outcome"]) if given["outcome"] else None)
        done = close_capture(number=number, closing=closing, revision=int(given["revision"]), viewer=request.user, now=timezone.now())
        _say(request, done, "closed.")
        return _go_on(request, done)

    return _decided(request, number, "close", CloseForm, decide)


@command
@not_found_on(NotFound)
def reveal(request: SignedIn, number: int) -> HttpResponse:
    """The capture's page with its picture open. The picture has no address of its own: it is in this answer alone."""

    def decide(given: dict[str, str]) -> HttpResponse:
        picture = reveal_picture(number=number, reason=RevealReason(given["why"]), viewer=request.user, now=timezone.now())
        return show_capture(request, number, Trouble(), picture=picture)

    return _decided(request, number, "reveal", RevealForm, decide)


@page
@not_found_on(NotFound)
def skip(request: SignedIn, number: int) -> HttpResponse:
    """To the capture that comes after this one, without a decision. No content is read here."""
    this = capture_to_decide(request.user, number)
    return _to_next(request, this, passing=True)


def _decided(
    request: SignedIn, number: int, name: str, form_class: type[forms.Form], decide: Callable[[dict[str, str]], HttpResponse]
) -> HttpResponse:
    """Ask the action, or show the page again with the trouble beside the field and everything typed kept."""
    capture = capture_to_decide(request.user, number)  # not yours is 404, whatever the form holds
    typed = typed_in(request)
    form = form_class(request.POST)
    if not form.is_valid():
        fault = next(iter(next(iter(form.errors.values()))))
        return show_capture(request, number, Trouble(name, str(fault), typed, 422))
    try:
        return decide({key: str(value) for key, value in form.cleaned_data.items()})
    except (NotAllowedNow, NotShowable) as fault:
        return show_capture(request, number, Trouble(name, str(fault), typed, 422))
    except StaleEdit:
        return show_capture(request, number, Trouble("stale", _stale(request, capture, form.cleaned_data["revision"]), typed, 409))


def typed_in(request: SignedIn) -> dict[str, str]:
    """What the form held, for its fields."""
    return {key: str(value) for key, value in request.POST.items() if key != "csrfmiddlewaretoken"}


def _stale(request: SignedIn, capture: Capture, revision: int) -> str:
    """What others decided meanwhile, then that nothing of one's own was saved."""
    now = timezone.now()
    others = [
        f"{each.by} {each.words} {moment_in_words(each.at, now)}." for each in decided_since(request.user, capture, revision=revision)
    ]
    return " ".join([*others, STALE])


def _carry(request: SignedIn, verb: Verb, done: Capture) -> str:
    """Decide the same on what was folded under it, where that was asked for. Returns what to say about it.

    Only what the page named, as it stood then, and nothing of severity 4 or 5: what came since waits for its own look.
    """
    if request.POST.get("carry") != "yes":
        return ""
    decision = undoable(request.user, done, now=timezone.now())
    items = items_of(request.POST.getlist("member"))
    batch = decide_many(items=items, verb=verb, viewer=request.user, now=timezone.now(), batch=decision.batch if decision else None)
    count = sum(result.outcome == BulkOutcome.DONE for result in batch.results)
    left = len(items) - count
    return f" So are {count} of the {len(items)} folded under it; {left} still wait." if left else f" So are the {count} folded under it."


def items_of(written: list[str]) -> list[Item]:
    """`number:revision` pairs of a form; what is torn is left out."""
    pairs = [each.partition(":") for each in written]
    return [Item(int(number), int(revision)) for number, _, revision in pairs if _is_number(number) and _is_number(revision)]


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 16


def _say(request: SignedIn, done: Capture, what: str) -> None:
    """Tell what was done, with a way to take it back while that is possible."""
    link = format_html('<a href="{}">Capture {}</a>', capture_address(done.pk, asked_of(request)), done.pk)
    messages.success(request, format_html("{} {}", link, what), extra_tags=_undo_address(request, done))


def _undo_address(request: SignedIn, done: Capture) -> str:
    decision = undoable(request.user, done, now=timezone.now())
    if decision is None or not may_take_back(request.user, decision.id):
        return ""
    if decision.batch and request.POST.get("carry") == "yes":
        return reverse("batch_undo", args=[decision.batch])
    return reverse("decision_undo", args=[decision.id])


def _go_on(request: SignedIn, done: Capture) -> HttpResponse:
    """To the next capture of the view that this one was opened from, unless the person would rather stay."""
    return _to_next(request, done) if keyboard_of(request.user).goes_on else _stay(request, done.pk)


def _to_next(request: SignedIn, this: Capture, *, passing: bool = False) -> HttpResponse:
    wanted = asked_of(request)
    if wanted.tab not in {QueueTab.TO_REVIEW, QueueTab.FIRST_LOOK, QueueTab.GRADED}:
        wanted = wanted.on(QueueTab.TO_REVIEW)
    following = next_to_review(request.user, after=this, wanted=wanted, passing=passing)
    return HttpResponseRedirect(capture_address(following, wanted) if following else queue_address(wanted))


def _stay(request: SignedIn, number: int) -> HttpResponse:
    """Back to the capture, or to the queue when the new route has taken it out of the viewer's sight."""
    wanted = asked_of(request)
    return HttpResponseRedirect(capture_address(number, wanted) if is_visible(request.user, number) else queue_address(wanted))
