"""The public labelled texts that may teach shipped weights, and what each of their labels does and does not say.

A source whose licence asks that adaptations be shared alike is left out of training and kept for evaluation alone.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from heedful.detection.labelled import Line
from heedful.detection.values import THEMES

KEPT_APART_A_SOURCE = 4_000
MOST_CHARACTERS = 400


@dataclass(frozen=True)
class Source:
    """One file. `licence` as its README gives it; `least` is the severity that its label alone vouches for (0: not known).

    `is_school` where it is like what school work shows: its harmless lines set thresholds. Chatter, verse and advice do not: a
    few of their lines, called harmless by their source, are what a safeguarding lead would want to see.
    """

    name: str
    licence: str
    least: int = 0
    is_school: bool = False


HARM = (
    Source("harm_ailuminate", "CC BY 4.0", 3),
    Source("harm_requests", "MIT, Apache-2.0", 3),
    Source("harm_scored_model_text", "MIT", 2),
    Source("harm_cssrs_suicide_risk", "CC BY 4.0", 3),
    Source("harm_counselchat_questions", "MIT", 3),
    Source("harm_edos_sexism", "CC0-1.0", 2),
    Source("harm_hatemojibuild", "CC BY 4.0", 2),
    Source("harm_davidson_tweets", "MIT", 2),
    Source("harm_convabuse", "MIT and CC BY 4.0", 0),
)
HARMLESS = (
    Source("benign_openstax_textbooks", "CC BY 4.0", is_school=True),
    Source("benign_mmlu_school_questions", "MIT", is_school=True),
    Source("benign_medquad_health", "CC BY 4.0", is_school=True),
    Source("benign_gsm8k", "MIT", is_school=True),
    Source("benign_shakespeare", "public domain"),
    Source("benign_tldr_commands", "CC BY 4.0", is_school=True),
    Source("benign_clinc_queries", "CC BY 3.0", is_school=True),
    Source("benign_goemotions_comments", "CC BY 4.0"),
    Source("benign_sms_ham", "CC BY 4.0"),
    Source("benign_identity_templates", "Apache-2.0"),
    Source("benign_counselchat_answers", "MIT"),
)
# Never trained on: share-alike licences. The evaluation's ordinary school text and its simulated day are mixed from these.
HELD_OUT = (
    Source("benign_onestop_news", "CC BY-SA 4.0"),
    Source("benign_wikisplit", "CC BY-SA 4.0"),
    Source("benign_wellformedness_queries", "CC BY-SA 4.0"),
    Source("benign_nq_queries", "CC BY-SA 3.0"),
    Source("benign_stackoverflow_titles", "CC BY-SA 3.0 / 4.0"),
    Source("harm_stormfront", "CC BY-SA 3.0 ES"),
)
LABELS = {
    "suicide": "suicide", "self_harm": "self_harm", "eating_disorder": "eating_disorder", "bullying_harassment": "bullying",
    "hate": "discrimination", "hate_race": "discrimination", "hate_religion": "discrimination", "hate_lgbt": "discrimination",
    "hate_sexism": "discrimination", "hate_disability": "discrimination", "violence_threat": "violence", "weapons": "weapons",
    "sexual_explicit": "sexual_content", "grooming_exploitation": "sexual_exploitation", "drugs_alcohol": "drugs",
    "extremism_radicalisation": "extremism", "gambling": "gambling", "criminal_hacking_bypass": "bypass",
}  # fmt: skip
assert set(LABELS.values()) <= set(THEMES)  # a theme that is renamed must be renamed here


@dataclass(frozen=True, slots=True)
class Public:
    """One public text: `themes` that its label vouches for, `least` severity, or `is_harmless` in every theme."""

    id: str
    text: str
    source: str
    themes: tuple[str, ...]
    least: int
    is_harmless: bool
    is_hard: bool


def read_public(folder: Path, source: Source, *, part: str) -> Iterator[Public]:
    """The rows of one file's `train` or `dev` part whose labels a person gave; rows with weak labels or none are passed over."""
    with gzip.open(folder / f"{source.name}.jsonl.gz", "rt", encoding="utf-8") as rows:
        for raw in rows:
            row = json.loads(raw)
            if row["split"] != part or row.get("kind") == "term":
                continue
            is_harmless = row["labels"] == ["benign"]
            themes = tuple(dict.fromkeys(LABELS[label] for label in row["labels"] if label in LABELS))
            if is_harmless or themes:
                yield Public(row["id"], row["text"], source.name, themes, source.least, is_harmless, bool(row.get("hard")))


def harmless_to_fit(folder: Path) -> Iterator[Public]:
    """Harmless rows that models are fitted on: the train parts without what is kept apart."""
    return (row for source in HARMLESS for row in read_public(folder, source, part="train") if not is_kept_apart(row))


def ordinary_lines(folder: Path) -> Iterator[Line]:
    """Ordinary harmless text that no model is fitted on: thresholds are chosen by it, and one in 20,000 needs many lines."""
    for source in (source for source in HARMLESS if source.is_school):
        for row in read_public(folder, source, part="dev"):
            if sets_thresholds(row.id):
                yield Line(row.id, row.text[:MOST_CHARACTERS], 0)
        apart = (row for row in read_public(folder, source, part="train") if is_kept_apart(row))
        yield from (Line(row.id, row.text[:MOST_CHARACTERS], 0) for row in islice(apart, KEPT_APART_A_SOURCE))


def is_kept_apart(row: Public) -> bool:
    """A quarter of the rows of a train part, by the hash of their id."""
    return hashlib.sha256(row.id.encode()).digest()[0] < 64


def sets_thresholds(name: str) -> bool:
    """Whether a row of a harmless dev part does, by the hash of its id: one half; the other half is only evaluated on."""
    return hashlib.sha256(name.encode()).digest()[1] < 128
