"""What detection is held to, and whether it is met. A target is never moved to fit a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from evaluation.day import Simulation
from evaluation.document import Section, Table, per, percent
from heedful.detection.measures import Share


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked, as words; what was found, as words; whether it is met (None where it could not be measured)."""

    asked: str
    found: str
    is_met: bool | None


def at_least(what: str, share: Share, least: float) -> Target:
    """A share that must be so great."""
    return Target(f"{what}: at least {100 * least:g} %", percent(share), None if share.value is None else share.value >= least)


def at_most(what: str, share: Share, most: int, base: int) -> Target:
    """No more than `most` in `base`."""
    return Target(f"{what}: at most {most} in {base:,}", per(share, base), None if share.value is None else share.value <= most / base)


def not_measured(told: Target, missing: Sequence[str]) -> Target:
    """The same where all that it is measured on is there; else not measured, and why."""
    return replace(told, found=f"no lines of {', '.join(missing)}", is_met=None) if missing else told


def of_the_day(simulation: Simulation, missing: Sequence[str] = ()) -> list[Target]:
    """What the simulated day is held to. `missing` are the parts of its mix that have no lines."""
    asked = []
    right = simulation.estimate("right", 3)
    is_known = right.value == right.value
    told = f"{100 * right.value:.0f} % ({100 * right.low:.0f} to {100 * right.high:.0f})" if is_known else "no captures"
    asked.append(Target("Simulated day: at least 60 % of captures at severity ≥ 3 are right", told, right.value >= 0.6 if is_known else None))
    leaving = simulation.estimate("harmless_leaving_in_5000")
    asked.append(Target("Simulated day: at most 1 harmless line in 5,000 leaves the device", f"{leaving.value:.2f} ({leaving.low:.2f} to {leaving.high:.2f})", leaving.value <= 1))
    for least, most in ((2, 40), (3, 15)):
        beyond = simulation.estimate("beyond", least)
        asked.append(Target(f"Simulated day: at most {most} a week at severity ≥ {least} beyond the true ones", f"{beyond.value:.1f} ({beyond.low:.0f} to {beyond.high:.0f})", beyond.value <= most))
    return [not_measured(one, missing) for one in asked]


def section(targets: Sequence[Target], figures: Sequence[tuple[str, str]] = ()) -> Section:
    """The top of the report: how many targets are met, the figures that a lead and an engineer ask for first, then every target."""
    said = {True: "met", False: "missed", None: "not measured"}
    rows = [(one.asked, one.found, said[one.is_met]) for one in targets]
    return Section(
        "Targets",
        [
            ", ".join(f"{sum(one.is_met is kind for one in targets)} {word}" for kind, word in said.items()).capitalize() + ".",
            *([Table(("figure", "found"), figures, "First of all")] if figures else []),
            "Each figure is followed by its 95 % interval and by what was counted. Recall is held to its target twice: as all layers judge every line, and as a school gets it, where only what left the device counts. A target is met when the figure itself meets it; an interval that reaches past the target means that so few lines can't settle it.",
            Table(("target", "figure", "met?"), rows, "Every target"),
        ],
    )
