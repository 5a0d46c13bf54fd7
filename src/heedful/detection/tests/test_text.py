"""Folding: a closed table, tokens that remember where they came from."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heedful.detection.foldtable import MARKS, build_fold_table, fold_sign
from heedful.detection.tests import small
from heedful.detection.text import Folder

FOLDER = Folder(build_fold_table(), "🔪")


def test_the_table_is_closed_under_itself() -> None:
    targets = build_fold_table()["to"]
    assert isinstance(targets, dict)
    assert [target for target in targets if FOLDER.fold(target).view != target] == []


def test_ascii_letters_and_digits_fold_only_to_their_own_lower_case() -> None:
    for sign in map(chr, range(128)):
        assert fold_sign(sign) == sign.lower() if sign.isalnum() else all(c in MARKS for c in fold_sign(sign))


@given(st.text(st.characters(), max_size=60))
def test_the_carried_table_folds_as_the_built_one(text: str) -> None:
    assert FOLDER.fold(text).view.replace("\0", "").replace("🔪", ".") == "".join(map(_folded, text))


def _folded(sign: str) -> str:
    return "." if unicodedata.category(sign) in ("Cn", "Co", "Cs") else fold_sign(sign)


@given(st.text(st.characters(), max_size=60))
def test_folding_what_was_folded_changes_nothing(text: str) -> None:
    view = FOLDER.fold(text).view.replace("\0", "")
    assert FOLDER.fold(view).view == view


@given(st.text(st.sampled_from("aB\u0301ßﬁ½’\u200b. 😀🔪é𝓴"), max_size=40))
def test_spans_point_at_signs_that_fold_to_the_token(text: str) -> None:
    folded = FOLDER.fold(text)
    for number, start, end, _ in small.bundle().reader.read(folded.view):
        first, last = folded.span(start, end)
        assert number >= 0
        assert 0 <= first < last <= len(text)
        assert folded.view[start:end].replace("\0", "") in FOLDER.fold(text[first:last]).view.replace("\0", "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don’t STOP", ["dont", "stop"]),
        ("straße ﬁre", ["strasse", "fire"]),
        ("кіll ⓚⓨⓢ 𝓴𝔂𝓼", ["kill", "kys", "kys"]),
        ("a🔪b 🔪🔪", ["a", "🔪", "b", "🔪", "🔪"]),
        ("word¹ 10² x½", ["word", "10", "x1", "2"]),
        ("🇰🇾🇸", ["kys"]),
        ("\ud83d \x00", []),
    ],
)
def test_words_of_a_text(text: str, words: list[str]) -> None:
    assert FOLDER.words(text) == words
