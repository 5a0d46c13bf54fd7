"""One measured line of the budgets table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Row:
    """What was measured, in `unit`, beside its budget in the same unit.

    `budget` None: the number is printed for the record. `best` says which side of the budget is good.
    `against` names an alternative measured in the same run, with its own number in the same unit: then the
    ratio is printed, and where `budget_is_ratio` the budget holds for the ratio and not for the number.
    """

    what: str
    measured: float
    unit: str
    budget: float | None = None
    best: Literal["low", "high"] = "low"
    against: str = ""
    against_measured: float | None = None
    budget_is_ratio: bool = False
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Return how many times the alternative's number this one is; None where there is no alternative."""
        return self.measured / self.against_measured if self.against_measured else None

    @property
    def is_within_budget(self) -> bool | None:
        """Return whether the budget is kept; None where there is none."""
        value = self.ratio if self.budget_is_ratio else self.measured
        if self.budget is None or value is None:
            return None
        return value <= self.budget if self.best == "low" else value >= self.budget
