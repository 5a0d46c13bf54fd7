"""The health of coverage in one sentence: pure. It stands where a queue is empty, so that nothing to do is not taken for proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class CoverageHealth:
    """What the schools of a viewer can say of their own monitoring. No names of pupils.

    `in_use` is of the inventory; where `has_inventory` is false it is what enrolled, and proves nothing of the rest.
    `not_covered` and `quiet` are phrases ready for a sentence: "iPads", "Year 9 not seen for 3 days".
    """

    in_use: int
    reported_today: int
    not_covered: tuple[str, ...]
    quiet: tuple[str, ...]
    last_self_test_at: datetime | None
    is_healthy: bool
    has_inventory: bool = True


def health_sentence(health: CoverageHealth) -> str:
    """Return what is known in one sentence, with its limits: the counts, what is not covered, what is quiet. No full stop at its end."""
    devices = "device" if health.in_use == 1 else "devices"
    if not health.has_inventory:
        parts = [f"{health.reported_today} of {health.in_use} enrolled {devices} reported today, and no inventory says how many there are"]
    elif not health.in_use:
        parts = ["no device of the inventory is in use"]
    else:
        parts = [f"{health.reported_today} of {health.in_use} {devices} in use reported today"]
    if health.not_covered:
        verb = "is" if len(health.not_covered) == 1 and not health.not_covered[0].endswith("s") else "are"
        parts.append(f"{in_a_row(health.not_covered)} {verb} not covered")
    parts += health.quiet
    return "; ".join(parts)


def in_a_row(phrases: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(phrases[:-1]), phrases[-1]] if len(phrases) > 1 else list(phrases))
