"""The corpus is what the model card says of it, and the challenge set stands apart from it."""

import hashlib
from pathlib import Path

import pytest

from evaluation.sources import IDENTITY, identity_lines
from heedful.detection.labelled import Line, read_folder, read_lines
from heedful.detection.values import THEMES
from training.corpora import CORPUS, calibration_lines, fitting_lines
from training.near import near_copies
from training.public import HARM, HARMLESS, HELD_OUT

CHALLENGE = Path(__file__).parents[2] / "evaluation" / "challenge"
CORPUS_LINES = read_folder(CORPUS)
CHALLENGE_LINES = read_folder(CHALLENGE)


def test_the_corpus_has_the_lines_that_it_should() -> None:
    worrying = [line for line in CORPUS_LINES if line.severity >= 3]
    assert len(CORPUS_LINES) >= 8000
    assert {line.theme for line in worrying} == set(THEMES)
    assert sum(not line.keyword for line in worrying) >= len(worrying) / 3


def test_no_id_stands_twice() -> None:
    ids = [line.id for line in (*CORPUS_LINES, *CHALLENGE_LINES)]
    assert len(set(ids)) == len(ids)


def test_a_block_is_never_cut_in_two() -> None:
    assert not {line.block for line in fitting_lines()} & {line.block for line in calibration_lines()}


def test_the_challenge_set_has_the_lines_that_it_should() -> None:
    worrying, harmless = read_lines(CHALLENGE / "worrying.jsonl"), read_lines(CHALLENGE / "harmless.jsonl")
    assert len(worrying) >= 1500
    assert all(line.severity >= 3 for line in worrying)
    assert sum(line.severity == 5 for line in worrying) >= 150
    assert sum(not line.keyword for line in worrying) >= 500
    assert len(harmless) >= 6000
    assert all(line.severity == 0 for line in harmless)


def test_each_of_the_languages_has_thirty_worrying_lines() -> None:
    lines = read_lines(CHALLENGE / "languages.jsonl")
    counts = {language: sum(line.language == language and line.severity >= 3 for line in lines) for language in {line.language for line in lines}}
    assert len(counts) == 13
    assert min(counts.values()) >= 30, counts


def test_the_challenge_set_is_the_one_whose_hash_was_committed() -> None:
    """Each file's hash, as `sha256sum` writes it. The set is never changed: a new one would get a new name."""
    named = {name: digest for digest, name in (row.split("  ") for row in (CHALLENGE / "SHA256SUMS").read_text().splitlines())}
    assert named == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in CHALLENGE.glob("*.jsonl")}


def test_no_line_of_the_corpus_is_a_near_copy_of_one_of_the_challenge_set() -> None:
    assert near_copies(CORPUS_LINES, CHALLENGE_LINES) == {}


def test_no_line_of_the_corpus_is_a_near_copy_of_one_that_fairness_is_measured_on() -> None:
    """Of the identity lines none at all; of the fairness tests' own lines the evaluation leaves out the few that are."""
    assert near_copies(CORPUS_LINES, read_folder(IDENTITY)) == {}
    asked = identity_lines()
    assert near_copies(CORPUS_LINES, asked) == {}
    assert len({line.id for line in asked}) == len(asked) >= 1_100


@pytest.mark.parametrize(
    ("text", "other", "is_near"),
    [
        ("gave my hamster to ellie today for good", "Gave my hamster to Ellie today, for good!", True),
        ("gave my hamster to ellie today for good", "gave my hamster to ellie today for ever", True),
        ("gave my hamster to ellie today for good", "my hamster bit ellie so i gave her a plaster", False),
        ("kys", "kms", False),
    ],
)
def test_a_near_copy_is_told(text: str, other: str, is_near: bool) -> None:
    assert bool(near_copies([Line("a", text, 0)], [Line("b", other, 0)])) == is_near


def test_what_is_trained_on_may_be_shipped() -> None:
    assert all("SA" not in source.licence for source in (*HARM, *HARMLESS))
    assert not {source.name for source in (*HARM, *HARMLESS)} & {source.name for source in HELD_OUT}


def test_nothing_that_makes_weights_or_rules_names_the_challenge_set() -> None:
    root = CHALLENGE.parents[1]
    files = [*(root / "training").rglob("*.py"), *(root / "src" / "heedful" / "detection").rglob("*.py")]
    assert files
    assert [str(path.relative_to(root)) for path in files if "challenge" in path.read_text("utf-8")] == []
