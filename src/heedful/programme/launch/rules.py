"""The launch date, the decision to go, and the plan as a picture: pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices

from heedful.programme.needs import Standing, State

LEAST_REASON = 10
FARTHEST = timedelta(days=3 * 365)


class StepState(TextChoices):
    NOT_BEGUN = "not_begun", "Not begun"
    UNDER_WAY = "under_way", "Under way"
    DONE = "done", "Done"


def state_of(standings: Sequence[Standing]) -> StepState:
    """How a step stands. What comes with a later release neither begins nor hinders it."""
    counted = [each for each in standings if each.found.state != State.NOT_YET]
    met = [each for each in counted if each.found.state == State.MET]
    if counted and len(met) == len(counted):
        return StepState.DONE
    return StepState.UNDER_WAY if met else StepState.NOT_BEGUN


def hours_left(standings: Iterable[Standing]) -> float:
    """Hours of work in what is open."""
    return round(sum(each.need.hours for each in standings if each.is_open), 2)


def is_late(due_on: date | None, state: StepState, today: date) -> bool:
    return due_on is not None and due_on < today and state != StepState.DONE


class Verdict(TextChoices):
    GO = "go", "Go"
    NO_GO = "no_go", "No go"


class LaunchRefused(Exception):
    """The date or the decision can't be taken like this; the text says what to do."""


def check_date(on: date, *, before: date | None, reason: str, today: date) -> None:
    """Raise LaunchRefused where the launch can't be on this day. The first date needs no reason, moving one does (D10)."""
    if on < today:
        raise LaunchRefused("That day is over: choose today or a later one.")
    if on > today + FARTHEST:
        raise LaunchRefused("That is more than three years away: choose a nearer day.")
    if before == on:
        raise LaunchRefused("That is the date already.")
    if before is not None and len(reason.strip()) < LEAST_REASON:
        raise LaunchRefused("Say why the date moves, in a sentence: it stands in the history of the date.")


@dataclass(frozen=True)
class Bar:
    """One line of the plan: from the day it begins to the day it is due, both included. `state` is a StepState's value."""

    title: str
    owner: str
    begins: date
    due: date
    state: str


@dataclass(frozen=True)
class Drawn:
    """A bar in the picture, in its units: the picture is 1,000 wide, a line 34 high."""

    bar: Bar
    x: int
    y: int
    width: int


@dataclass(frozen=True)
class Mark:
    """A day in the picture with its words."""

    x: int
    words: str


@dataclass(frozen=True)
class Picture:
    bars: tuple[Drawn, ...]
    weeks: tuple[Mark, ...]
    today: Mark | None
    launch: Mark | None
    height: int


WIDE, LINE, HEAD = 1000, 34, 28
MOST_WEEKS = 12


def picture(bars: Sequence[Bar], *, today: date, launch: date | None) -> Picture:
    """Draw the plan over the time from the first beginning to the last due day, at least four weeks."""
    first = min([bar.begins for bar in bars] + [today])
    last = max([bar.due for bar in bars] + ([launch] if launch else []) + [today, first + timedelta(days=27)])
    days = (last - first).days + 1

    def x(day: date) -> int:
        return round((day - first).days * WIDE / days)

    drawn = tuple(Drawn(bar, x(bar.begins), HEAD + LINE * place, max(6, x(bar.due + timedelta(days=1)) - x(bar.begins))) for place, bar in enumerate(bars))
    step = timedelta(weeks=max(1, -(-days // 7 // MOST_WEEKS)))
    monday, weeks = first - timedelta(days=first.weekday()), []
    while monday <= last:
        if monday >= first and x(monday) <= WIDE - 50:  # one at the edge would be cut off
            weeks.append(Mark(x(monday), f"{monday.day} {monday:%b}"))
        monday += step
    return Picture(
        drawn, tuple(weeks), Mark(x(today), "today"), Mark(x(launch), "launch") if launch and first <= launch <= last else None,
        HEAD + LINE * len(bars) + 20,
    )  # fmt: skip
