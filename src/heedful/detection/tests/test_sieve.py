"""Where the sieve is silent the exact way finds nothing."""

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


def test_sieve_is_silent_for_harmless_prose() -> None:
    sieve = small.sieved().sieve
    assert sieve is not None
    assert not sieve.may_hit("The cat sat on the well-known mat, e.g. in the U.K., for 3.50 or so.")
