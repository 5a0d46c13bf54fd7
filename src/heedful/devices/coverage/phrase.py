"""To which groups, and to whom, an answer to the test phrase is credited: pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

# How long somebody who says that they test a group is taken at their word.
TEST_LASTS = timedelta(minutes=30)
# A device's clock, put right by what it last said of it, may still be this far off.
CLOCK_SLACK = timedelta(minutes=2)


class PhraseTestRefused(Exception):
    """This test can't be started; the text says why, for the page."""


@dataclass(frozen=True)
class Running:
    """A test that somebody has started."""

    id: int
    group: str
    kind: str
    tester_id: int
    started_at: datetime
    ends_at: datetime


def typed_at(*, observed_at: datetime, arrived_at: datetime, clock_skew_s: int) -> datetime:
    """When the phrase was typed: the device's time put right by what its clock is off, and never after it arrived.

    So a device that was away for weeks, or whose clock runs ahead, can't prove a term in which nobody typed.
    """
    try:
        return min(arrived_at, observed_at - timedelta(seconds=clock_skew_s))
    except OverflowError:
        return min(arrived_at, observed_at)


def credited(running: Iterable[Running], *, groups: Iterable[str], kind: str, at: datetime, arrived_at: datetime) -> Running | None:
    """The latest started test that this answer belongs to: of one of its groups, on its kind of device, typed and arrived in its time."""
    names = set(groups)
    fitting = [
        test
        for test in running
        if test.group in names
        and test.kind == kind
        and test.started_at - CLOCK_SLACK <= at
        and test.started_at <= arrived_at <= test.ends_at
    ]
    return max(fitting, key=lambda test: (test.started_at, test.id), default=None)
