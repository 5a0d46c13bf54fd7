"""Setting two systems' alerts side by side: pure. An account and a moment are all that is compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

# The two systems see the same line within seconds; what a person typed again is within the quarter of an hour.
WINDOW = timedelta(minutes=15)


class FileRefused(Exception):
    """The file can't be taken; `faults` say where and what to do. Nothing was changed."""

    def __init__(self, *faults: str) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Alert:
    """What one system noticed: its number, when, and on whose account (None: on no account that the school's roll knows)."""

    id: int
    at: datetime
    account_id: int | None


@dataclass(frozen=True)
class Matched:
    """The numbers of pairs that both saw, and of what each saw alone. Every alert stands in one place."""

    both: tuple[tuple[int, int], ...]  # (ours, theirs)
    ours: tuple[int, ...]
    theirs: tuple[int, ...]


@dataclass(frozen=True)
class WeekBySide:
    """One week. `outside` is what the other system saw of people whom Heedful does not watch yet, or of accounts on no roll."""

    week: date
    both: int = 0
    ours: int = 0
    theirs: int = 0
    outside: int = 0
    our_minutes: float = 0.0
    their_minutes: int | None = None  # None where nobody has written any down


def match(ours: Iterable[Alert], theirs: Iterable[Alert], *, window: timedelta = WINDOW) -> Matched:
    """Pair alerts of one account that lie no more than `window` apart, the nearest first, each at most once."""
    by_account: dict[int, list[Alert]] = defaultdict(list)
    mine, others = list(ours), list(theirs)
    for alert in others:
        if alert.account_id is not None:
            by_account[alert.account_id].append(alert)
    near = [
        (abs(alert.at - other.at), alert.at, alert.id, other.id)
        for alert in mine
        if alert.account_id is not None
        for other in by_account[alert.account_id]
        if abs(alert.at - other.at) <= window
    ]
    pairs: list[tuple[int, int]] = []
    taken_ours, taken_theirs = set[int](), set[int]()
    for _, _, own, other_id in sorted(near):
        if own not in taken_ours and other_id not in taken_theirs:
            taken_ours.add(own)
            taken_theirs.add(other_id)
            pairs.append((own, other_id))
    return Matched(
        tuple(sorted(pairs)),
        tuple(alert.id for alert in mine if alert.id not in taken_ours),
        tuple(alert.id for alert in others if alert.id not in taken_theirs),
    )


def new_among(rows: Sequence[tuple[datetime, int | None, str]], known: Iterable[tuple[datetime, int | None, str]]) -> list[tuple[datetime, int | None, str]]:
    """Those rows of a file that no earlier file had: each (moment, account, category) as often as it comes more often than before."""
    left: dict[tuple[datetime, int | None, str], int] = defaultdict(int)
    for row in known:
        left[row] += 1
    fresh = []
    for row in rows:
        if left[row]:
            left[row] -= 1
        else:
            fresh.append(row)
    return fresh
