"""The part of a capture's page on which one decides: what is folded under it, what can be taken back, who else looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from heedful.captures.addresses import query_of
from heedful.captures.queries.decisions import Undoable, undoable
from heedful.captures.queries.presence import viewing_now
from heedful.captures.queries.queue import folded_under, readable_capture
from heedful.captures.rules import FirstLook, Level, Source, State
from heedful.captures.views.asking import asked_of, queue_address
from heedful.captures.views.choices import Choice, reason_choices, snooze_choices
from heedful.people.access import SignedIn
from heedful.people.queries import has_right
from heedful.people.rules import Right

MOST_NAMED = 5


@dataclass(frozen=True)
class Member:
    """A capture folded under this one, without its content."""

    number: int
    url: str
    severity: int
    source: str
    host: str
    observed_at: datetime
    is_acknowledged: bool


@dataclass(frozen=True)
class VerdictContext:
    """All that the verdict's templates place. `carried` are the `number:revision` of those that a decision may carry to."""

    query: str
    queue_url: str
    skip_url: str
    burst_url: str
    members: tuple[Member, ...]
    more_members: int
    count: int
    carried: tuple[str, ...]
    serious_members: int
    up_to: int
    undo: Undoable | None
    passes_up: bool
    may_snooze: bool
    snoozed_until: datetime | None
    reasons: tuple[Choice, ...]
    snoozes: tuple[Choice, ...]
    others: tuple[str, ...]


def verdict_of(request: SignedIn, number: int, *, now: datetime) -> VerdictContext:
    """What the verdict shows of this capture, which the viewer may read. No content is read."""
    wanted, capture = asked_of(request), readable_capture(request.user, number)
    query, under_it = query_of(wanted), folded_under(request.user, capture)
    after = f"?{query}" if query else ""
    waits = capture.state in {State.NEW, State.ACKNOWLEDGED}
    milder = [row for row in under_it if row.severity < Level.SERIOUS]
    return VerdictContext(
        query=after,
        queue_url=queue_address(wanted) + f"#c{number}",
        skip_url=reverse("capture_skip", args=[number]) + after,
        burst_url=reverse("queue") + f"?burst={number}",
        members=tuple(
            Member(
                row.pk, reverse("capture", args=[row.pk]) + after, row.severity, Source(row.source).label, row.host or row.app,
                row.observed_at, row.acknowledged_at is not None,
            )
            for row in under_it[:MOST_NAMED]
        ),
        more_members=max(0, len(under_it) - MOST_NAMED),
        count=len(under_it),
        carried=tuple(f"{row.pk}:{row.revision}" for row in milder),
        serious_members=len(under_it) - len(milder),
        up_to=max((row.pk for row in under_it), default=0),
        undo=undoable(request.user, capture, now=now),
        passes_up=capture.first_look == FirstLook.PASTORAL and not has_right(request.user, capture.school_id, Right.READ_SAFEGUARDING),
        may_snooze=waits and capture.severity < Level.SERIOUS and capture.snoozed_until is None,
        snoozed_until=capture.snoozed_until,
        reasons=reason_choices(),
        snoozes=snooze_choices(),
        others=tuple(viewing_now([number], request.user, now=now).get(number, ())),
    )  # fmt: skip
