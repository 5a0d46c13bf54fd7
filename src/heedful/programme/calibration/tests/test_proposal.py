"""What a table is made of: the group's cards, their neighbours, and floors that no vote lowers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from heedful.programme.calibration.deck import DeckName, cards_of, shipped_cards
from heedful.programme.calibration.proposal import Cell, SortedCard, propose
from heedful.programme.calibration.rules import Answer, Pile
from heedful.thresholds.rules import BANDS, LEVELS, NOTHING, THEMES, Line, Route, Sureness, Urgency, breaks_floor, default_lines, strictest

BASE = default_lines()
SAFE_TODAY, SAFE_WEEK = Answer(Pile.SAFEGUARDING, Urgency.TODAY), Answer(Pile.SAFEGUARDING, Urgency.WEEK)
PASTORAL, RECORD = Answer(Pile.BEHAVIOUR, Urgency.WEEK), Answer(Pile.RECORD_ONLY, Urgency.NONE)
BOTH = Answer(Pile.BOTH, Urgency.TODAY)

answers = st.builds(Answer, st.sampled_from([Pile.SAFEGUARDING, Pile.BOTH, Pile.BEHAVIOUR]), st.sampled_from(Urgency)) | st.just(RECORD)
levels = st.tuples(st.integers(1, 5), st.integers(0, 1)).map(lambda pair: tuple(range(pair[0], min(5, pair[0] + pair[1]) + 1)))
sorted_cards = st.lists(
    st.builds(SortedCard, st.sampled_from(["A", "B", "C", "D"]), st.sampled_from(["nudes", "suicide", "bullying"]), st.sampled_from(BANDS), levels,
              st.lists(answers, max_size=5).map(tuple)),
    max_size=12, unique_by=lambda card: (card.title, card.theme, card.band),
)  # fmt: skip


def card(theme: str, level: int, said: Sequence[Answer], *, band: str = "ks3", title: str = "A card") -> SortedCard:
    return SortedCard(title, theme, band, (level,), tuple(said))


def cell_of(*cards: SortedCard, level: int, band: str = "ks3") -> Cell:
    return propose(cards, BASE)[cards[0].theme, level, band]


def test_what_all_said_is_agreed_and_names_its_card() -> None:
    cell = cell_of(card("bullying", 2, [PASTORAL] * 4), level=2)
    assert cell == Cell(Line(Route.BEHAVIOUR, Urgency.WEEK), Sureness.AGREED, "All 4 said behaviour, this week.", ("A card",), 1.0)


def test_two_thirds_lean_and_fewer_leave_it_to_a_person() -> None:
    leaning = cell_of(card("bullying", 3, [SAFE_TODAY, SAFE_TODAY, PASTORAL]), level=3)
    unsure = cell_of(card("bullying", 3, [SAFE_TODAY, SAFE_TODAY, PASTORAL, RECORD]), level=3)
    assert (leaning.sureness, leaning.line, leaning.says) == (
        Sureness.LEANING, Line(Route.SAFEGUARDING, Urgency.TODAY), "2 of 3 said safeguarding, same school day.",
    )  # fmt: skip
    assert (unsure.sureness, unsure.says) == (Sureness.UNSURE, "You were split: 2 of 4 were of one mind. Decide together.")


def test_one_person_is_no_group() -> None:
    assert cell_of(card("bullying", 2, [RECORD]), level=2).sureness == Sureness.UNSURE


def test_both_is_safeguarding_with_a_line_for_behaviour() -> None:
    cell = cell_of(card("bullying", 4, [BOTH, BOTH, SAFE_TODAY]), level=4)
    assert cell.line == Line(Route.SAFEGUARDING, Urgency.TODAY)
    assert cell.is_both
    assert cell.sureness == Sureness.AGREED
    assert cell.says.endswith("the lead may release a line to behaviour.")


def test_the_middle_urgency_counts_and_the_faster_where_two_are_in_the_middle() -> None:
    assert cell_of(card("bullying", 4, [SAFE_WEEK, SAFE_TODAY]), level=4).line.urgency == Urgency.TODAY
    far = [Answer(Pile.SAFEGUARDING, Urgency.NOW), SAFE_WEEK, SAFE_WEEK]
    assert cell_of(card("low_mood", 2, far), level=2).line.urgency == Urgency.WEEK
    assert cell_of(card("low_mood", 2, far), level=2).sureness == Sureness.LEANING


def test_a_split_between_record_only_and_safeguarding_takes_the_stricter() -> None:
    assert cell_of(card("low_mood", 3, [RECORD, SAFE_TODAY]), level=3).line.route == Route.SAFEGUARDING


def test_a_line_without_a_card_stays_as_it_is_and_says_so() -> None:
    cell = cell_of(card("bullying", 2, [PASTORAL] * 3), level=5)
    assert cell.line == BASE["bullying", 5, "ks3"]
    assert cell.sureness == Sureness.DEFAULT
    assert cell.share is None


def test_between_two_levels_sorted_alike_a_line_follows_them() -> None:
    two = (card("bullying", 2, [SAFE_TODAY] * 3, title="Low"), card("bullying", 4, [SAFE_TODAY] * 2, title="High"))
    cell = cell_of(*two, level=3)
    assert (cell.line, cell.sureness, cell.is_interpolated) == (Line(Route.SAFEGUARDING, Urgency.TODAY), Sureness.LEANING, True)
    assert cell.cards == ("High", "Low")


def test_between_two_ages_sorted_alike_a_line_follows_them() -> None:
    two = (card("drugs", 2, [SAFE_WEEK] * 3, band="ks2", title="Young"), card("drugs", 2, [SAFE_WEEK] * 3, band="ks4", title="Old"))
    cell = cell_of(*two, level=2, band="ks3")
    assert (cell.line, cell.is_interpolated) == (Line(Route.SAFEGUARDING, Urgency.WEEK), True)
    assert cell_of(*two, level=2, band="ks5").sureness == Sureness.DEFAULT


def test_a_line_is_no_stricter_than_a_higher_level_on_which_all_agreed() -> None:
    assert BASE["bullying", 3, "ks2"] == Line(Route.SAFEGUARDING, Urgency.TODAY)
    cell = cell_of(card("bullying", 4, [PASTORAL] * 3, band="ks2"), level=3, band="ks2")
    assert (cell.line, cell.sureness, cell.is_interpolated) == (Line(Route.BEHAVIOUR, Urgency.WEEK), Sureness.LEANING, True)


def test_what_is_gravest_is_loosened_by_a_person_and_not_by_a_count() -> None:
    for theme, level, said in (("bullying", 5, PASTORAL), ("suicide", 4, SAFE_TODAY), ("weapons", 4, RECORD)):
        cell = cell_of(card(theme, level, [said] * 4), level=level)
        assert (cell.line, cell.sureness) == (BASE[theme, level, "ks3"], Sureness.UNSURE)
        assert "That is lighter than now for something so serious" in cell.says
    assert cell_of(card("bullying", 4, [PASTORAL] * 4), level=4).sureness == Sureness.AGREED


def test_no_vote_lowers_a_floor() -> None:
    for theme, level in (("nudes", 1), ("weapons", 1), ("suicide", 3), ("self_harm", 3)):
        cell = cell_of(card(theme, level, [RECORD] * 5), level=level)
        assert cell.line == Line(Route.SAFEGUARDING, Urgency.WEEK)
        assert cell.sureness == Sureness.FLOOR
        assert cell.says.startswith("Stays with safeguarding: no vote lowers that.")


def test_a_lower_level_that_is_stricter_raises_the_higher_and_leaves_it_to_a_person() -> None:
    cell = cell_of(card("bullying", 2, [SAFE_TODAY] * 3, title="Low"), card("bullying", 4, [RECORD] * 3, title="High"), level=4)
    assert cell.line.route == Route.SAFEGUARDING
    assert cell.sureness == Sureness.UNSURE


def test_cards_of_one_level_that_were_sorted_differently_are_left_to_a_person() -> None:
    cell = cell_of(card("bullying", 3, [SAFE_TODAY] * 3, title="One"), card("bullying", 3, [RECORD] * 3, title="Two"), level=3)
    assert (cell.sureness, cell.line.route, cell.cards) == (Sureness.UNSURE, Route.SAFEGUARDING, ("One", "Two"))


def test_the_short_deck_is_enough_for_a_whole_table() -> None:
    cards = [
        SortedCard(c.title, c.theme, c.band, c.levels, (Answer(Pile.SAFEGUARDING, Urgency.NOW),) * 3)
        for c in map(shipped_cards().__getitem__, cards_of(DeckName.SHORT))
    ]
    cells = propose(cards, BASE)
    assert set(cells) == set(BASE)
    assert {theme for (theme, _, _), cell in cells.items() if cell.sureness == Sureness.AGREED} == set(THEMES)
    assert sum(cell.sureness in {Sureness.DEFAULT, Sureness.FLOOR} for cell in cells.values()) > 300


@settings(max_examples=60)
@given(sorted_cards)
def test_no_line_is_below_its_floor_and_none_laxer_than_a_lower_level(cards: list[SortedCard]) -> None:
    cells = propose(cards, BASE)
    assert set(cells) == set(BASE)
    for (theme, level, band), cell in cells.items():
        assert not breaks_floor(theme, level, cell.line)
        assert cell.line.route != Route.RECORD_ONLY or cell.line == NOTHING
        assert cell.says
        if level > 1:
            below = cells[theme, level - 1, band].line
            assert strictest([below, cell.line]) == cell.line


@settings(max_examples=60)
@given(sorted_cards, st.randoms(use_true_random=False))
def test_the_order_of_cards_and_answers_changes_nothing(cards: list[SortedCard], random: object) -> None:
    shuffled = [SortedCard(c.title, c.theme, c.band, c.levels, tuple(random.sample(c.answers, len(c.answers)))) for c in cards]  # type: ignore[attr-defined]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert propose(shuffled, BASE) == propose(cards, BASE)


def test_without_a_card_nothing_changes() -> None:
    cells = propose([], BASE)
    assert {key: cell.line for key, cell in cells.items()} == BASE
    assert all(
        strictest([BASE[theme, low, band], BASE[theme, high, band]]) == BASE[theme, high, band]
        for theme in THEMES
        for band in BANDS
        for low, high in pairwise(LEVELS)
    )
