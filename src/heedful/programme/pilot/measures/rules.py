"""What is measured of one way of handling captures: pure. Numbers in, numbers out.

Reviewer minutes come from the audit chain: from opening a capture to the same person's next recorded step (a decision, a note,
the next capture), at most ten minutes; where no step follows, two minutes. Time spent away from the screen is in no record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from heedful.programme.agreement import cohen_kappa
from heedful.programme.pilot.measures.statistics import Interval, percentile, percentile_interval, poisson, wilson

MOST_AT_ONE = timedelta(minutes=10)
WITHOUT_A_STEP = timedelta(minutes=2)
LEAST_SHOWN = 5
STARS = (1, 2, 3, 4, 5)


class Step(StrEnum):
    """What a person did with captures, as far as the measures ask."""

    OPENED = "opened"
    GRADED = "graded"
    GRADE_TAKEN_BACK = "grade_taken_back"
    OTHER = "other"


@dataclass(frozen=True)
class Event:
    """One recorded step of one person with these captures."""

    at: datetime
    by: int
    step: Step
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Handled:
    """Of one capture: when somebody first looked, when it was decided, and how long people read it."""

    first_look: datetime | None = None
    decided: datetime | None = None
    reading: timedelta = timedelta()


@dataclass(frozen=True)
class Seen:
    """One capture as the measures know it. `must_be_read` is not so for what goes to record only."""

    number: int
    approach_id: int | None
    arrived_at: datetime
    is_decided: bool
    is_false_positive: bool
    must_be_read: bool


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> Interval:
        return wilson(self.hits, self.of)

    @property
    def is_small(self) -> bool:
        """Whether it could point at a pupil: fewer than five did, or did not."""
        return 0 < self.hits < LEAST_SHOWN or 0 < self.of - self.hits < LEAST_SHOWN


@dataclass(frozen=True)
class Rate:
    """Events over pupils and weeks."""

    count: int
    pupils: int
    weeks: float

    @property
    def exposure(self) -> float:
        """Hundreds of pupils times weeks."""
        return self.pupils * self.weeks / 100

    @property
    def value(self) -> float | None:
        return self.count / self.exposure if self.exposure else None

    @property
    def interval(self) -> Interval:
        counted = poisson(self.count)
        return Interval(counted.low / self.exposure, counted.high / self.exposure) if self.exposure else Interval(0.0, float("inf"))

    @property
    def is_small(self) -> bool:
        return 0 < self.count < LEAST_SHOWN


@dataclass(frozen=True)
class Times:
    """How long something took, in minutes, and how many wait for it still, which are in no percentile."""

    minutes: tuple[float, ...] = ()
    waiting: int = 0

    @property
    def median(self) -> float | None:
        return percentile(self.minutes, 0.5) if self.minutes else None

    @property
    def p90(self) -> float | None:
        return percentile(self.minutes, 0.9) if self.minutes else None

    @property
    def median_interval(self) -> Interval:
        return percentile_interval(self.minutes, 0.5)

    @property
    def p90_interval(self) -> Interval:
        return percentile_interval(self.minutes, 0.9)

    @property
    def is_small(self) -> bool:
        return 0 < len(self.minutes) < LEAST_SHOWN


@dataclass(frozen=True)
class Regrades:
    """First and second grades of the same captures, the second given blind; 0 is nothing of concern."""

    pairs: tuple[tuple[int, int], ...] = ()

    @property
    def disagreed(self) -> Share:
        return Share(sum(first != second for first, second in self.pairs), len(self.pairs))

    @property
    def kappa(self) -> float | None:
        return cohen_kappa(self.pairs)


@dataclass(frozen=True)
class Stars:
    """What reviewers themselves think of it, 1 to 5, with a sentence each."""

    given: tuple[int, ...] = ()
    sentences: tuple[str, ...] = ()

    @property
    def median(self) -> float | None:
        return percentile(self.given, 0.5) if self.given else None


@dataclass(frozen=True)
class Measures:
    """One handling approach over one period."""

    name: str
    approach_id: int | None
    rate: Rate
    false_positives: Share
    first_look: Times
    decision: Times
    reading: Times  # minutes of reviewers for each capture that was decided
    reviewer_minutes: float  # of all captures together
    regrades: Regrades
    missed: Share
    left_alone: int  # what the sample of missed ones was drawn from
    stars: Stars
    by_week: tuple[tuple[str, int], ...]  # (Monday, captures)

    @property
    def minutes_a_week(self) -> float | None:
        return self.reviewer_minutes / self.rate.weeks if self.rate.weeks else None


def handled(events: Iterable[Event]) -> dict[int, Handled]:
    """What became of each capture, from recorded steps in the order of time. A grade that was taken back was none."""
    ordered = sorted(events, key=lambda event: event.at)
    first: dict[int, datetime] = {}
    graded: dict[int, list[datetime]] = defaultdict(list)
    for event in ordered:
        for number in event.numbers:
            first.setdefault(number, event.at)
            if event.step == Step.GRADED:
                graded[number].append(event.at)
            elif event.step == Step.GRADE_TAKEN_BACK and graded[number]:
                graded[number].pop()
    reading = _reading(ordered)
    return {
        number: Handled(at, graded[number][0] if graded[number] else None, reading.get(number, timedelta())) for number, at in first.items()
    }


def _reading(ordered: Sequence[Event]) -> dict[int, timedelta]:
    """How long people had each capture open, all together."""
    by_person: dict[int, list[Event]] = defaultdict(list)
    for event in ordered:
        by_person[event.by].append(event)
    spent: dict[int, timedelta] = defaultdict(timedelta)
    for theirs in by_person.values():
        following = [*theirs[1:], None]
        for event, after in zip(theirs, following, strict=True):
            if event.step == Step.OPENED:
                for number in event.numbers:
                    spent[number] += min(after.at - event.at, MOST_AT_ONE) if after else WITHOUT_A_STEP
    return spent


def measure(
    name: str, approach_id: int | None, seen: Sequence[Seen], done: Mapping[int, Handled], *, pupils: int, weeks: float,
    pairs: Sequence[tuple[int, int]] = (), missed: Share | None = None, left_alone: int = 0, stars: Stars | None = None,
    by_week: Sequence[tuple[str, int]] = (),
) -> Measures:  # fmt: skip
    """Put together what was counted of one approach."""
    to_read = [capture for capture in seen if capture.must_be_read]
    decided = [capture for capture in seen if capture.is_decided]

    def minutes(moments: Iterable[tuple[Seen, datetime | None]]) -> Times:
        both = list(moments)
        took = [(at - capture.arrived_at).total_seconds() / 60 for capture, at in both if at is not None]
        return Times(tuple(max(0.0, each) for each in took), sum(at is None for _, at in both))

    nothing = Handled()
    reading = [done.get(capture.number, nothing).reading.total_seconds() / 60 for capture in decided]
    return Measures(
        name=name, approach_id=approach_id, rate=Rate(len(seen), pupils, weeks),
        false_positives=Share(sum(capture.is_false_positive for capture in decided), len(decided)),
        first_look=minutes((capture, done.get(capture.number, nothing).first_look) for capture in to_read),
        decision=minutes((capture, done.get(capture.number, nothing).decided) for capture in to_read),
        reading=Times(tuple(each for each in reading if each)),
        reviewer_minutes=sum(done.get(capture.number, nothing).reading.total_seconds() / 60 for capture in seen),
        regrades=Regrades(tuple(pairs)), missed=missed or Share(0, 0), left_alone=left_alone, stars=stars or Stars(), by_week=tuple(by_week),
    )  # fmt: skip
