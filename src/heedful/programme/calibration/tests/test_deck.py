"""The deck covers every theme and age, in plain words, and names nobody."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import pytest

from heedful.programme.calibration.deck import Card, DeckName, cards_of, shipped_cards
from heedful.thresholds.rules import BANDS, SAFEGUARDING_FLOOR, THEMES

CARDS = tuple(shipped_cards().values())
SHORT = tuple(shipped_cards()[key] for key in cards_of(DeckName.SHORT))
# Words that may stand with a capital within a sentence: no name of a person is among them.
CAPITALS = {"I", "Year", "Mum", "Mummy", "Dad", "Grandad", "English", "PE", "PSHE", "VPN", "VPNs", "Friday", "Saturday", "Sunday", "Tuesday", "Muslim", "Jewish"}  # fmt: skip
# A word list, so that an ugly word is seen in review and not by a tired colleague.
GRAPHIC = ("blood", "razor", "noose", "overdose", "porn star", "rape", "corpse", "hang ")
SENTENCE_END = re.compile(r'(?<=[.?!])"? +(?=["A-Z])')


def sentences(card: Card) -> list[str]:
    return SENTENCE_END.split(card.text)


def grade_of_reading(text: str) -> float:
    """Flesch-Kincaid grade (Kincaid et al., 1975), syllables counted as groups of vowels."""
    words = re.findall(r"[A-Za-z']+", text)
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", word.lower().removesuffix("e")))) for word in words)
    return 0.39 * len(words) / len(re.findall(r"[.?!]", text)) + 11.8 * syllables / len(words) - 15.59


def test_every_theme_has_a_card_of_every_age() -> None:
    counts = Counter((card.theme, card.band) for card in CARDS)
    assert set(counts) == {(theme, band) for theme in THEMES for band in BANDS}
    assert len(CARDS) >= 72


def test_levels_run_from_one_to_five_over_the_deck() -> None:
    assert {level for card in CARDS for level in card.levels} == {1, 2, 3, 4, 5}
    assert [card.key for card in CARDS if not 1 <= len(card.levels) <= 2] == []


def test_no_card_is_there_twice() -> None:
    for field in ("key", "title", "text"):
        counts = Counter(getattr(card, field).lower() for card in CARDS)
        assert [text for text, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.key)
def test_a_card_is_short_plain_and_names_nobody(card: Card) -> None:
    assert 2 <= len(sentences(card)) <= 6
    assert 20 <= len(card.text.split()) <= 70
    assert len(card.title) <= 40
    assert grade_of_reading(card.text) <= 8
    within = re.findall(r"(?<=[a-z,;] )\"?([A-Z][A-Za-z]*)", card.text)
    assert set(within) <= CAPITALS
    assert [word for word in GRAPHIC if word in card.text.lower()] == []


def test_every_card_says_how_old_the_pupil_is() -> None:
    years = {"ks1": "12", "ks2": "3456", "ks3": "789", "ks4": "10 11", "ks5": "12 13"}
    told = {card.key: re.search(r"Year (\d+)", card.text) for card in CARDS}
    assert [key for key, year in told.items() if not year] == []
    assert [card.key for card in CARDS if (year := told[card.key]) and year[1] not in years[card.band]] == []


def test_minimal_pairs_share_a_theme_and_differ_in_how_serious_they_are() -> None:
    pairs: dict[str, list[Card]] = {}
    for card in CARDS:
        if card.pair:
            pairs.setdefault(card.pair, []).append(card)
    assert len(pairs) >= 8
    for name, (first, second) in pairs.items():
        assert first.theme == second.theme, name
        assert first.levels != second.levels, name


def test_the_short_deck_has_twenty_cards_over_every_theme_age_and_floor() -> None:
    assert len(SHORT) == 20
    assert {card.theme for card in SHORT} == set(THEMES)
    assert {card.theme for card in SHORT} >= SAFEGUARDING_FLOOR
    assert Counter(card.band for card in SHORT) == {"ks1": 2, "ks2": 4, "ks3": 6, "ks4": 5, "ks5": 3}


@pytest.mark.parametrize("deck", DeckName)
def test_two_cards_of_one_theme_never_follow_each_other_while_others_are_left(deck: DeckName) -> None:
    order = [shipped_cards()[key].theme for key in cards_of(deck)]
    assert [theme for theme, after in pairwise(order) if theme == after] == []
    assert Counter(cards_of(deck)).most_common(1)[0][1] == 1
