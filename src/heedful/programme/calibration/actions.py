"""Everything that changes a round: opening it, sorting, opening its results, sorting again, settling it, making a draft of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from heedful.audit.actions import append
from heedful.audit.rules import Action, Actor, Fact
from heedful.people.models import School, StrandMember, User
from heedful.people.rules import NotFound, Strand
from heedful.programme.calibration.deck import DeckName, apart, cards_of
from heedful.programme.calibration.models import CalibrationRound, CardAnswer, OwnCard, Sorter
from heedful.programme.calibration.queries.rounds import answers_of, cards_of_round, own_cards, proposal_of
from heedful.programme.calibration.rules import FIRST, MOST_OUTSIDE, SECOND, CalibrationRefused, Phase, Pile, answer_of, is_disputed
from heedful.programme.working_group.queries import names_a_pupil
from heedful.thresholds.actions import start_draft
from heedful.thresholds.models import ThresholdDraft
from heedful.thresholds.rules import CellNote, Urgency

NAMES_A_PUPIL = "This has the name of a pupil on your roll in it. Take the name out: the cards are fiction."


def open_round(*, school: School, deck: DeckName, with_own: bool, by: User, now: datetime) -> CalibrationRound:
    """Begin a round. Raises CalibrationRefused where one is open: people would not know which to sort."""
    own = own_cards(school.pk) if with_own else []
    keys = [*cards_of(deck), *(card.key for card in apart(own))]
    try:
        with transaction.atomic():
            opened = CalibrationRound.objects.create(school=school, deck=deck, cards=keys, opened_at=now, opened_by=by)
            _audit(opened, Action.CALIBRATION_OPENED, by, now, {"deck": str(deck), "cards": len(keys)})
    except IntegrityError:
        raise CalibrationRefused("A round is open already. Finish it, or stop it first.") from None
    return opened


def save_answer(*, school: School, round_id: int, card: str, pile: str, urgency: str, by: User, now: datetime) -> None:
    """Keep what a member says of a card in the sort that runs, also half of it. Raises NotFound, and CalibrationRefused when it is over for them."""
    with transaction.atomic():
        held = _held(school, round_id)
        sort, keys = running_sort(held)
        if card not in keys:
            raise NotFound
        sorter = _my_sorter(held, by)
        if _done_at(sorter, sort) is not None:
            raise CalibrationRefused("You have finished this sort. Your answers stay as they are.")
        _keep(sorter, card, sort, pile, urgency, now)


def finish_sort(*, school: School, round_id: int, by: User, now: datetime) -> None:
    """A member is done with the sort that runs: their answers stay, and they see the others'. Raises NotFound and CalibrationRefused."""
    with transaction.atomic():
        held = _held(school, round_id)
        sort, _ = running_sort(held)
        sorter = _my_sorter(held, by)
        if not any(answer_of(row.pile, row.urgency) for row in sorter.answers.filter(sort=sort)):
            raise CalibrationRefused("Sort at least one card first.")
        _finish(sorter, sort, by, now)


def open_results(*, school: School, round_id: int, by: User, now: datetime) -> None:
    """The first sort is over for everybody, and all see the results. Raises NotFound and CalibrationRefused."""
    with transaction.atomic():
        held = _held(school, round_id)
        people = Sorter.objects.filter(round=held, answers__sort=FIRST).distinct().count()
        if people < 2:
            raise CalibrationRefused("Fewer than two people have sorted a card. There is nothing to compare yet.")
        _step(held, {"results_opened_at": None, "settled_at": None}, {"results_opened_at": now})
        _audit(held, Action.CALIBRATION_RESULTS_OPENED, by, now, {"people": people})


def show_names(*, school: School, round_id: int, by: User, now: datetime) -> None:
    """The group chose to see who said what; it can't be unseen. Raises NotFound and CalibrationRefused."""
    with transaction.atomic():
        held = _held(school, round_id)
        if held.results_opened_at is None:
            raise CalibrationRefused("Open the results first.")
        _step(held, {"names_shown_at": None}, {"names_shown_at": now})
        _audit(held, Action.CALIBRATION_NAMES_SHOWN, by, now, {})


def sort_again(*, school: School, round_id: int, by: User, now: datetime) -> None:
    """Everybody sorts the disputed cards a second time, alone; the first answers are kept. Raises NotFound and CalibrationRefused."""
    with transaction.atomic():
        held = _held(school, round_id)
        if held.phase != Phase.TALKING:
            raise CalibrationRefused("Open the results first.")
        said = answers_of(held, sort=FIRST)
        disputed = [key for key in held.cards if is_disputed([answer for answer in said.get(key, {}).values() if answer])]
        if not disputed:
            raise CalibrationRefused("You agree on every card, so there is none to sort again.")
        _step(held, {"second_opened_at": None, "settled_at": None}, {"second_opened_at": now, "second_cards": disputed})
        _audit(held, Action.CALIBRATION_SORTED_AGAIN, by, now, {"cards": len(disputed)})


def settle(*, school: School, round_id: int, by: User, now: datetime) -> None:
    """The group has discussed the results; nothing is sorted any more. Raises NotFound and CalibrationRefused."""
    with transaction.atomic():
        held = _held(school, round_id)
        if held.results_opened_at is None:
            raise CalibrationRefused("Open the results and talk about them first.")
        _step(held, {"settled_at": None}, {"settled_at": now})
        _audit(held, Action.CALIBRATION_SETTLED, by, now, {})


def stop_round(*, school: School, round_id: int, by: User, now: datetime) -> None:
    """End a round that was begun by mistake. It counts for nothing; its answers are kept. Raises NotFound and CalibrationRefused."""
    with transaction.atomic():
        held = _held(school, round_id)
        _step(held, {"settled_at": None}, {"settled_at": now, "was_stopped": True})
        _audit(held, Action.CALIBRATION_STOPPED, by, now, {})


def type_in(
    *,
    school: School,
    round_id: int,
    described_as: str,
    strand: Strand | None,
    answers: Mapping[str, tuple[str, str]],
    by: User,
    now: datetime,
) -> Sorter:
    """Enter the answers that somebody without an account gave on paper: pile and urgency by card, in the first sort.

    Raises NotFound and CalibrationRefused.
    """
    words = _fiction(school, described_as)
    if not words:
        raise CalibrationRefused("Say who sorted these cards: their part, such as 'Parent governor'.")
    with transaction.atomic():
        held = _held(school, round_id)
        if held.phase != Phase.SORTING:
            raise CalibrationRefused("The first sort is over, so no more answers can be typed in.")
        if Sorter.objects.filter(round=held, user=None).count() >= MOST_OUTSIDE:
            raise CalibrationRefused(f"At most {MOST_OUTSIDE} people from outside take part in a round.")
        if not any(answer_of(*said) for card, said in answers.items() if card in held.cards):
            raise CalibrationRefused("Type in at least one card.")
        sorter = Sorter.objects.create(round=held, described_as=words, strand=strand or "")
        for card in held.cards:
            pile, urgency = answers.get(card, ("", ""))
            if pile:
                _keep(sorter, card, FIRST, pile, urgency, now)
        _finish(sorter, FIRST, by, now)
    return sorter


def add_own_card(
    *, school: School, theme: str, band: str, levels: tuple[int, int], title: str, text: str, by: User, now: datetime
) -> OwnCard:
    """Keep a vignette of the school's own. Raises CalibrationRefused where it names a pupil."""
    title, text = _fiction(school, title), _fiction(school, text)
    with transaction.atomic():
        card = OwnCard.objects.create(
            school=school, theme=theme, band=band, level_from=levels[0], level_to=levels[1], title=title, text=text, made_by=by, made_at=now
        )
        fact = Fact(Action.CALIBRATION_CARD_ADDED, "own_card", (str(card.pk),), {"theme": theme, "band": band})
        append(school_id=school.pk, actor=Actor.person(by.pk), fact=fact, now=now)
    return card


def withdraw_own_card(*, school: School, card_id: int, by: User, now: datetime) -> None:
    """Take a card out of new rounds. Raises NotFound."""
    with transaction.atomic():
        if not OwnCard.objects.filter(pk=card_id, school=school, withdrawn_at=None).update(withdrawn_at=now):
            raise NotFound
        fact = Fact(Action.CALIBRATION_CARD_WITHDRAWN, "own_card", (str(card_id),))
        append(school_id=school.pk, actor=Actor.person(by.pk), fact=fact, now=now)


def propose_table(*, school: School, round_id: int, by: User, now: datetime) -> ThresholdDraft:
    """Make a draft of the thresholds from a discussed round. Raises NotFound, CalibrationRefused, and what `start_draft` raises."""
    with transaction.atomic():
        held = _held(school, round_id)
        if held.phase != Phase.SETTLED or held.was_stopped:
            raise CalibrationRefused("Say first that you have discussed the results.")
        cells = proposal_of(held)
        notes = {key: CellNote(cell.sureness, cell.says, cell.cards, release_to_behaviour=cell.is_both) for key, cell in cells.items()}
        reason = f"Proposed from the cards that the working group sorted: {len(cards_of_round(held))} cards, begun on {held.opened_at:%-d %B %Y}."
        draft = start_draft(
            school_id=school.pk, lines={key: cell.line for key, cell in cells.items()}, notes=notes, reason=reason, viewer=by, now=now
        )
        CalibrationRound.objects.filter(pk=held.pk).update(draft=draft.pk)
        _audit(held, Action.CALIBRATION_PROPOSED, by, now, {"draft": draft.pk})
    return draft


def running_sort(held: CalibrationRound) -> tuple[int, list[str]]:
    """Which sort runs, and its cards. Raises CalibrationRefused where none does."""
    if held.phase == Phase.SORTING:
        return FIRST, held.cards
    if held.phase == Phase.SORTING_AGAIN:
        return SECOND, held.second_cards
    raise CalibrationRefused("Nothing is being sorted just now: the results are open.")


def _held(school: School, round_id: int) -> CalibrationRound:
    """The round, held to the end of the transaction, so that no answer comes in while its results are opened. Raises NotFound."""
    held = CalibrationRound.objects.select_for_update().filter(pk=round_id, school=school).first()
    if held is None:
        raise NotFound
    return held


def _my_sorter(held: CalibrationRound, by: User) -> Sorter:
    if not StrandMember.objects.filter(school_id=held.school_id, user=by).exists():
        raise CalibrationRefused("Only members of the working group sort. Ask the safeguarding lead to put you into it.")
    return Sorter.objects.get_or_create(round=held, user=by)[0]


def _done_at(sorter: Sorter, sort: int) -> datetime | None:
    return sorter.first_done_at if sort == FIRST else sorter.second_done_at


def _finish(sorter: Sorter, sort: int, by: User, now: datetime) -> None:
    field = "first_done_at" if sort == FIRST else "second_done_at"
    if Sorter.objects.filter(pk=sorter.pk, **{field: None}).update(**{field: now}):
        typed_in = sorter.user_id is None
        _audit(sorter.round, Action.CALIBRATION_SORTED, by, now, {"sort": sort, "sorter": sorter.pk, "typed_in": typed_in})


def _keep(sorter: Sorter, card: str, sort: int, pile: str, urgency: str, now: datetime) -> None:
    """Half an answer is kept as it is; of what is only recorded the deadline is dropped; a word that is none is kept as nothing."""
    whole = answer_of(pile, urgency)
    half = {"pile": pile if pile in Pile.values else "", "urgency": urgency if urgency in Urgency.values else ""}
    said = {"pile": str(whole.pile), "urgency": str(whole.urgency)} if whole else half
    CardAnswer.objects.update_or_create(sorter=sorter, card=card, sort=sort, defaults={**said, "said_at": now})


def _step(held: CalibrationRound, still: dict[str, Any], change: dict[str, Any]) -> None:
    if not CalibrationRound.objects.filter(pk=held.pk, **still).update(**change):
        raise CalibrationRefused("Somebody did this already. Look at the round as it is now.")
    held.refresh_from_db()


def _fiction(school: School, text: str) -> str:
    words = " ".join(text.split())
    if names_a_pupil(school.pk, words):
        raise CalibrationRefused(NAMES_A_PUPIL)
    return words


def _audit(held: CalibrationRound, action: Action, by: User, now: datetime, details: dict[str, Any]) -> None:
    append(school_id=held.school_id, actor=Actor.person(by.pk), fact=Fact(action, "calibration_round", (str(held.pk),), details), now=now)
