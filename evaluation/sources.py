"""The lines that an evaluation is on: the challenge set, the corpus' calibration part, and what is held out of the public data."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import yaml

from heedful.detection.labelled import Line, read_folder, read_lines
from training.corpora import CORPUS, calibration_lines
from training.near import near_copies
from training.public import HARM, HARMLESS, HELD_OUT, Source, read_public, sets_thresholds

IDENTITY_LINES = Path(__file__).parents[1] / "src" / "heedful" / "detection" / "tests" / "fairness_lines.yaml"
CHALLENGE = Path(__file__).parent / "challenge"
IDENTITY = Path(__file__).parent / "identity"
MOST_CHARACTERS = 400
HARM_A_SOURCE = 300
# How many lines each harmless source has at the least; fewer, and figures on it would be of other text than they say.
LEAST_LINES = {
    "benign_onestop_news": 8_000, "benign_wikisplit": 14_900, "benign_wellformedness_queries": 24_600, "benign_nq_queries": 7_100,
    "benign_stackoverflow_titles": 10_000, "benign_openstax_textbooks": 700, "benign_mmlu_school_questions": 400, "benign_gsm8k": 450,
    "benign_tldr_commands": 740, "benign_clinc_queries": 1_170, "benign_goemotions_comments": 870, "benign_sms_ham": 220,
}  # fmt: skip
SEED = 20261
QUICK = 40
T = TypeVar("T")


@dataclass(frozen=True)
class Challenge:
    """`is_standing_in` where the challenge set is not there and the corpus' calibration part takes its place."""

    worrying: Sequence[Line]
    harmless: Sequence[Line]
    languages: Sequence[Line]
    is_standing_in: bool = False


def challenge(folder: Path = CHALLENGE, *, quick: bool = False) -> Challenge:
    """The challenge set, or what stands in for it where the folder has none."""
    if not (folder / "worrying.jsonl").is_file():
        lines = calibration_lines()
        some, none = [line for line in lines if line.severity >= 1], [line for line in lines if not line.severity]
        return Challenge(sample(some, quick), sample(none, quick), (), True)
    worrying, harmless, languages = (
        sample(read_lines(path), quick) if path.is_file() else () for path in (folder / f"{name}.jsonl" for name in ("worrying", "harmless", "languages"))
    )
    return Challenge(worrying, harmless, languages)


def calibration(*, quick: bool = False) -> Sequence[Line]:
    """The fifth of the corpus that no layer was trained on, but the fusion fitted to."""
    return sample(calibration_lines(), quick)


def ordinary(folder: Path, *, quick: bool = False) -> dict[str, Sequence[Line]]:
    """Harmless public text that no layer learnt from, by source: the share-alike files whole, of the others the half that set no threshold."""
    found: dict[str, Sequence[Line]] = {}
    for source in HELD_OUT:
        if source.name.startswith("benign_"):
            found[source.name] = [*_harmless(folder, source, "train"), *_harmless(folder, source, "dev")]
    for source in HARMLESS:
        found[source.name] = [line for line in _harmless(folder, source, "dev") if not sets_thresholds(line.id)]
    return {name: sample(lines, quick) for name, lines in found.items() if lines}


def short(found: Mapping[str, Sequence[object]]) -> list[str]:
    """Which harmless sources have fewer lines than they should, in words."""
    return [f"{name} has {len(found.get(name, ())):,} lines of at least {least:,}" for name, least in LEAST_LINES.items() if len(found.get(name, ())) < least]


def harmful(folder: Path, *, quick: bool = False) -> dict[str, Sequence[Line]]:
    """Public text whose label a person gave, by source: its dev part, at most HARM_A_SOURCE each. `severity` is the least that the label vouches for."""
    found: dict[str, Sequence[Line]] = {}
    for source in (*HARM, *(source for source in HELD_OUT if source.name.startswith("harm_"))):
        rows = [row for row in read_public(folder, source, part="dev") if row.themes]
        lines = [Line(row.id, row.text, max(1, row.least), theme=row.themes[0]) for row in rows]
        found[source.name] = sample(_some(lines, HARM_A_SOURCE), quick)
    return {name: lines for name, lines in found.items() if lines}


def identity_lines() -> list[Line]:
    """The harmless lines of the fairness tests, by what they are about, then the identity lines by group. Nothing is trained on them.

    A few of the first are so plain that the corpus has them too, or nearly: those are left out.
    """
    by_loudness = yaml.safe_load(IDENTITY_LINES.read_text("utf-8"))
    tested = [Line(f"{subject}-{n}", text, 0, group=subject) for subjects in by_loudness.values() for subject, texts in subjects.items() for n, text in enumerate(texts, 1)]
    lines = [*tested, *(replace(line, group=f"identity: {line.group}") for line in read_folder(IDENTITY))]
    copies = near_copies(lines, read_folder(CORPUS))
    return [line for line in lines if line.id not in copies]


def licences() -> dict[str, str]:
    """Source → licence."""
    return {source.name: source.licence for source in (*HARM, *HARMLESS, *HELD_OUT)}


def sample(lines: Sequence[T], quick: bool) -> Sequence[T]:
    """All lines, or a few, always the same."""
    return _some(lines, QUICK) if quick else lines


def _harmless(folder: Path, source: Source, part: str) -> list[Line]:
    with gzip.open(folder / f"{source.name}.jsonl.gz", "rt", encoding="utf-8") as rows:
        read = (json.loads(row) for row in rows)
        return [Line(row["id"], row["text"][:MOST_CHARACTERS], 0) for row in read if row["split"] == part and row["labels"] == ["benign"] and row.get("kind") != "term"]


def _some(lines: Sequence[T], most: int) -> Sequence[T]:
    return random.Random(SEED).sample(lines, most) if len(lines) > most else lines
