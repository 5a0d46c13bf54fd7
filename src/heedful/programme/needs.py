"""What a deployment needs: one registry, filled by each room with its own and read by the board.

A need that `holds` a stage is a gate: the school's monitoring does not enter that stage while it is open. The rooms above
the programme (DPIA, retention, backups, reviews) register theirs here too, so that the board never imports them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import TextChoices

from heedful.people.rules import Stage
from heedful.programme.steps import Step


class State(TextChoices):
    MET = "met", "Done"
    OPEN = "open", "Missing"
    NOT_YET = "not_yet", "Not yet available"  # its subject comes with a later release; it holds nothing up


@dataclass(frozen=True)
class Found:
    """How one need stands in one school: what is there or missing in words, and where it is done.

    `says` is one plain sentence and names no pupil. `url` is an address within the console, empty where there is nothing to do.
    """

    state: State
    says: str
    url: str = ""


@dataclass(frozen=True)
class Need:
    """One thing that a deployment needs. `hours` is how long a person works on it, `look` says how it stands; it asks no viewer."""

    key: str
    step: Step
    title: str
    hours: float
    look: Callable[[int, datetime], Found]
    holds: frozenset[Stage] = field(default_factory=frozenset)


_NEEDS: dict[str, Need] = {}


def register(*needs: Need) -> None:
    """Add these to what a deployment needs; called once by each room when Heedful starts. Raises ValueError where a key is taken."""
    for need in needs:
        if _NEEDS.setdefault(need.key, need) is not need:
            raise ValueError(f"two needs are called '{need.key}'; a key stands in the audit chain and is used once")


def all_needs() -> tuple[Need, ...]:
    """Every need, by step, and within a step in the order of registering."""
    order = list(Step)
    return tuple(sorted(_NEEDS.values(), key=lambda need: order.index(need.step)))


@dataclass(frozen=True)
class Standing:
    """One need as it stands in one school now."""

    need: Need
    found: Found

    @property
    def is_open(self) -> bool:
        return self.found.state == State.OPEN


def standings(school_id: int, *, now: datetime) -> tuple[Standing, ...]:
    """Every need as it stands in this school, in the order of the steps. For the system: whoever shows it asks for the right."""
    return tuple(Standing(need, need.look(school_id, now)) for need in all_needs())


def gates_for(school_id: int, stage: Stage, *, now: datetime) -> tuple[Standing, ...]:
    """The needs that hold this stage, as they stand."""
    return tuple(Standing(need, need.look(school_id, now)) for need in all_needs() if stage in need.holds)
