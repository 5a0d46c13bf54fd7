"""What the calibration's forms take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from heedful.people.rules import Strand
from heedful.programme.calibration.deck import BAND_TITLES, Card, DeckName
from heedful.programme.calibration.rules import Pile
from heedful.programme.working_group.forms import choice_field, text_field
from heedful.thresholds.rules import LEVELS, THEME_TITLES, Urgency

LEVEL_TITLES = {1: "1, noted", 2: "2, low", 3: "3, concern", 4: "4, serious", 5: "5, urgent"}
_LEVEL_CHOICES = [(str(level), LEVEL_TITLES[level]) for level in LEVELS]


class StartForm(forms.Form):
    """A round to begin."""

    deck = forms.ChoiceField(
        label="Which deck", choices=DeckName.choices, initial=DeckName.SHORT, widget=forms.RadioSelect,
        error_messages={"required": "Choose a deck.", "invalid_choice": "Choose a deck."},
    )  # fmt: skip
    with_own = forms.BooleanField(label="Add your own cards", required=False)


class OwnCardForm(forms.Form):
    """A vignette of the school's own."""

    title = text_field("Title", most=40, required="Give the card a title.", hint="Short, and without what to think of it.")
    text = text_field(
        "What was captured", most=500, required="Write what was captured.", rows=4,
        hint="Two to four sentences: where it was typed, what, and what is round it. Make it up. Name no pupil.",
    )  # fmt: skip
    theme = choice_field("Theme", [("", "Choose a theme"), *THEME_TITLES.items()], required="Choose a theme.")
    band = choice_field("Age", [("", "Choose an age"), *BAND_TITLES.items()], required="Choose an age.")
    level_from = choice_field(
        "How serious, from", _LEVEL_CHOICES, required="Choose a level.", hint="As Heedful or a colleague might grade it."
    )
    level_to = choice_field("to", _LEVEL_CHOICES, required="Choose a level.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        low, high = given.get("level_from"), given.get("level_to")
        if low and high and int(high) < int(low):
            self.add_error("level_to", "Choose a level that is not below the first.")
        return given

    def levels(self) -> tuple[int, int]:
        return int(self.cleaned_data["level_from"]), int(self.cleaned_data["level_to"])


@dataclass(frozen=True)
class PaperRow:
    """One card of a stack of paper, with both of its fields."""

    number: int
    card: Card
    pile: forms.BoundField
    urgency: forms.BoundField


class PaperForm(forms.Form):
    """The cards of somebody without an account, as they came back."""

    described_as = text_field(
        "Who sorted these cards",
        most=60,
        required="Say who sorted these cards.",
        hint="Their part, such as 'Parent governor'. Name no pupil.",
    )
    strand = choice_field("Which strand they stand for", [("", "None of the three"), *Strand.choices])

    def __init__(self, *args: Any, cards: Sequence[Card], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cards = cards
        for number, card in enumerate(cards, 1):
            self.fields[f"pile-{card.key}"] = choice_field(f"Card {number}: where", [("", "Left out"), *Pile.choices])
            self.fields[f"urgency-{card.key}"] = choice_field(f"Card {number}: how soon", [("", "Not said"), *Urgency.choices])

    def rows(self) -> list[PaperRow]:
        return [PaperRow(number, card, self[f"pile-{card.key}"], self[f"urgency-{card.key}"]) for number, card in enumerate(self.cards, 1)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for number, card in enumerate(self.cards, 1):
            pile, urgency = given.get(f"pile-{card.key}"), given.get(f"urgency-{card.key}")
            if pile and pile != Pile.RECORD_ONLY and not urgency:
                self.add_error(f"urgency-{card.key}", f"Card {number}: say how soon, or leave the card out.")
        return given

    def answers(self) -> dict[str, tuple[str, str]]:
        given = self.cleaned_data
        return {card.key: (given[f"pile-{card.key}"], given[f"urgency-{card.key}"]) for card in self.cards if given[f"pile-{card.key}"]}
