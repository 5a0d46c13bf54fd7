"""When people agree on a card, and what is said of how far they agree."""

from __future__ import annotations

import pytest

from heedful.programme.calibration.deck import shipped_cards
from heedful.programme.calibration.rules import (
    Answer,
    Pile,
    agrees,
    agrees_how_fast,
    answer_of,
    disagreement,
    is_disputed,
    meaning,
    reliability,
    reliability_by_theme,
)  # fmt: skip
from heedful.thresholds.rules import Urgency

NOW, TODAY, WEEK = (Answer(Pile.SAFEGUARDING, urgency) for urgency in (Urgency.NOW, Urgency.TODAY, Urgency.WEEK))
PASTORAL, BOTH = Answer(Pile.BEHAVIOUR, Urgency.TODAY), Answer(Pile.BOTH, Urgency.TODAY)


def test_what_is_only_recorded_has_no_deadline() -> None:
    assert answer_of("record_only", "") == answer_of("record_only", "now") == Answer(Pile.RECORD_ONLY, Urgency.NONE)


@pytest.mark.parametrize(("pile", "urgency"), [("", "now"), ("behaviour", ""), ("elsewhere", "now"), ("behaviour", "soon")])
def test_half_an_answer_is_none(pile: str, urgency: str) -> None:
    assert answer_of(pile, urgency) is None


@pytest.mark.parametrize(
    ("answers", "agree", "fast", "disputed"),
    [
        ((), False, False, False),
        ((NOW,), False, False, False),
        ((TODAY, TODAY), True, True, False),
        ((TODAY, WEEK), True, False, False),
        ((NOW, WEEK), True, False, True),  # two steps apart
        ((TODAY, BOTH), False, False, True),
        ((TODAY, TODAY, PASTORAL), False, False, True),
    ],
)
def test_a_card_is_agreed_or_to_be_talked_about(answers: tuple[Answer, ...], agree: bool, fast: bool, disputed: bool) -> None:
    assert (agrees(answers), agrees_how_fast(answers), is_disputed(answers)) == (agree, fast, disputed)


def test_the_most_disputed_card_comes_first() -> None:
    cards = [(TODAY, TODAY), (TODAY, TODAY, TODAY, PASTORAL), (TODAY, PASTORAL), (NOW, WEEK)]
    assert sorted(cards, key=disagreement, reverse=True) == [cards[2], cards[1], cards[3], cards[0]]


@pytest.mark.parametrize(
    ("alpha", "begins"),
    [
        (0.95, "You mean the same"),
        (0.8, "You mean the same"),
        (0.7, "You mostly"),
        (0.2, "You often"),
        (0.0, "You agree no more"),
        (-0.3, "You agree no more"),
    ],
)
def test_alpha_is_said_in_a_plain_sentence(alpha: float, begins: str) -> None:
    assert meaning(alpha, []).startswith(begins)


def test_without_a_measure_the_reason_is_said() -> None:
    assert reliability("All", [[TODAY, TODAY]] * 3).says.startswith("Everybody put every card on one pile")
    assert reliability("All", [[TODAY, None]] * 3).says == "Too few answers to measure."


def test_urgency_is_measured_in_steps() -> None:
    near, far = ([[TODAY, other], [WEEK, WEEK], [NOW, NOW]] for other in (WEEK, Answer(Pile.SAFEGUARDING, Urgency.NONE)))
    nearer, further = reliability("All", near).urgency, reliability("All", far).urgency
    assert nearer is not None
    assert further is not None
    assert nearer > further


def test_a_theme_is_measured_from_three_cards_on() -> None:
    cards = list(shipped_cards().values())
    nudes = [card for card in cards if card.theme == "nudes"]
    few = {card.key: [TODAY, TODAY] for card in cards if card.theme == "gambling" and card.band in {"ks1", "ks2"}}
    lines = reliability_by_theme(cards, {card.key: [TODAY, BOTH] for card in nudes} | few)
    assert [(line.title, line.cards) for line in lines] == [("Nudes", 5)]
