"""Rounds, their cards and who sorts them. Who asks for a page has been let in by `programme.access`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from heedful.people.models import StrandMember, User
from heedful.people.queries import has_right
from heedful.people.rules import NotFound, Right, Strand
from heedful.programme.calibration.deck import Card, DeckName, shipped_cards
from heedful.programme.calibration.models import CalibrationRound, CardAnswer, OwnCard, Sorter
from heedful.programme.calibration.proposal import Cell, SortedCard, propose
from heedful.programme.calibration.rules import FIRST, SECOND, Answer, Phase, answer_of
from heedful.thresholds.queries import table_in_force
from heedful.thresholds.rules import Key

_OWN = "own-"
AnswersByCard = dict[str, dict[int, Answer]]  # by card, then by sorter


@dataclass(frozen=True)
class RoundLine:
    """A round in a list."""

    id: int
    deck: DeckName
    phase: Phase
    opened_at: datetime
    cards: int
    people: int
    was_stopped: bool


@dataclass(frozen=True)
class Progress:
    """How far one person has come in the sort that runs. `next_number` is the first card without an answer, 1 at least."""

    done: int
    total: int
    is_finished: bool
    next_number: int

    @property
    def left(self) -> int:
        return self.total - self.done


@dataclass(frozen=True)
class SortingPage:
    """One card before one person."""

    card: Card
    number: int
    total: int
    sort: int
    pile: str
    urgency: str
    first: Answer | None  # what they said before the discussion
    progress: Progress


def runs_rounds(viewer: User, school_id: int) -> bool:
    """Whether the viewer facilitates: opens rounds and results, types answers in, proposes the table."""
    return has_right(viewer, school_id, Right.RUN_PROGRAMME)


def is_member(viewer: User, school_id: int) -> bool:
    """Whether the viewer sits in the working group, and so sorts."""
    return StrandMember.objects.filter(school_id=school_id, user=viewer).exists()


def rounds_of(school_id: int) -> list[RoundLine]:
    """The school's rounds, newest first."""
    rows = CalibrationRound.objects.filter(school_id=school_id).prefetch_related("sorters").order_by("-pk")[:50]
    return [
        RoundLine(
            row.pk,
            DeckName(row.deck),
            row.phase,
            row.opened_at,
            len(row.cards),
            sum(each.first_done_at is not None for each in row.sorters.all()),
            row.was_stopped,
        )
        for row in rows
    ]


def round_of(school_id: int, round_id: int) -> CalibrationRound:
    """One round of the school. Raises NotFound."""
    found = CalibrationRound.objects.filter(pk=round_id, school_id=school_id).first()
    if found is None:
        raise NotFound
    return found


def rounds_that_count(school_id: int) -> list[CalibrationRound]:
    """The rounds that were not stopped, newest first."""
    return list(CalibrationRound.objects.filter(school_id=school_id, was_stopped=False).order_by("-pk"))


def own_cards(school_id: int, *, keys: Iterable[str] | None = None) -> list[Card]:
    """The school's own cards that are not withdrawn; with `keys` those, withdrawn or not."""
    rows = OwnCard.objects.filter(school_id=school_id).order_by("pk")
    if keys is None:
        rows = rows.filter(withdrawn_at=None)
    else:
        rows = rows.filter(pk__in=[int(key.removeprefix(_OWN)) for key in keys if key.startswith(_OWN)])
    return [
        Card(f"{_OWN}{row.pk}", row.theme, row.band, tuple(range(row.level_from, row.level_to + 1)), row.title, row.text) for row in rows
    ]


def number_of_own(card: Card) -> int:
    """The number of a card of the school's own."""
    return int(card.key.removeprefix(_OWN))


def cards_of_round(held: CalibrationRound, *, sort: int = FIRST) -> list[Card]:
    """The cards of one sort, in their order. A card that a later release of Heedful no longer has is left out."""
    keys = held.cards if sort == FIRST else held.second_cards
    known = shipped_cards() | {card.key: card for card in own_cards(held.school_id, keys=keys)}
    return [known[key] for key in keys if key in known]


def answers_of(held: CalibrationRound, *, sort: int, sorters: Iterable[int] | None = None) -> AnswersByCard:
    """Whole answers of one sort, by card and sorter; only of these sorters where they are given."""
    rows = CardAnswer.objects.filter(sorter__round=held, sort=sort).order_by("sorter_id")
    if sorters is not None:
        rows = rows.filter(sorter_id__in=set(sorters))
    said: AnswersByCard = defaultdict(dict)
    for card, sorter, pile, urgency in rows.values_list("card", "sorter_id", "pile", "urgency"):
        answer = answer_of(pile, urgency)
        if answer:
            said[card][sorter] = answer
    return dict(said)


def latest(first: AnswersByCard, second: AnswersByCard) -> AnswersByCard:
    """The second answer where somebody gave one, else the first."""
    return {card: first.get(card, {}) | second.get(card, {}) for card in first.keys() | second.keys()}


def my_sorter(held: CalibrationRound, viewer: User) -> Sorter | None:
    return Sorter.objects.filter(round=held, user=viewer).first()


def running(held: CalibrationRound) -> int | None:
    """The sort that runs, if one does."""
    return {Phase.SORTING: FIRST, Phase.SORTING_AGAIN: SECOND}.get(held.phase)


def progress_of(held: CalibrationRound, sorter: Sorter | None) -> Progress | None:
    """How far they have come in the sort that runs; None where none runs."""
    sort = running(held)
    if sort is None:
        return None
    cards = cards_of_round(held, sort=sort)
    said = answers_of(held, sort=sort, sorters=[sorter.pk] if sorter else [])
    open_at = [number for number, card in enumerate(cards, 1) if card.key not in said]
    finished_at = (sorter.first_done_at if sort == FIRST else sorter.second_done_at) if sorter else None
    return Progress(len(cards) - len(open_at), len(cards), finished_at is not None, open_at[0] if open_at else 1)


def sorting_page(held: CalibrationRound, viewer: User, number: int) -> SortingPage:
    """One card of the sort that runs, with what this person said of it so far. Raises NotFound."""
    sort, sorter = running(held), my_sorter(held, viewer)
    progress = progress_of(held, sorter)
    cards = cards_of_round(held, sort=sort) if sort else []
    if sort is None or progress is None or not 1 <= number <= len(cards):
        raise NotFound
    card = cards[number - 1]
    rows = CardAnswer.objects.filter(sorter=sorter, card=card.key) if sorter else CardAnswer.objects.none()
    by_sort = {row.sort: row for row in rows}
    now, before = by_sort.get(sort), by_sort.get(FIRST) if sort == SECOND else None
    first = answer_of(before.pile, before.urgency) if before else None
    return SortingPage(card, number, len(cards), sort, now.pile if now else "", now.urgency if now else "", first, progress)


def proposal_of(held: CalibrationRound) -> dict[Key, Cell]:
    """The table that the group's latest answers propose, from the one in force. A second sort counts once it is over."""
    said = latest(answers_of(held, sort=FIRST), answers_of(held, sort=SECOND) if held.phase == Phase.SETTLED else {})
    cards = [
        SortedCard(card.title, card.theme, card.band, card.levels, tuple(said[card.key].values()))
        for card in cards_of_round(held)
        if said.get(card.key)
    ]
    return propose(cards, table_in_force(held.school_id).lines)


def strands_that_sorted(held: CalibrationRound) -> frozenset[Strand]:
    """The strands for which somebody finished the first sort."""
    done = Sorter.objects.filter(round=held, first_done_at__isnull=False)
    outside = done.exclude(strand="").values_list("strand", flat=True)
    members = StrandMember.objects.filter(school_id=held.school_id, user__in=done.values("user")).exclude(strand="")
    return frozenset(Strand(name) for name in (*outside, *members.values_list("strand", flat=True)))
