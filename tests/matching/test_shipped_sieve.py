"""The shipped library's sieve: it lets through whatever phrases match in the exact way, repaired or not."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from heedful.detection.library import read_library
from heedful.detection.shipped import is_built, load_shipped_bundle, write_built
from heedful.detection.spelling import plain_slips
from heedful.detection.strewn import spans_over
from tests.matching.mixtures import mixture

_LINES = Path(__file__).parents[2] / "src" / "heedful" / "detection" / "tests" / "recall_lines.yaml"
_CUTS = ["-", ".", ",", "--", ".-", "...", "0", "1", "3", "4", "!", "$", " - ", "(", '" ', "’", " "]


@pytest.fixture(scope="module")
def is_missed() -> Callable[[str], bool]:
    """Whether the sieve is silent on a text in which a phrase matches, over emoji too. No caller asks for more (engine.look)."""
    if not is_built():
        write_built()
    load_shipped_bundle.cache_clear()  # another test may have loaded the library before it was built
    bundle = load_shipped_bundle()
    sieve = bundle.sieve
    assert sieve is not None

    def missed(text: str) -> bool:
        numbers = [token[0] for token in bundle.reader.read(bundle.folder.fold(text).view)]
        return bool(spans_over(bundle.phrase_walker, numbers, bundle.emoji)) and not sieve.may_hit(text)

    return missed


@pytest.fixture(scope="module")
def examples() -> list[str]:
    return [text for theme in read_library().themes for phrase in theme.phrases for text in (*phrase.hits, *phrase.misses)]


def test_no_example_of_the_library_is_missed(is_missed: Callable[[str], bool], examples: list[str]) -> None:
    assert [text for text in examples if is_missed(text)] == []


def test_no_recall_line_is_missed(is_missed: Callable[[str], bool]) -> None:
    assert [text for text in _strings(yaml.safe_load(_LINES.read_text("utf-8"))) if is_missed(text)] == []


def test_no_mixture_is_missed(is_missed: Callable[[str], bool], examples: list[str]) -> None:
    random = Random(11)
    assert [text for text in (mixture(random, examples) for _ in range(5000)) if is_missed(text)] == []


@given(st.data())
@settings(max_examples=500, deadline=None)
def test_nothing_cut_and_spliced_is_missed(is_missed: Callable[[str], bool], examples: list[str], data: st.DataObject) -> None:
    first, second = data.draw(st.sampled_from(examples)), data.draw(st.sampled_from(examples))
    start, place = data.draw(st.integers(0, len(first))), data.draw(st.integers(0, len(second)))
    skipped = data.draw(st.integers(0, 1))
    text = f"{first[start:]}{data.draw(st.sampled_from(_CUTS))}{second[:place]}{data.draw(st.sampled_from(_CUTS))}{second[place + skipped :]}"
    assert not is_missed(text)


def _strings(part: object) -> list[str]:
    if isinstance(part, str):
        return [part]
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return [text for one in inner for text in _strings(one)]


def test_no_slip_of_a_word_of_a_phrase_is_missed(is_missed: Callable[[str], bool], examples: list[str]) -> None:
    random = Random(12)

    def slipped(text: str) -> str:
        words = text.split()
        place = random.randrange(len(words))
        words[place] = random.choice([words[place], *plain_slips(words[place].lower())])
        return " ".join(words)

    assert [text for text in map(slipped, random.choices(examples, k=5000)) if is_missed(text)] == []
