"""How a round of sorting goes, and how far its people agree: pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import TextChoices

from heedful.programme.agreement import Scale, krippendorff_alpha
from heedful.programme.calibration.deck import Card
from heedful.thresholds.rules import THEME_TITLES, THEMES, Urgency


class Pile(TextChoices):
    """Where a card is put. "Both" means that safeguarding owns it, and the lead lets behaviour know what it needs."""

    SAFEGUARDING = "safeguarding", "Safeguarding"
    BEHAVIOUR = "behaviour", "Behaviour"
    BOTH = "both", "Both"
    RECORD_ONLY = "record_only", "Record only"


PILE_HINTS = {
    Pile.SAFEGUARDING: "A child may need protection or help.",
    Pile.BEHAVIOUR: "It breaks a rule; the pastoral team deals with it.",
    Pile.BOTH: "Safeguarding owns it and tells behaviour what it needs.",
    Pile.RECORD_ONLY: "Nobody has to act.",
}


class Phase(TextChoices):
    SORTING = "sorting", "Everybody sorts alone"
    TALKING = "talking", "You talk about the cards that you differ on"
    SORTING_AGAIN = "sorting_again", "Everybody sorts those cards again, alone"
    SETTLED = "settled", "Discussed"


FIRST, SECOND = 1, 2  # the sorts of a round
# Lowest first, as ranks.
URGENCY_RANKS = {urgency: rank for rank, urgency in enumerate(reversed(Urgency))}
MOST_OUTSIDE = 10
FEWEST_CARDS_OF_THEME = 3


class CalibrationRefused(Exception):
    """This can't be done in this round; the text says why and what to do, for the page."""


@dataclass(frozen=True)
class Answer:
    """What one person said of one card."""

    pile: Pile
    urgency: Urgency


def answer_of(pile: str, urgency: str) -> Answer | None:
    """The answer from what was stored or sent; None while one half is missing or unknown. What is only recorded has no deadline."""
    if pile == Pile.RECORD_ONLY:
        return Answer(Pile.RECORD_ONLY, Urgency.NONE)
    if pile in Pile.values and urgency in Urgency.values:
        return Answer(Pile(pile), Urgency(urgency))
    return None


def agrees(answers: Sequence[Answer]) -> bool:
    """Whether at least two people sorted the card, and all put it on one pile."""
    return len(answers) > 1 and len({answer.pile for answer in answers}) == 1


def agrees_how_fast(answers: Sequence[Answer]) -> bool:
    return agrees(answers) and len({answer.urgency for answer in answers}) == 1


def urgency_steps(answers: Sequence[Answer]) -> int:
    """How far apart the fastest and the slowest answer are, in steps of urgency."""
    ranks = [URGENCY_RANKS[answer.urgency] for answer in answers]
    return max(ranks) - min(ranks) if ranks else 0


def is_disputed(answers: Sequence[Answer]) -> bool:
    """Whether the group should talk about it: different piles, or two steps between the fastest and the slowest."""
    return len(answers) > 1 and (not agrees(answers) or urgency_steps(answers) > 1)


def disagreement(answers: Sequence[Answer]) -> tuple[float, int]:
    """For sorting cards, most disputed first: the share outside the largest pile, then the steps of urgency."""
    if len(answers) < 2:
        return (0.0, 0)
    largest = max(Counter(answer.pile for answer in answers).values())
    return (1 - largest / len(answers), urgency_steps(answers))


Sorted = Mapping[str, Sequence[Answer | None]]  # by card: what each rater said, in one order of raters


@dataclass(frozen=True)
class Reliability:
    """Alpha of the piles and of the urgency, over these cards; None where nothing can be said."""

    title: str
    cards: int
    piles: float | None
    urgency: float | None
    says: str


def reliability(title: str, answers: Sequence[Sequence[Answer | None]]) -> Reliability:
    """Alpha on the nominal scale for the piles, on the ordinal for urgency."""
    piles = krippendorff_alpha([[answer and answer.pile for answer in unit] for unit in answers])
    ranks = [[URGENCY_RANKS[answer.urgency] if answer else None for answer in unit] for unit in answers]
    return Reliability(title, len(answers), piles, krippendorff_alpha(ranks, scale=Scale.ORDINAL), meaning(piles, answers))


def reliability_by_theme(cards: Sequence[Card], answers: Sorted) -> list[Reliability]:
    """One line per theme with enough cards to say anything."""
    found = []
    for theme in THEMES:
        units = [answers[card.key] for card in cards if card.theme == theme and card.key in answers]
        if len(units) >= FEWEST_CARDS_OF_THEME:
            found.append(reliability(THEME_TITLES[theme], units))
    return found


def meaning(alpha: float | None, answers: Sequence[Sequence[Answer | None]]) -> str:
    """Alpha in a plain sentence. The marks are K. Krippendorff's, "Content Analysis", 2nd ed. 2004, p. 241: 0.800, and 0.667 for tentative use."""
    if alpha is None:
        same = any(sum(answer is not None for answer in unit) > 1 for unit in answers)
        return "Everybody put every card on one pile, so there is nothing to measure." if same else "Too few answers to measure."
    if alpha >= 0.8:
        return "You mean the same by the words. The table can rest on this."
    if alpha >= 0.667:
        return "You mostly mean the same. Talk through the cards below before you rest a table on it."
    if alpha > 0:
        return "You often mean different things. That is usual at first: talk, and sort the disputed cards again."
    return "You agree no more than chance would. Talk first about what the two words mean in your school."
