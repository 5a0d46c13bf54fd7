"""Which captures are one burst, and which of them stands for it: pure.

A burst is one person, one theme, and never ten quiet minutes between two captures. That is a property of the set, not
of the order in which it came: whatever arrives first, the same captures end up together. Within a burst the captures
of one route are folded under the most serious that waits; so whoever may see the one on top may see all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

QUIET = timedelta(minutes=10)


@dataclass(frozen=True)
class Key:
    """Whose captures may be one burst. Where the pupil is not known it takes the same account on the same device: a shared
    account on two machines is two people."""

    school_id: int
    pupil_id: int | None
    account_id: int | None
    profile_id: UUID | None
    theme: str


@dataclass(frozen=True)
class Span:
    """A burst that there is already, from its first to its last capture."""

    burst: UUID
    first: datetime
    last: datetime


@dataclass(frozen=True)
class Joined:
    """New captures (by their place in the list that was given) and the bursts that they bring together."""

    places: tuple[int, ...]
    bursts: tuple[UUID, ...]


@dataclass(frozen=True)
class Standing:
    """What decides whether a capture stands on top of its burst."""

    number: int
    severity: int
    is_acknowledged: bool
    observed_at: datetime
    capture_id: UUID

    @property
    def order(self) -> tuple[int, bool, datetime, str]:
        """The least stands on top: the most serious, what nobody has acknowledged first, then the oldest."""
        return (-self.severity, self.is_acknowledged, self.observed_at, str(self.capture_id))


def key_of(
    *, school_id: int, pupil_id: int | None, account_id: int | None, profile_id: UUID | None, theme: str, is_report: bool
) -> Key | None:
    """None for a capture that always stands alone: a child who tells us, no theme, or nobody known to have written it."""
    if is_report or not theme or (pupil_id is None and account_id is None):
        return None
    if pupil_id is not None:
        return Key(school_id, pupil_id, None, None, theme)
    return Key(school_id, None, account_id, profile_id, theme)


def join(moments: Sequence[datetime], spans: Iterable[Span]) -> tuple[Joined, ...]:
    """Bring together the new moments and the bursts there are, wherever no more than QUIET lies between two of them."""
    pieces: list[tuple[datetime, datetime, int | None, UUID | None]] = [(at, at, place, None) for place, at in enumerate(moments)]
    pieces += [(span.first, span.last, None, span.burst) for span in spans]
    groups: list[tuple[list[int], set[UUID]]] = []
    until: datetime | None = None
    for first, last, place, burst in sorted(pieces, key=lambda piece: piece[:2]):
        if until is None or first - until > QUIET:
            groups.append(([], set()))
            until = last
        until = max(until, last)
        if place is not None:
            groups[-1][0].append(place)
        if burst is not None:
            groups[-1][1].add(burst)
    return tuple(Joined(tuple(places), tuple(sorted(bursts))) for places, bursts in groups if places)


def top_of(standings: Iterable[Standing]) -> Standing | None:
    """The one that the others are folded under."""
    return min(standings, key=lambda standing: standing.order, default=None)
