"""Reading a library: every fault of every file at once, with the place and the way out."""

from pathlib import Path

import pytest

from heedful.detection.compiler import compile_library
from heedful.detection.library import LibraryError, read_library

THEME = """
theme: suicide
title: Suicide
four_cs: [content]
definition: One sentence.
guidance: Go to the child.
phrases:
  - id: suicide.kms
    say: [{say}]
    severity: {severity}
    person: first
    intent: disclosure
    meaning: Says it.
    context: [{context}]
    hits: ["kms"]
"""
CONTEXTS = "- {id: fiction, meaning: Stories., say: [story]}\n"


def _written(folder: Path, *, say: str = "kms", severity: str = "5", context: str = "", words: str = "") -> Path:
    (folder / "en").mkdir()
    (folder / "en" / "suicide.yaml").write_text(THEME.format(say=say, severity=severity, context=context))
    (folder / "en" / "contexts.yaml").write_text(CONTEXTS)
    (folder / "en" / "words.yaml").write_text(words)
    return folder


def _faults(folder: Path) -> list[str]:
    with pytest.raises(LibraryError) as caught:
        compile_library(read_library(folder))
    return [fault.replace(f"{folder.name}/", "library/") for fault in caught.value.faults]


def test_a_sound_library_compiles(tmp_path: Path) -> None:
    assert compile_library(read_library(_written(tmp_path)))["phrases"][0]["id"] == "suicide.kms"


def test_an_unknown_context_class_is_told_with_the_nearest(tmp_path: Path) -> None:
    context = "{when: [fictoin], within: 3, lower: 1, why: story}"
    assert _faults(_written(tmp_path, context=context)) == [
        "library/en/suicide.yaml, phrase 'suicide.kms': unknown context class 'fictoin'; did you mean 'fiction'?"
    ]


def test_all_faults_are_told_together(tmp_path: Path) -> None:
    context = "{when: [fiction], lower: 9, why: story, unles: [fiction]}"
    assert _faults(_written(tmp_path, severity="7", context=context)) == [
        "library/en/suicide.yaml, phrase 'suicide.kms': 'severity' is 7; a whole number from 1 to 5",
        "library/en/suicide.yaml, phrase 'suicide.kms', context: unknown key 'unles'; did you mean 'unless'?",
        "library/en/suicide.yaml, phrase 'suicide.kms', context: 'lower' is 9; a whole number from 1 to 4",
        "library/en/suicide.yaml, phrase 'suicide.kms', context: needs exactly one of 'within', 'before' and 'after' (a number of tokens)",
    ]


def test_a_pattern_s_fault_names_the_phrase(tmp_path: Path) -> None:
    assert _faults(_written(tmp_path, say='"(kms"')) == [
        "library/en/suicide.yaml, phrase 'suicide.kms': the pattern '(kms' lacks a closing ')'"
    ]


def test_identity_words_alone_are_refused(tmp_path: Path) -> None:
    faults = _faults(_written(tmp_path, say='"[so] (gay|stupid)"', words="identity: [gay, so]"))
    assert faults == [
        "library/en/suicide.yaml, phrase 'suicide.kms': a pattern can be met by identity words alone; what people are is never a concern"
    ]


def test_a_word_that_yaml_reads_as_yes_or_no_must_be_quoted(tmp_path: Path) -> None:
    assert _faults(_written(tmp_path, words="plain: [a, no]")) == ["library/en/words.yaml, plain: 'plain' holds False; quote it"]


def test_a_key_that_stands_twice_is_told(tmp_path: Path) -> None:
    faults = _faults(_written(tmp_path, words="plain: [a]\nplain: [b]"))
    assert faults[0].startswith("library/en/words.yaml: is not YAML: the key 'plain' stands twice")


def test_an_id_that_stands_twice_is_told(tmp_path: Path) -> None:
    folder = _written(tmp_path)
    text = (folder / "en" / "suicide.yaml").read_text()
    (folder / "en" / "suicide.yaml").write_text(text + text[text.index("  - id") :])
    assert _faults(folder) == [
        "library/en/suicide.yaml, phrase 'suicide.kms': the id stands a second time, first in library/en/suicide.yaml"
    ]


def test_a_phrase_outside_its_theme_is_told(tmp_path: Path) -> None:
    folder = _written(tmp_path)
    path = folder / "en" / "suicide.yaml"
    path.write_text(path.read_text().replace("suicide.kms", "violence.kms"))
    assert _faults(folder) == ["library/en/suicide.yaml, phrase 'violence.kms': the id is not 'suicide.words-with-hyphens'"]


def test_context_entries_may_be_lists_left_by_an_anchor(tmp_path: Path) -> None:
    context = "[{when: [fiction], within: 3, lower: 1, why: a}, {when: [fiction], after: 3, cap: 1, why: b}]"
    library = read_library(_written(tmp_path, context=context))
    assert [rule.why for rule in library.themes[0].phrases[0].context] == ["a", "b"]
