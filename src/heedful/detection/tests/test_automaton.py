"""The automaton finds what the naive way finds, gaps and edges of the text included."""

from hypothesis import given
from hypothesis import strategies as st

from heedful.detection import automaton
from heedful.detection.patterns import Choice, Gap, Part, Series, Word, sequences

NUMBERS = {"<": automaton.START, ">": automaton.END, "a": 3, "b": 4, "c": 5}
_words = st.sampled_from("abc").map(Word)
_parts = st.recursive(
    _words | st.integers(1, 2).map(Gap),
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(lambda parts: Choice((*parts, Series(())))) | st.lists(inner, max_size=3).map(lambda p: Series(tuple(p))),
    max_leaves=5,
)


@st.composite
def _patterns(draw: st.DrawFn) -> Series:
    """Begins and ends with a word, as every pattern of a library does."""
    middle = draw(st.lists(_parts, max_size=2))
    edges = draw(st.sampled_from([(), ("<",), (">",), ("<", ">")]))
    ends = [Word(e) for e in edges if e == "<"], [Word(e) for e in edges if e == ">"]
    return Series((*ends[0], draw(_words), *middle, draw(_words), *ends[1]))


def _naive(patterns: list[Series], text: list[int]) -> set[tuple[int, int, int]]:
    padded = [automaton.START, *text, automaton.END]
    found = set()
    for target, tree in enumerate(patterns):
        for sequence in sequences(tree):
            for start in range(len(padded) - len(sequence) + 1):
                piece = padded[start : start + len(sequence)]
                if all(_stands_for(word, number) for word, number in zip(sequence, piece, strict=True)):
                    found.add((target, max(start - 1, 0), min(start + len(sequence) - 1, len(text))))
    return found


def _stands_for(word: str, number: int) -> bool:
    return number not in (automaton.START, automaton.END) if word == "~" else NUMBERS[word] == number


@given(st.lists(_patterns(), min_size=1, max_size=4), st.lists(st.sampled_from([0, 3, 4, 5]), max_size=10))
def test_walk_finds_what_the_naive_way_finds(patterns: list[Part], text: list[int]) -> None:
    builder = automaton.Builder(NUMBERS)
    for target, tree in enumerate(patterns):
        builder.add(tree, target)
    walker = automaton.Walker(automaton.load(builder.columns()))
    spans = walker.spans(text)
    assert {(target, *span) for target, found in spans.items() for span in found} == _naive(patterns, text)
    assert all(len(found) == len(set(found)) for found in spans.values())
    assert walker.has_match(text) == bool(spans)
    assert walker.spans(text, range(len(text))) == spans


def test_long_alternatives_are_not_multiplied_out() -> None:
    words = tuple(Word(f"w{i}") for i in range(40))
    builder = automaton.Builder({word.text: place for place, word in enumerate(words, automaton.FIRST_WORD)})
    builder.add(Series((Choice(words), Gap(2), Choice(words), Choice(words))), 0)
    assert len(builder.columns()["children"]) < 10  # nodes, for 192,000 sequences
