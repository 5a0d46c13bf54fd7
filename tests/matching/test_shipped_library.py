"""The shipped library: large enough, and every phrase fires on its own hits and not on its own misses."""

from collections import Counter

import pytest

from heedful.commands.bundle import failures_of
from heedful.detection.bundle import Bundle
from heedful.detection.library import Library, read_library
from heedful.detection.shipped import load_shipped_bundle
from heedful.detection.values import THEMES

LEAST_IN_ALL, LEAST_IN_A_THEME = 1_350, 33  # phrases in English
LEAST_IN_ENGLISH = 4_000  # written patterns
LEAST_IN_A_LANGUAGE = 150  # written patterns in each other language


@pytest.fixture(scope="module")
def library() -> Library:
    return read_library()


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return load_shipped_bundle()


def test_it_is_large_enough(library: Library) -> None:
    counts = {theme.name: len(theme.phrases) for theme in library.themes if theme.language == "en"}
    assert set(counts) == set(THEMES)
    assert sum(counts.values()) >= LEAST_IN_ALL
    assert {name: count for name, count in counts.items() if count < LEAST_IN_A_THEME} == {}


def test_english_has_enough_patterns(library: Library) -> None:
    assert sum(len(phrase.say) for theme in library.themes if theme.language == "en" for phrase in theme.phrases) >= LEAST_IN_ENGLISH


def test_each_other_language_has_enough_patterns(library: Library) -> None:
    counts: Counter[str] = Counter()
    for theme in library.themes:
        counts[theme.language] += sum(len(phrase.say) for phrase in theme.phrases)
    assert set(counts) == {"ar", "bn", "cy", "en", "es", "fr", "pa", "pl", "pt", "ro", "so", "tr", "uk", "ur"}
    assert {language: count for language, count in counts.items() if count < LEAST_IN_A_LANGUAGE} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_hits_hit_and_misses_miss(theme: str, library: Library, bundle: Bundle) -> None:
    phrases = [phrase for one in library.themes if one.name == theme for phrase in one.phrases]
    assert [failure for phrase in phrases for failure in failures_of(phrase, bundle)] == []
