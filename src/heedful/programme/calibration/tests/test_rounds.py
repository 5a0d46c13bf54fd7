"""A round from its first card to the draft: who may say what, when, and who sees it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from heedful.audit.models import Entry
from heedful.people.actions import set_strands
from heedful.people.models import User
from heedful.people.rules import NotFound, Strand
from heedful.programme.calibration import actions
from heedful.programme.calibration.deck import DeckName, shipped_cards
from heedful.programme.calibration.models import CalibrationRound, CardAnswer, OwnCard, Sorter
from heedful.programme.calibration.needs import NEEDS
from heedful.programme.calibration.queries.results import round_page
from heedful.programme.calibration.queries.rounds import cards_of_round, proposal_of, round_of, sorting_page
from heedful.programme.calibration.rules import CalibrationRefused, Phase
from heedful.programme.needs import State
from heedful.thresholds.models import ThresholdDraft, ThresholdVersion
from heedful.thresholds.rules import Sureness
from tests.personas.people import Place

NOW = timezone.now()
Sorts = Callable[..., None]


@pytest.fixture
def group(larkfield: Place) -> Place:
    """The lead, the behaviour lead and the technician stand for the three strands."""
    for key, strand in (("dsl", Strand.SAFEGUARDING), ("behaviour_lead", Strand.BEHAVIOUR), ("technician", Strand.TECHNICAL)):
        set_strands(user=larkfield.staff[key], school=larkfield.school, strands=[strand], by=None, now=NOW)
    return larkfield


@pytest.fixture
def held(group: Place) -> CalibrationRound:
    return actions.open_round(school=group.school, deck=DeckName.SHORT, with_own=False, by=group.staff["dsl"], now=NOW)


def say(place: Place, held: CalibrationRound, who: str, card: str, pile: str, urgency: str = "today") -> None:
    actions.save_answer(school=place.school, round_id=held.pk, card=card, pile=pile, urgency=urgency, by=place.staff[who], now=NOW)


def sort_all(place: Place, held: CalibrationRound, who: str, pile: str, *, but: dict[str, str] | None = None, finish: bool = True) -> None:
    """The first card as the page does it, the others in one go."""
    first, *others = ((card, (but or {}).get(card, pile)) for card in held.cards)
    say(place, held, who, *first)
    sorter = Sorter.objects.get(round=held, user=place.staff[who])
    rows = [
        CardAnswer(sorter=sorter, card=card, sort=1, pile=each, urgency="none" if each == "record_only" else "today", said_at=NOW)
        for card, each in others
    ]
    CardAnswer.objects.bulk_create(rows)
    if finish:
        actions.finish_sort(school=place.school, round_id=held.pk, by=place.staff[who], now=NOW)


def page_for(place: Place, held: CalibrationRound, who: str):  # type: ignore[no-untyped-def] # the page is what is under test
    viewer = User.objects.get(pk=place.staff[who].pk)  # rights are remembered for a request
    return round_page(round_of(place.school.pk, held.pk), viewer)


def step(place: Place, held: CalibrationRound, change: Callable[..., object]) -> None:
    change(school=place.school, round_id=held.pk, by=place.staff["dsl"], now=NOW)


def test_only_one_round_is_open_at_a_time(group: Place, held: CalibrationRound) -> None:
    with pytest.raises(CalibrationRefused, match="A round is open already"):
        actions.open_round(school=group.school, deck=DeckName.FULL, with_own=False, by=group.staff["dsl"], now=NOW)
    step(group, held, actions.stop_round)
    assert actions.open_round(school=group.school, deck=DeckName.FULL, with_own=False, by=group.staff["dsl"], now=NOW).cards


def test_answers_are_kept_as_they_are_given_and_one_goes_on_where_one_left_off(group: Place, held: CalibrationRound) -> None:
    first, second = held.cards[:2]
    say(group, held, "technician", first, "behaviour", "week")
    say(group, held, "technician", second, "safeguarding", "")  # half an answer
    shown = sorting_page(held, group.staff["technician"], 2)
    assert (shown.pile, shown.urgency) == ("safeguarding", "")
    assert (shown.progress.done, shown.progress.next_number) == (1, 2)
    say(group, held, "technician", first, "record_only", "now")
    row = CardAnswer.objects.get(card=first)
    assert (row.pile, row.urgency) == ("record_only", "none")


def test_a_word_that_is_no_answer_is_kept_as_nothing(group: Place, held: CalibrationRound) -> None:
    say(group, held, "dsl", held.cards[0], "<b>", "'; drop")
    row = CardAnswer.objects.get()
    assert (row.pile, row.urgency) == ("", "")


def test_who_is_not_in_the_group_does_not_sort(group: Place, held: CalibrationRound) -> None:
    with pytest.raises(CalibrationRefused, match="Only members of the working group"):
        say(group, held, "governor", held.cards[0], "both")


def test_a_card_of_another_deck_and_a_round_of_another_school_are_not_there(group: Place, held: CalibrationRound, marsh_end: Place) -> None:
    other = next(key for key in shipped_cards() if key not in held.cards)
    with pytest.raises(NotFound):
        say(group, held, "dsl", other, "both")
    with pytest.raises(NotFound):
        actions.save_answer(
            school=marsh_end.school, round_id=held.pk, card=held.cards[0], pile="both", urgency="now", by=marsh_end.staff["dsl"], now=NOW
        )
    assert CardAnswer.objects.count() == 0


def test_nobody_sees_what_others_said_before_they_have_finished(group: Place, held: CalibrationRound) -> None:
    sort_all(group, held, "dsl", "safeguarding")
    sort_all(group, held, "behaviour_lead", "behaviour", finish=False)
    sort_all(group, held, "technician", "both")
    paper = dict.fromkeys(held.cards, ("behaviour", "week"))
    actions.type_in(
        school=group.school, round_id=held.pk, described_as="Parent", strand=None, answers=paper, by=group.staff["dsl"], now=NOW
    )
    assert page_for(group, held, "behaviour_lead").results is None
    results = page_for(group, held, "technician").results
    assert results.people == 3  # the one who still sorts is not among them


def test_answers_that_come_in_one_by_one_do_not_tell_whose_they_are(group: Place, held: CalibrationRound) -> None:
    sort_all(group, held, "dsl", "safeguarding")
    sort_all(group, held, "technician", "both")
    assert page_for(group, held, "technician").results is None  # two people: the other one's are the lead's
    assert not page_for(group, held, "technician").shows_who
    facilitator = page_for(group, held, "dsl")
    assert facilitator.shows_who
    assert facilitator.results is None  # until they open them to all
    assert (facilitator.finished, [person.is_finished for person in facilitator.people]) == (2, [True, False, True])


def test_finished_answers_stay_as_they_are(group: Place, held: CalibrationRound) -> None:
    sort_all(group, held, "dsl", "safeguarding")
    with pytest.raises(CalibrationRefused, match="You have finished"):
        say(group, held, "dsl", held.cards[0], "behaviour")
    assert set(CardAnswer.objects.values_list("pile", flat=True)) == {"safeguarding"}


def test_opened_results_end_the_first_sort_for_everybody(group: Place, held: CalibrationRound) -> None:
    sort_all(group, held, "dsl", "safeguarding")
    with pytest.raises(CalibrationRefused, match="Fewer than two"):
        step(group, held, actions.open_results)
    say(group, held, "technician", held.cards[0], "safeguarding")
    step(group, held, actions.open_results)
    with pytest.raises(CalibrationRefused, match="Nothing is being sorted"):
        say(group, held, "technician", held.cards[1], "safeguarding")
    results = page_for(group, held, "governor").results
    assert (results.people, results.agreed, results.total) == (2, 1, 20)


def test_results_lead_with_what_is_agreed_and_put_the_most_disputed_first(group: Place, held: CalibrationRound) -> None:
    split, leaning = held.cards[4], held.cards[11]
    sort_all(group, held, "dsl", "safeguarding")
    sort_all(group, held, "behaviour_lead", "safeguarding", but={split: "behaviour"})
    sort_all(group, held, "technician", "safeguarding", but={split: "record_only", leaning: "both"})
    results = page_for(group, held, "technician").results
    assert (results.agreed, results.agreed_how_fast, results.total) == (18, 18, 20)
    assert [line.card.key for line in results.disputed] == [split, leaning]
    assert results.disputed[1].how == "2 safeguarding, 1 both"
    assert results.overall.piles is not None


def test_answers_are_anonymous_until_the_group_chooses_names(group: Place, held: CalibrationRound) -> None:
    for who in ("dsl", "behaviour_lead", "technician"):
        sort_all(group, held, who, "safeguarding")
    with pytest.raises(CalibrationRefused, match="Open the results first"):
        step(group, held, actions.show_names)
    step(group, held, actions.open_results)
    line = page_for(group, held, "technician").results.rest[0]
    assert sorted((said.name, said.is_mine) for pile in line.piles for said in pile.said) == [("", False), ("", False), ("", True)]
    step(group, held, actions.show_names)
    line = page_for(group, held, "technician").results.rest[0]
    assert [said.name for pile in line.piles for said in pile.said] == ["Amara Lockhart", "Priya Vance", "Sam Whitlock"]
    assert Entry.objects.filter(school_id=group.school.pk, action="calibration.names_shown").count() == 1


def test_disputed_cards_are_sorted_again_and_both_answers_are_kept(group: Place, held: CalibrationRound) -> None:
    split = held.cards[4]
    sort_all(group, held, "dsl", "safeguarding")
    sort_all(group, held, "technician", "safeguarding", but={split: "behaviour"})
    step(group, held, actions.open_results)
    step(group, held, actions.sort_again)
    held.refresh_from_db()
    assert (held.phase, held.second_cards) == (Phase.SORTING_AGAIN, [split])
    assert sorting_page(held, group.staff["technician"], 1).first.pile == "behaviour"  # type: ignore[union-attr]
    for who in ("dsl", "technician"):
        say(group, held, who, split, "safeguarding")
        actions.finish_sort(school=group.school, round_id=held.pk, by=group.staff[who], now=NOW)
        assert page_for(group, held, who).results.agreed == 19  # what is being said now is not shown yet
    step(group, held, actions.settle)
    results = page_for(group, held, "dsl").results
    assert results.agreed == 20
    assert results.rest[4].before == "1 safeguarding, 1 behaviour"
    assert CardAnswer.objects.filter(card=split).count() == 4


def test_where_all_agree_there_is_nothing_to_sort_again(group: Place, held: CalibrationRound) -> None:
    for who in ("dsl", "technician"):
        sort_all(group, held, who, "safeguarding")
    step(group, held, actions.open_results)
    with pytest.raises(CalibrationRefused, match="You agree on every card"):
        step(group, held, actions.sort_again)


def test_answers_from_paper_count_like_any_other(group: Place, held: CalibrationRound) -> None:
    answers = dict.fromkeys(held.cards, ("safeguarding", "now"))
    sorter = actions.type_in(
        school=group.school, round_id=held.pk, described_as=" Parent  governor ", strand=Strand.BEHAVIOUR, answers=answers, by=group.staff["dsl"], now=NOW
    )  # fmt: skip
    assert (sorter.described_as, sorter.answers.count()) == ("Parent governor", 20)
    sort_all(group, held, "dsl", "safeguarding")
    step(group, held, actions.open_results)
    assert page_for(group, held, "dsl").results.people == 2
    assert page_for(group, held, "dsl").people[-1].is_outside


def test_a_pupils_name_is_in_no_card_and_in_no_description(group: Place, held: CalibrationRound) -> None:
    dsl = group.staff["dsl"]
    with pytest.raises(CalibrationRefused, match="name of a pupil"):
        actions.type_in(
            school=group.school, round_id=held.pk, described_as="Mother of Nia Merrick", strand=None, answers={}, by=dsl, now=NOW
        )
    with pytest.raises(CalibrationRefused, match="name of a pupil"):
        actions.add_own_card(
            school=group.school, theme="drugs", band="ks3", levels=(2, 2), title="A", text="Finn Ashdown typed it.", by=dsl, now=NOW
        )
    assert Sorter.objects.count() == OwnCard.objects.count() == 0


def test_own_cards_join_a_round_and_stay_in_it_when_withdrawn(group: Place) -> None:
    dsl = group.staff["dsl"]
    own = actions.add_own_card(
        school=group.school, theme="drugs", band="ks3", levels=(2, 3), title="Behind the hall", text="A made-up card.", by=dsl, now=NOW
    )
    held = actions.open_round(school=group.school, deck=DeckName.SHORT, with_own=True, by=dsl, now=NOW)
    actions.withdraw_own_card(school=group.school, card_id=own.pk, by=dsl, now=NOW)
    assert [card.title for card in cards_of_round(held)][-1] == "Behind the hall"
    step(group, held, actions.stop_round)
    again = actions.open_round(school=group.school, deck=DeckName.SHORT, with_own=True, by=dsl, now=NOW + timedelta(days=1))
    assert len(again.cards) == 20


def test_a_discussed_round_becomes_a_draft_that_says_where_each_line_comes_from(group: Place, held: CalibrationRound) -> None:
    for who in ("dsl", "behaviour_lead", "technician"):
        sort_all(group, held, who, "both")
    with pytest.raises(CalibrationRefused, match="discussed"):
        actions.propose_table(school=group.school, round_id=held.pk, by=group.staff["dsl"], now=NOW)
    step(group, held, actions.open_results)
    step(group, held, actions.settle)
    draft = actions.propose_table(school=group.school, round_id=held.pk, by=group.staff["dsl"], now=NOW)
    notes = {tuple(row[:3]): row[3:] for row in ThresholdDraft.objects.get(pk=draft.pk).notes}
    card = next(card for card in cards_of_round(held) if card.theme == "bullying")
    sureness, says, titles, release, _ = notes["bullying", card.levels[0], card.band]
    assert (sureness, titles, release) == (Sureness.AGREED, [card.title], True)
    assert "All 3 said safeguarding, same school day" in says
    held.refresh_from_db()
    assert held.draft == draft.pk
    assert ThresholdVersion.objects.count() == 0  # nothing is in force by it


def test_a_second_sort_counts_in_the_proposal_once_it_is_over(group: Place, held: CalibrationRound) -> None:
    card = next(card for card in cards_of_round(held) if card.theme == "bullying")
    key = ("bullying", card.levels[0], card.band)
    sort_all(group, held, "dsl", "safeguarding", but={card.key: "record_only"})
    sort_all(group, held, "technician", "safeguarding")
    step(group, held, actions.open_results)
    step(group, held, actions.sort_again)
    for who in ("dsl", "technician"):
        say(group, held, who, card.key, "safeguarding")
    held.refresh_from_db()
    assert proposal_of(held)[key].sureness == Sureness.UNSURE
    step(group, held, actions.settle)
    held.refresh_from_db()
    assert proposal_of(held)[key].sureness == Sureness.AGREED


def test_the_board_learns_which_strand_is_missing_and_whether_it_was_discussed(group: Place, held: CalibrationRound) -> None:
    sorted_, discussed = (need.look for need in NEEDS)
    sort_all(group, held, "dsl", "safeguarding")
    found = sorted_(group.school.pk, NOW)
    assert (found.state, found.says) == (State.OPEN, "Nobody of the technical and the behaviour strand has finished sorting.")
    sort_all(group, held, "technician", "safeguarding")
    sort_all(group, held, "behaviour_lead", "safeguarding")
    assert sorted_(group.school.pk, NOW).state == State.MET
    assert discussed(group.school.pk, NOW).state == State.OPEN
    step(group, held, actions.open_results)
    step(group, held, actions.settle)
    assert discussed(group.school.pk, NOW).state == State.MET
    actions.open_round(school=group.school, deck=DeckName.FULL, with_own=False, by=group.staff["dsl"], now=NOW)
    assert sorted_(group.school.pk, NOW).state == discussed(group.school.pk, NOW).state == State.MET  # a new round takes nothing back


def test_a_stopped_round_counts_for_nothing(group: Place, held: CalibrationRound) -> None:
    sort_all(group, held, "dsl", "safeguarding")
    step(group, held, actions.stop_round)
    assert [need.look(group.school.pk, NOW).state for need in NEEDS] == [State.OPEN, State.OPEN]
    assert NEEDS[0].look(group.school.pk, NOW).says == "Nobody has sorted a deck yet."


def test_the_record_keeps_numbers_and_no_words(group: Place, held: CalibrationRound) -> None:
    sort_all(group, held, "dsl", "safeguarding")
    entries = Entry.objects.filter(school_id=group.school.pk, action__startswith="calibration.").order_by("number")
    assert [(entry.action, entry.details) for entry in entries] == [
        ("calibration.opened", {"deck": "short", "cards": 20}),
        ("calibration.sorted", {"sort": 1, "sorter": Sorter.objects.get().pk, "typed_in": False}),
    ]
