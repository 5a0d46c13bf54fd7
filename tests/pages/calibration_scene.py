"""A working group between two rounds of cards: one discussed, with a second sort; one that is being sorted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from heedful.people.actions import set_strands
from heedful.people.rules import Strand
from heedful.programme.calibration.actions import (
    add_own_card,
    finish_sort,
    open_results,
    open_round,
    save_answer,
    settle,
    sort_again,
    type_in,
)
from heedful.programme.calibration.deck import DeckName, shipped_cards
from heedful.programme.calibration.models import CalibrationRound
from tests.personas.people import Place

MEMBERS = {"dsl": Strand.SAFEGUARDING, "deputy": Strand.SAFEGUARDING, "behaviour_lead": Strand.BEHAVIOUR, "head": Strand.BEHAVIOUR, "technician": Strand.TECHNICAL}
# What the group says of a theme: most, then those who differ.
SAFE_NOW, SAFE, SAFE_WEEK = ("safeguarding", "now"), ("safeguarding", "today"), ("safeguarding", "week")
PASTORAL, PASTORAL_WEEK, BOTH, RECORD = ("behaviour", "today"), ("behaviour", "week"), ("both", "today"), ("record_only", "none")
USUAL = {
    "suicide": SAFE_NOW, "self_harm": SAFE, "eating_disorder": SAFE, "low_mood": SAFE_WEEK, "abuse_disclosure": SAFE_NOW, "sexual_exploitation": SAFE_NOW,
    "nudes": SAFE_NOW, "sexual_content": BOTH, "bullying": BOTH, "discrimination": PASTORAL_WEEK, "violence": PASTORAL, "weapons": SAFE_NOW, "drugs": SAFE,
    "criminal_exploitation": SAFE, "extremism": SAFE, "gambling": PASTORAL_WEEK, "bypass": PASTORAL_WEEK, "language": RECORD,
}  # fmt: skip
USUAL_OF_CARD = {"violence-ks4": SAFE_NOW, "violence-ks3": RECORD, "bypass-ks4": BOTH, "gambling-ks5": SAFE, "suicide-ks2": SAFE}
DIFFERS = {
    "behaviour_lead": {"bullying": PASTORAL, "drugs": PASTORAL, "sexual_content": PASTORAL, "low_mood": RECORD},
    "head": {"bullying": SAFE, "drugs": PASTORAL, "gambling": BOTH, "weapons": BOTH},
    "technician": {"bypass": PASTORAL_WEEK, "language": PASTORAL_WEEK, "bullying": PASTORAL_WEEK, "extremism": SAFE_WEEK},
    "deputy": {"self_harm": SAFE_WEEK, "discrimination": BOTH},
}


@dataclass(frozen=True)
class CalibrationScene:
    """What the pages are opened on."""

    cards_school: int
    discussed: int
    running: int
    talking_school: int
    talking: int


def set_calibration(place: Place, *, now: datetime, another: Place) -> CalibrationScene:
    """Three rounds: discussed and running here, being talked about in another school."""
    discussed = _round(place, now - timedelta(days=20), MEMBERS)
    _outside(place, discussed, now - timedelta(days=20))
    dsl = place.staff["dsl"]
    open_results(school=place.school, round_id=discussed, by=dsl, now=now - timedelta(days=19))
    sort_again(school=place.school, round_id=discussed, by=dsl, now=now - timedelta(days=19))
    _again(place, discussed, now - timedelta(days=19))
    settle(school=place.school, round_id=discussed, by=dsl, now=now - timedelta(days=19))
    add_own_card(
        school=place.school, theme="bypass", band="ks4", levels=(2, 3), title="The borrowed login", by=dsl, now=now,
        text="A pupil in Year 10 signs in with a name that a teacher left on the board. They open marks and close them again.",
    )  # fmt: skip
    running = _round(place, now - timedelta(hours=3), {key: strand for key, strand in MEMBERS.items() if key != "dsl"}, most=11)
    return CalibrationScene(place.school.pk, discussed, running, another.school.pk, _talking(another, now))


def _talking(place: Place, now: datetime) -> int:
    number = _round(place, now - timedelta(days=1), MEMBERS)
    open_results(school=place.school, round_id=number, by=place.staff["dsl"], now=now)
    return number


def _round(place: Place, now: datetime, members: dict[str, Strand], *, most: int = 0) -> int:
    """Everybody finishes, but where there is a `most` the last member, who stops there."""
    for key, strand in MEMBERS.items():
        set_strands(user=place.staff[key], school=place.school, strands=[strand], by=place.staff["dsl"], now=now)
    held = open_round(school=place.school, deck=DeckName.SHORT, with_own=False, by=place.staff["dsl"], now=now)
    last = list(members)[-1]
    for key in members:
        stops = most if key == last else 0
        for card in held.cards[: stops or None]:
            pile, urgency = _says(key, card)
            save_answer(school=place.school, round_id=held.pk, card=card, pile=pile, urgency=urgency, by=place.staff[key], now=now)
        if not stops:
            finish_sort(school=place.school, round_id=held.pk, by=place.staff[key], now=now)
    return held.pk


def _says(who: str, card: str) -> tuple[str, str]:
    return DIFFERS.get(who, {}).get(shipped_cards()[card].theme, _usual(card))


def _usual(card: str) -> tuple[str, str]:
    return USUAL_OF_CARD.get(card, USUAL[shipped_cards()[card].theme])


def _outside(place: Place, number: int, now: datetime) -> None:
    held = CalibrationRound.objects.get(pk=number)
    answers = {card: _usual(card) for card in held.cards}
    type_in(school=place.school, round_id=number, described_as="Parent governor", strand=None, answers=answers, by=place.staff["dsl"], now=now)


def _again(place: Place, number: int, now: datetime) -> None:
    """After the talk most come round; bullying stays open."""
    held = CalibrationRound.objects.get(pk=number)
    for key in MEMBERS:
        for card in held.second_cards:
            theme = shipped_cards()[card].theme
            pile, urgency = _says(key, card) if theme == "bullying" else _usual(card)
            save_answer(school=place.school, round_id=number, card=card, pile=pile, urgency=urgency, by=place.staff[key], now=now)
        finish_sort(school=place.school, round_id=number, by=place.staff[key], now=now)
