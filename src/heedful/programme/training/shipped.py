"""The modules and the practice captures that come with the product, read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from heedful.captures.rules import FalsePositive
from heedful.programme.training.reading import Module, read_module

FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def shipped_modules() -> tuple[Module, ...]:
    """Heedful's own modules, in their order."""
    found = [read_module(path.stem, path.read_text("utf-8"), name=path.name) for path in sorted((FOLDER / "modules").glob("*.md"))]
    return tuple(sorted(found, key=lambda module: (module.order, module.key)))


@dataclass(frozen=True)
class Card:
    """One practice capture and what its authors hold right. `grade` is None where it is nothing; `nothing` then has the reasons that fit."""

    key: str
    pupil: int
    text: str
    source: str
    host: str
    title: str
    machine: dict[str, int]
    words: str
    themes: tuple[str, ...]
    grade: int | None
    near: frozenset[int]
    nothing: frozenset[FalsePositive]
    trap: str
    teaches: str


@lru_cache(maxsize=1)
def practice_cards() -> tuple[Card, ...]:
    """The whole deck, in the order of its file."""
    rows: list[dict[str, Any]] = yaml.safe_load((FOLDER / "practice" / "cards.yaml").read_text("utf-8"))
    return tuple(
        Card(
            key=row["key"], pupil=row["pupil"], text=row["text"], source=row["source"], host=row["host"], title=row["title"],
            machine=dict(row["machine"]), words=row["words"], themes=tuple(row.get("themes", ())), grade=row.get("grade"),
            near=frozenset(row.get("near", ())), nothing=frozenset(FalsePositive(reason) for reason in row.get("nothing", ())),
            trap=row.get("trap", ""), teaches=row["teaches"],
        )
        for row in rows
    )  # fmt: skip
