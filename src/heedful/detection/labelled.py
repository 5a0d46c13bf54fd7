"""Labelled lines: one JSON object a line. The same format for the corpus, for evaluation and for a school's own file.

Only `text` and `severity` are needed; docs/evaluation.md lists the fields.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from heedful.detection.encoder import INTENTS, PERSONS
from heedful.detection.values import AGE_BANDS, SOURCES, THEMES, AgeBand, Source

GROUPS = ("", "lgbt", "faith", "race", "disability", "dialect", "learner")
_NAMED: dict[str, tuple[str, ...]] = {
    "theme": ("", *THEMES), "person": PERSONS, "intent": INTENTS, "band": AGE_BANDS, "source": SOURCES, "group": GROUPS,
}  # fmt: skip


class LineFault(ValueError):
    """A file of lines that can't be read; every fault of it, with its line's number, and never the text."""


@dataclass(frozen=True, slots=True)
class Line:
    """One labelled line. `severity` 0-5; `block` names the pair or triple it belongs to; `before` are earlier lines, oldest first."""

    id: str
    text: str
    severity: int
    theme: str = ""
    person: str = "none"
    intent: str = "other"
    band: AgeBand = "unknown"
    source: Source = "typed"
    keyword: bool = False
    group: str = ""
    language: str = "en"
    block: str = ""
    before: tuple[str, ...] = ()


def read_lines(path: Path) -> list[Line]:
    """Every line of one file, in order. Raises LineFault with all that is wrong in it."""
    lines: list[Line] = []
    faults: list[str] = []
    for number, raw in enumerate(path.read_text("utf-8").split("\n"), 1):
        if raw.strip():
            try:
                lines.append(_line(json.loads(raw), f"{path.stem}-{number}"))
            except ValueError as error:
                faults.append(f"{path.name}, line {number}: {error}")
    if faults:
        raise LineFault("\n".join(faults))
    return lines


def read_folder(folder: Path) -> list[Line]:
    """The lines of every file of a folder, files in alphabetical order."""
    return [line for path in sorted(folder.glob("*.jsonl")) for line in read_lines(path)]


def write_lines(path: Path, lines: Iterable[Line]) -> None:
    """Write lines so that what a field is by default is left out."""
    path.write_text("".join(json.dumps(_row(line), ensure_ascii=False) + "\n" for line in lines), "utf-8")


def share_of(name: str) -> float:
    """Where a name falls in [0, 1), always alike: what a split is cut by."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") / 2**32


def split(lines: Iterable[Line], *, calibration: float) -> tuple[list[Line], list[Line]]:
    """(to fit on, to calibrate on). A block stays together, so that no line's twin stands on the other side."""
    fit: list[Line] = []
    held: list[Line] = []
    for line in lines:
        (held if share_of(line.block or line.id) < calibration else fit).append(line)
    return fit, held


def _row(line: Line) -> dict[str, Any]:
    row: dict[str, Any] = {"id": line.id, "text": line.text, "severity": line.severity}
    plain = Line("", "", 0)
    for name in ("theme", "person", "intent", "band", "source", "keyword", "group", "language", "block", "before"):
        if getattr(line, name) != getattr(plain, name):
            row[name] = getattr(line, name)
    return row


def _line(row: Any, otherwise: str) -> Line:
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not row["text"].strip():
        raise ValueError("needs an object with a 'text'")
    severity: Any = row.get("severity")
    if isinstance(severity, bool) or severity not in range(6):
        raise ValueError("'severity' is a whole number from 0 to 5")
    faults = list(_unknown(row))
    if faults:
        raise ValueError("; ".join(faults))
    known = {name: row[name] for name in (*_NAMED, "language", "block") if name in row}
    before = row.get("before", ())
    if not all(isinstance(line, str) for line in before):
        raise ValueError("'before' is a list of strings")
    return Line(str(row.get("id", otherwise)), row["text"], severity, keyword=bool(row.get("keyword")), before=tuple(before), **cast(Any, known))


def _unknown(row: dict[str, Any]) -> Iterator[str]:
    for name, known in _NAMED.items():
        if name in row and row[name] not in known:
            yield f"'{name}' is none of {', '.join(filter(None, known))}"
