"""Where the sieve is silent the exact way finds nothing."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from heedful.detection.engine import assess
from heedful.detection.library import read_library
from heedful.detection.tests import small
from heedful.detection.values import Observation

_examples = [text for theme in read_library(small.FOLDER).themes for phrase in theme.phrases for text in (*phrase.hits, *phrase.misses)]
_words = sorted({word for text in _examples for word in text.split()} | {"lol", "the", "homework", "k", "y", "s", "myslef", "sui", "cide", "😂"})
_disguised = st.sampled_from(_words).flatmap(
    lambda word: st.sampled_from(
        [word, word.upper(), ".".join(word), " ".join(word), "-".join(word), "\u200b".join(word), word.translate(str.maketrans("ieas", "1345")),
         word.translate(str.maketrans("is", "!$")), word[:1] + "*" + word[2:], word + word[-1] * 3, word[:2] + "-" + word[2:], word[:2] + " " + word[2:],
         word[:2] + "!" + word[2:], word.translate(str.maketrans("aeo", "аео")), f"({word}!", f"${word}"]
    )
)  # fmt: skip
_texts = st.lists(_disguised | st.sampled_from(_examples) | st.text(max_size=3), max_size=8).flatmap(
    lambda words: st.sampled_from([" ", " ", ", ", "", "\n", "..", "!"]).map(lambda between: between.join(words))
)


@given(_texts)
@example("k ! l l myself")
@example("a kill . you")
@settings(max_examples=500, deadline=None)
def test_silent_sieve_means_no_finding(text: str) -> None:
    sieved = assess(Observation(text), bundle=small.sieved())
    assert sieved == assess(Observation(text), bundle=small.bundle())


@given(st.text(st.characters(), max_size=80))
@settings(max_examples=200, deadline=None)
def test_sieve_agrees_on_any_text(text: str) -> None:
    assert assess(Observation(text), bundle=small.sieved()) == assess(Observation(text), bundle=small.bundle())


@given(st.text(st.sampled_from("aihkysl .,-'!0134@*\n"), max_size=40), st.sampled_from(_words), st.sampled_from(_examples))
@settings(max_examples=500, deadline=None)
def test_sieve_agrees_on_signs_round_words(signs: str, word: str, example_text: str) -> None:
    cut = len(signs) // 2
    text = f"{signs[:cut]}{word}{signs[cut:]} {example_text}{signs[:cut]}"
    assert assess(Observation(text), bundle=small.sieved()) == assess(Observation(text), bundle=small.bundle())


@given(st.text(st.sampled_from("aei.-,0134"), min_size=1, max_size=3), st.data())
@settings(max_examples=500, deadline=None)
def test_word_cut_by_marks_or_digits_is_seen_alone(sign: str, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(sorted(small.bundle().reader.lexicon.evasion)))
    place = data.draw(st.integers(0, len(word)))
    text = f"the {word[:place]}{sign}{word[place + data.draw(st.integers(0, 1)) :]} here"
    assert _is_silent_only_where_nothing_matches(text)


def _is_silent_only_where_nothing_matches(text: str) -> bool:
    bundle = small.bundle()
    sieve = small.sieved().sieve
    assert sieve is not None
    tokens = bundle.reader.read(bundle.folder.fold(text).view)
    return sieve.may_hit(text) or not bundle.phrase_walker.has_match([token[0] for token in tokens])


@pytest.mark.parametrize("text", ["i want to kill myslef", "kil myself", "kill myslef tonihgt", "myslef kill myself"])
def test_misspelt_words_are_read_as_what_they_mean(text: str) -> None:
    assert _is_silent_only_where_nothing_matches(text)


@pytest.mark.parametrize("long", ["x" * 20, "x" * 500])
def test_company_beyond_long_words_is_still_met(long: str) -> None:
    assert _is_silent_only_where_nothing_matches(f"kill {long} you")
    assert _is_silent_only_where_nothing_matches(f"i {long} will {long} kill {long} you {long} tonight")


def test_sieve_is_silent_for_harmless_prose() -> None:
    sieve = small.sieved().sieve
    assert sieve is not None
    assert not sieve.may_hit("The cat sat on the well-known mat, e.g. in the U.K., for 3.50 or so.")
