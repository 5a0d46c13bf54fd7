"""What a round came to: who has finished, and, for whoever may see it, on what the group agrees.

Nobody sees what others said before they have finished themselves or the facilitator opens the results; and nobody sees who
said it before the group chooses to. A list of who has finished beside answers that come in one by one would tell whose they
are. So the facilitator alone sees who has finished, and sees answers only once they are open to all; a member sees how many
have, and answers once there are those of three people at least.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from heedful.people.models import StrandMember, User
from heedful.people.queries import has_right
from heedful.people.rules import Right, Strand
from heedful.programme.calibration.deck import Card, DeckName
from heedful.programme.calibration.models import CalibrationRound, Sorter
from heedful.programme.calibration.queries.rounds import (
    AnswersByCard,
    Progress,
    answers_of,
    cards_of_round,
    is_member,
    latest,
    my_sorter,
    progress_of,
    running,
    runs_rounds,
)
from heedful.programme.calibration.rules import (
    FIRST,
    SECOND,
    URGENCY_RANKS,
    Answer,
    Phase,
    Pile,
    Reliability,
    agrees,
    agrees_how_fast,
    disagreement,
    is_disputed,
    reliability,
    reliability_by_theme,
)
from heedful.thresholds.rules import Urgency

FEWEST_TO_SHOW = 3


@dataclass(frozen=True)
class Person:
    """Somebody of the group and how far they are; never what they said."""

    name: str
    strands: tuple[Strand, ...]
    has_begun: bool
    is_finished: bool
    is_me: bool
    is_outside: bool


@dataclass(frozen=True)
class Said:
    """One answer in its pile. `name` is empty until the group shows names; `was` is the pile before the discussion, where it was another."""

    urgency: Urgency
    name: str
    is_mine: bool
    was: str


@dataclass(frozen=True)
class Voices:
    """Those in one pile who said the same of how soon, together: how many, and their names once they are shown."""

    urgency: Urgency
    count: int
    names: tuple[str, ...]
    has_mine: bool
    came_from: tuple[str, ...]


@dataclass(frozen=True)
class PileOfCard:
    pile: Pile
    said: tuple[Said, ...]

    @property
    def voices(self) -> list[Voices]:
        """By urgency, the fastest first."""
        found = []
        for urgency in Urgency:
            same = [said for said in self.said if said.urgency == urgency]
            if same:
                names = tuple(f"{said.name} (was {said.was.lower()})" if said.was else said.name for said in same if said.name)
                mine = [said for said in same if said.is_mine]
                came_from = () if names else tuple(said.was for said in mine if said.was)
                found.append(Voices(urgency, len(same), names, bool(mine), came_from))
        return found


@dataclass(frozen=True)
class CardLine:
    """One card and what everybody said of it, side by side."""

    card: Card
    number: int
    piles: tuple[PileOfCard, ...]
    is_agreed: bool
    is_disputed: bool
    how: str
    before: str


@dataclass(frozen=True)
class Results:
    """`lines` are the cards, most disputed first."""

    people: int
    total: int
    agreed: int
    agreed_how_fast: int
    has_second: bool
    has_names: bool
    disputed: tuple[CardLine, ...]
    rest: tuple[CardLine, ...]
    overall: Reliability
    themes: tuple[Reliability, ...]


@dataclass(frozen=True)
class RoundPage:
    id: int
    deck: DeckName
    phase: Phase
    opened_at: datetime
    cards: int
    was_stopped: bool
    has_second: bool
    draft: int | None
    may_run: bool
    may_sort: bool
    may_see_thresholds: bool
    progress: Progress | None
    people: tuple[Person, ...]
    shows_who: bool  # who has finished, not only how many
    results: Results | None

    @property
    def finished(self) -> int:
        return sum(person.is_finished for person in self.people)


def round_page(held: CalibrationRound, viewer: User) -> RoundPage:
    """A round as this member of the school may see it."""
    sorter, runs = my_sorter(held, viewer), runs_rounds(viewer, held.school_id)
    return RoundPage(
        id=held.pk,
        deck=DeckName(held.deck),
        phase=held.phase,
        opened_at=held.opened_at,
        cards=len(held.cards),
        was_stopped=held.was_stopped,
        has_second=held.second_opened_at is not None,
        draft=held.draft,
        may_run=runs,
        may_sort=is_member(viewer, held.school_id),
        may_see_thresholds=has_right(viewer, held.school_id, Right.SEE_THRESHOLDS),
        progress=progress_of(held, sorter),
        people=_people(held, viewer),
        shows_who=runs or running(held) is None,
        results=results_for(held, sorter, runs=runs),
    )


def results_for(held: CalibrationRound, sorter: Sorter | None, *, runs: bool) -> Results | None:
    """What this sorter may see of what was said; None while that is nothing but their own."""
    first = _visible(held, sorter, FIRST, runs=runs)
    if first is None:
        return None
    second = _visible(held, sorter, SECOND, runs=runs) or {}
    said, cards = latest(first, second), cards_of_round(held)
    names = _names(held) if held.names_shown_at else {}
    me = sorter.pk if sorter else 0
    lines = [
        _line(number, card, said.get(card.key, {}), first if card.key in second else {}, names, me) for number, card in enumerate(cards, 1)
    ]
    raters = sorted({rater for answers in said.values() for rater in answers})
    units = {card.key: [said.get(card.key, {}).get(rater) for rater in raters] for card in cards}
    answered = [list(said.get(card.key, {}).values()) for card in cards]
    worst = {card.key: disagreement(answers) for card, answers in zip(cards, answered, strict=True)}
    disputed = sorted(
        (line for line in lines if line.is_disputed), key=lambda line: (*(-part for part in worst[line.card.key]), line.number)
    )
    return Results(
        people=len(raters),
        total=len(cards),
        agreed=sum(map(agrees, answered)),
        agreed_how_fast=sum(map(agrees_how_fast, answered)),
        has_second=bool(second),
        has_names=held.names_shown_at is not None,
        disputed=tuple(disputed),
        rest=tuple(line for line in lines if not line.is_disputed),
        overall=reliability("All cards", list(units.values())),
        themes=tuple(reliability_by_theme(cards, units)),
    )


def _visible(held: CalibrationRound, sorter: Sorter | None, sort: int, *, runs: bool) -> AnswersByCard | None:
    """The answers of one sort that this person may see; None where it is none yet."""
    is_open = (held.results_opened_at if sort == FIRST else held.second_opened_at and held.settled_at) is not None
    if is_open and not held.was_stopped:
        return answers_of(held, sort=sort)
    mine = (sorter.first_done_at if sort == FIRST else sorter.second_done_at) if sorter else None
    if mine is None or runs:
        return None
    field = "first_done_at" if sort == FIRST else "second_done_at"
    done = list(Sorter.objects.filter(round=held, **{f"{field}__isnull": False}).values_list("pk", flat=True))
    return answers_of(held, sort=sort, sorters=done) if len(done) >= FEWEST_TO_SHOW else None


def _line(number: int, card: Card, said: dict[int, Answer], first: AnswersByCard, names: dict[int, str], me: int) -> CardLine:
    before = first.get(card.key, {})
    piles = []
    for pile in Pile:
        here = [(rater, answer) for rater, answer in said.items() if answer.pile == pile]
        # By urgency, then by name: the order says nothing of who it was while there are no names.
        here.sort(key=lambda item: (-URGENCY_RANKS[item[1].urgency], names.get(item[0], ""), item[0] == me))
        shown = (
            Said(answer.urgency, names.get(rater, ""), rater == me, _was(before.get(rater), answer, bool(names) or rater == me))
            for rater, answer in here
        )
        piles.append(PileOfCard(pile, tuple(shown)))
    answers = list(said.values())
    return CardLine(card, number, tuple(piles), agrees(answers), is_disputed(answers), _how(answers), _tally(list(before.values())))


def _was(before: Answer | None, now: Answer, is_known: bool) -> str:
    return before.pile.label if is_known and before and before.pile != now.pile else ""


def _how(answers: Sequence[Answer]) -> str:
    """How far they agree on one card, in words."""
    if len(answers) < 2:
        return "Nobody sorted it yet" if not answers else "One person sorted it"
    if agrees_how_fast(answers):
        return "Agreed"
    return "Agreed where, not how fast" if agrees(answers) else _tally(answers)


def _tally(answers: Sequence[Answer]) -> str:
    """'3 safeguarding, 2 behaviour', most first."""
    counts = Counter(answer.pile for answer in answers)
    order = list(Pile)
    return ", ".join(
        f"{count} {pile.label.lower()}" for pile, count in sorted(counts.items(), key=lambda item: (-item[1], order.index(item[0])))
    )


def _names(held: CalibrationRound) -> dict[int, str]:
    rows = Sorter.objects.filter(round=held).select_related("user")
    return {row.pk: row.user.name if row.user else row.described_as for row in rows}


def _people(held: CalibrationRound, viewer: User) -> tuple[Person, ...]:
    """Members of the group, and whoever else sorted, by name; those from outside last."""
    strands: dict[int, set[str]] = defaultdict(set)
    members: dict[int, str] = {}
    for row in StrandMember.objects.filter(school_id=held.school_id, user__is_active=True).select_related("user"):
        strands[row.user_id].add(row.strand)
        members[row.user_id] = row.user.name
    sorters = list(Sorter.objects.filter(round=held).select_related("user").prefetch_related("answers"))
    by_user = {row.user_id: row for row in sorters if row.user_id}
    members |= {row.user_id: row.user.name for row in sorters if row.user_id and row.user}
    inside = [
        _person(members[pk], [strand for strand in Strand if strand in strands[pk]], held, by_user.get(pk), is_me=pk == viewer.pk)
        for pk in sorted(members, key=lambda pk: (members[pk], pk))
    ]
    outside = [
        _person(row.described_as, [Strand(row.strand)] if row.strand else [], held, row, is_me=False) for row in sorters if not row.user_id
    ]
    return (*inside, *outside)


def _person(name: str, strands: list[Strand], held: CalibrationRound, sorter: Sorter | None, *, is_me: bool) -> Person:
    is_outside = sorter is not None and sorter.user_id is None
    again = held.second_opened_at is not None and not is_outside  # paper is typed in once
    done = (sorter.second_done_at if again else sorter.first_done_at) if sorter else None
    begun = sorter is not None and any(answer.sort == (SECOND if again else FIRST) for answer in sorter.answers.all())
    return Person(name, tuple(strands), begun, done is not None, is_me, is_outside)
