"""A serious phrase that begins in the lines before and ends in the text; harmless neighbours are not joined to one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heedful.detection.across import LEAST_LEFT, MOST_AFTER, Joined
from heedful.detection.engine import assess
from heedful.detection.tests import small
from heedful.detection.values import Assessment, Observation

_words = ["i", "want", "to", "kill", "killed", "my", "self", "myself", "your", "yourself", "stab", "you", "laughing", "lol", "at fifa", "k", "y", "s", "meet me", "alone",
          "our secret", "d1e", "para", "cetamol", "overdose on", "💀", "🔪", "school", "bringing a knife", "...", "tonight", "the", "1"]  # fmt: skip
_lines = st.lists(st.sampled_from(_words), max_size=5).map(" ".join)
ACROSS = small.bundle().phrasing["across"]


def _assess(text: str, *before: str) -> Assessment:
    return assess(Observation(text, context_before=before), bundle=small.bundle())


@pytest.mark.parametrize("lines", [("i want to kill", "myself"), ("kill", "myself"), ("i", "want to", "die"), ("stab", "you"), ("take an", "overdose"), ("i w4nt to", "d.i.e")])
def test_each_line_alone_is_nothing_and_the_last_with_those_before_is_serious(lines: tuple[str, ...]) -> None:
    assert all(_assess(line).severity == 0 for line in lines)
    for count in range(1, len(lines)):
        assert (_assess(lines[count], *lines[:count]).severity >= LEAST_LEFT) is (count == len(lines) - 1)


def test_why_says_that_it_began_before_and_the_span_is_in_the_text() -> None:
    (finding,) = _assess("myself!", "i want to kill", "💀").findings
    assert finding.why == f"Says that they want to end their life. Starts at severity 5; {ACROSS}."
    assert "myself!"[finding.start : finding.end] == "myself"


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("i want to", "kill the boss in this level"),
        ("we have to kill", "the dragon with you"),
        ("i nearly killed", "myself laughing"),
        ("gonna kill", "you at fifa"),
        ("how do you kill", "time on a long train"),
        ("i am cutting", "the cake for myself"),
        ("got a knife", "and fork for the picnic"),
        ("who plays him", "die hard starts at nine"),
        ("its over", "the dose is on the label"),
        ("selling", "weed killer for the allotment"),
        ("you are", "worthless counters in this game"),
        ("suicide", "squad is on tonight"),
        ("i want to kill myself", "today"),
        ("goodbye", "everyone"),
        ("k", "thanks"),
    ],
)  # fmt: skip
def test_harmless_neighbours_are_no_worry(before: str, text: str) -> None:
    assert not [finding for finding in _assess(text, before).findings if ACROSS in finding.why]


@given(_lines, st.lists(_lines, max_size=6).map(tuple))
@settings(max_examples=500, deadline=None)
def test_lines_before_take_nothing_away_and_the_sieve_drops_nothing(text: str, before: tuple[str, ...]) -> None:
    found, alone = _assess(text, *before), _assess(text)
    assert found == assess(Observation(text, context_before=before), bundle=small.sieved())
    spans = {(finding.rule, finding.start, finding.end) for finding in found.findings}
    assert spans.issuperset((finding.rule, finding.start, finding.end) for finding in alone.findings)
    severities = {phrase.id: phrase.severity for phrase in small.bundle().phrases}
    across = [finding for finding in found.findings if ACROSS in finding.why]
    assert len({finding.theme for finding in across}) == len(across)
    for finding in across:
        assert severities[finding.rule] >= 4
        assert finding.severity >= LEAST_LEFT
        assert 0 <= finding.start < finding.end <= len(text)


def test_of_a_long_text_only_the_beginning_is_read_again() -> None:
    bundle = small.bundle()
    folded = bundle.folder.fold("myself " + "because " * 5000)
    joined = Joined.of(("i want to kill",), folded, bundle.reader.read(folded.view), bundle)
    assert joined is not None
    assert len(joined.tokens) == 1 + 4 + MOST_AFTER
    assert Joined.of((), folded, bundle.reader.read(folded.view), bundle) is None
