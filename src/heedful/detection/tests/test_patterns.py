"""The pattern language: what each sign means, and what a slip is told."""

import pytest

from heedful.detection.foldtable import build_fold_table
from heedful.detection.patterns import PatternError, WordForms, count, inflect, read_pattern, sequences
from heedful.detection.text import Folder

FORMS = WordForms(
    Folder(build_fold_table(), "🔪").words,
    {"i": ["i", "im"], "want": ["want to", "wanna"], "loop": ["{loop}"]},
    {"die": ["die", "died", "dying"]},
)


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [
        ("Kill", {"kill"}),
        ("(a|b c) d", {"a d", "b c d"}),
        ("((a|b)|c) d", {"a d", "b d", "c d"}),
        ("x [a|b] y", {"x a y", "x b y", "x y"}),
        ("{i} {want} go", {"i want to go", "i wanna go", "im want to go", "im wanna go"}),
        ("die+ now", {"die now", "died now", "dying now"}),
        ("stab+ u", {"stab u", "stabs u", "stabbed u", "stabbing u", "stabbin u"}),
        ("a ~2 b", {"a b", "a ~ b", "a ~ ~ b"}),
        ("< kys >", {"< kys >"}),
        ("got 🔪🔪", {"got 🔪 🔪"}),
        ("self-harm don't", {"self harm dont"}),
    ],
)
def test_a_pattern_means(pattern: str, meant: set[str]) -> None:
    tree = read_pattern(pattern, FORMS)
    assert {" ".join(sequence) for sequence in sequences(tree)} == meant
    assert count(tree) == len(meant)


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("", "is empty"),
        ("(a|b", "lacks a closing ')'"),
        ("a ) b", "has a stray ')'"),
        ("a|b", "has '|' outside brackets; write (a|b)"),
        ("(a|b)c", "needs a space before 'c'"),
        ("a ()", "has an empty choice in '('"),
        ("~2 a", "begins or ends with a gap in one of its readings"),
        ("a (b|c ~1)", "begins or ends with a gap in one of its readings"),
        ("[a] [b]", "can be met by nothing at all"),
        ("a ~9 b", "has the gap '~9'; write ~1 to ~5"),
        ("{wnat} x", "unknown word class 'wnat'; did you mean 'want'?"),
        ("{loop}", "word class 'loop' contains itself"),
        ("a & b", "has '&', which folds to nothing"),
        ("self-harm+", "inflects 'self-harm+', which folds to several words"),
        ("a < b", "'<' may only stand first and '>' only last"),
        (" ".join("abcdefghijklmnopq"), "is up to 17 words long, gaps counted; at most 16"),
    ],
)
def test_a_slip_is_told(pattern: str, told: str) -> None:
    with pytest.raises(PatternError) as caught:
        read_pattern(pattern, FORMS)
    assert str(caught.value) == told


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("kill", "kill kills killed killing killin"),
        ("hate", "hate hates hated hating hatin"),
        ("cry", "cry cries cried crying cryin"),
        ("punch", "punch punches punched punching punchin"),
        ("rob", "rob robs robbed robbing robbin"),
        ("free", "free frees freed freeing freein"),
        ("text", "text texts texted texting textin"),
    ],
)
def test_regular_inflections(word: str, forms: str) -> None:
    assert inflect(word) == forms.split()
