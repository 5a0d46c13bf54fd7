"""What one check found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["well", "wrong", "advice"]


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `text` says how it is and, where it is wrong, what to do."""

    what: str
    verdict: Verdict
    text: str
