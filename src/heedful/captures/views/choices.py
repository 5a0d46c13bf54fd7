"""Choices of a form in words, for buttons and lists."""

from __future__ import annotations

from dataclasses import dataclass

from heedful.captures.rules import FalsePositive, SnoozeUntil
from heedful.thresholds.rules import Route


@dataclass(frozen=True)
class Choice:
    """One choice; `key` is the digit that takes it while the reasons are open."""

    value: str
    label: str
    key: str = ""


def reason_choices() -> tuple[Choice, ...]:
    """Why a capture is nothing of concern, each with its digit."""
    return tuple(Choice(reason.value, reason.label, str(place)) for place, reason in enumerate(FalsePositive, start=1))


def route_choices() -> tuple[Choice, ...]:
    return tuple(Choice(route.value, route.label) for route in Route)


def snooze_choices() -> tuple[Choice, ...]:
    return tuple(Choice(until.value, until.label) for until in SnoozeUntil)
