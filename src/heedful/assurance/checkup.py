"""What `heedful doctor` found last, kept for the technician's page: one small file, no table, since it is about the machine."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from django.conf import settings

from heedful.first_start import write_aside

Verdict = Literal["well", "wrong", "advice"]


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `text` says how it is and, where it is wrong, what to do."""

    what: str
    verdict: Verdict
    text: str


@dataclass(frozen=True)
class Checkup:
    at: datetime
    findings: tuple[Finding, ...]

    @property
    def wrong(self) -> int:
        return sum(found.verdict == "wrong" for found in self.findings)


def keep_checkup(findings: Sequence[Finding], *, now: datetime) -> None:
    """Keep these findings in place of the last ones."""
    document = {"at": now.isoformat(), "findings": [asdict(found) for found in findings]}
    aside = write_aside(_file(), json.dumps(document).encode())
    os.replace(aside, _file())


def last_checkup() -> Checkup | None:
    """The last findings; None when there are none, or none that can be read."""
    try:
        document = json.loads(_file().read_text("utf-8"))
        return Checkup(datetime.fromisoformat(document["at"]), tuple(Finding(**found) for found in document["findings"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _file() -> Path:
    return Path(settings.DATA_DIR) / "checkup.json"
