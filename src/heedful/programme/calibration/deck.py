"""The cards: fictional vignettes over all themes and age bands, and which of them make a short deck."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.db.models import TextChoices

from heedful.thresholds.rules import BANDS, LEVELS, THEME_TITLES, THEMES

_FOLDER = Path(__file__).parent / "vignettes"
_TAKEN = {"key", "band", "levels", "title", "text", "pair", "short"}
BAND_TITLES = {"ks1": "5 to 7", "ks2": "7 to 11", "ks3": "11 to 14", "ks4": "14 to 16", "ks5": "16 to 19"}


class DeckName(TextChoices):
    SHORT = "short", "Short deck: 20 cards, 15 minutes"
    FULL = "full", "Whole deck: every theme and age, about 70 minutes"


@dataclass(frozen=True)
class Card:
    """One vignette. `levels` is how serious the machine or a grader might call it; `pair` names cards that share words, not context."""

    key: str
    theme: str
    band: str
    levels: tuple[int, ...]
    title: str
    text: str
    pair: str = ""
    is_short: bool = False

    @property
    def theme_title(self) -> str:
        return THEME_TITLES[self.theme]

    @property
    def ages(self) -> str:
        return BAND_TITLES[self.band]


class DeckError(Exception):
    """A vignette is wrong; the text names the file, the card and every fault."""


@lru_cache(maxsize=1)
def shipped_cards() -> dict[str, Card]:
    """Heedful's own cards by key, by theme in the order of the table and by age within it. Raises DeckError that names every fault."""
    cards: dict[str, Card] = {}
    faults: list[str] = []
    for theme in THEMES:
        for row in yaml.safe_load((_FOLDER / f"{theme}.yaml").read_text("utf-8")):
            found = _faults(row, taken=cards)
            faults += [f"{theme}.yaml, card '{row.get('key', '?')}': {fault}" for fault in found]
            if not found:
                cards[row["key"]] = _card(theme, row)
    if faults:
        raise DeckError("; ".join(faults))
    return cards


def _faults(row: dict[str, Any], *, taken: dict[str, Card]) -> list[str]:
    found = [f"'{name}' is missing" for name in ("key", "band", "levels", "title", "text") if not row.get(name)]
    found += [f"'{name}' is unknown" for name in sorted(set(row) - _TAKEN)]
    if found:
        return found
    low, high = row["levels"]
    if row["band"] not in BANDS:
        found.append(f"band '{row['band']}' is none of {', '.join(BANDS)}")
    if not LEVELS[0] <= low <= high <= LEVELS[-1]:
        found.append(f"levels {low} to {high} do not go from 1 to 5")
    if row["key"] in taken:
        found.append("its key is taken")
    return found


def _card(theme: str, row: dict[str, Any]) -> Card:
    low, high = row["levels"]
    levels = tuple(range(low, high + 1))
    return Card(row["key"], theme, row["band"], levels, row["title"], row["text"].strip(), row.get("pair", ""), bool(row.get("short")))


def cards_of(deck: DeckName) -> tuple[str, ...]:
    """The keys of a deck, in the order in which it is sorted: never two of one theme in a row, so that each is judged for itself."""
    cards = [card for card in shipped_cards().values() if deck is DeckName.FULL or card.is_short]
    return tuple(card.key for card in apart(cards))


def apart(cards: list[Card]) -> list[Card]:
    """Deal the cards in rounds of one a theme. Two of one theme meet only where no other theme is left."""
    by_theme = {theme: [card for card in cards if card.theme == theme] for theme in THEMES}
    dealt: list[Card] = []
    while any(by_theme.values()):
        dealt += [left.pop(0) for left in by_theme.values() if left]
    return dealt
