"""From the cards that a group sorted to a threshold table: pure.

Naively, each card would set the lines of its theme, age and levels. Most lines then have no card, a split vote decides by
one voice, and a group could vote below what guidance asks. So each line says how sure the group was; a line without a card
follows its neighbours only where they leave no doubt, and else stays as it is; a higher level is never treated more lightly
than a lower one; what is gravest is loosened by a person, not by a count; and no vote lowers a floor.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from heedful.programme.calibration.rules import URGENCY_RANKS, Answer, Pile, agrees, urgency_steps
from heedful.thresholds.rules import BANDS, LEVELS, NOTHING, THEMES, Key, Line, Route, Sureness, Urgency, is_floored, is_looser, strictest

LEANS_FROM = 2 / 3  # the share that must be of one mind before a line is more than undecided
_ROUTES = {
    Pile.SAFEGUARDING: Route.SAFEGUARDING,
    Pile.BOTH: Route.SAFEGUARDING,
    Pile.BEHAVIOUR: Route.BEHAVIOUR,
    Pile.RECORD_ONLY: Route.RECORD_ONLY,
}
_ROUTE_RANKS = {route: rank for rank, route in enumerate(reversed(Route))}
BOTH_SAYS = "Safeguarding owns it; the lead may release a line to behaviour."
RAISED_SAYS = "Raised to the level below it: a higher level is never treated more lightly."
_KNOWN = {Sureness.AGREED, Sureness.LEANING}


@dataclass(frozen=True)
class SortedCard:
    """One card as the group sorted it."""

    title: str
    theme: str
    band: str
    levels: tuple[int, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Cell:
    """One line of the proposal. `share` is the part of the group of one mind on the route, None where no card was about it."""

    line: Line
    sureness: Sureness
    says: str
    cards: tuple[str, ...] = ()
    share: float | None = None
    is_both: bool = False
    is_interpolated: bool = False


def propose(cards: Sequence[SortedCard], base: Mapping[Key, Line]) -> dict[Key, Cell]:
    """Propose every line of the table; what no card is about stays as in `base`, which is whole.

    The order of cards and answers changes nothing. No line is below its floor, and none laxer than that of a lower level.
    """
    cells: dict[Key, Cell] = {}
    for theme in THEMES:
        known = {(level, band): cell for level in LEVELS for band in BANDS if (cell := _from_cards(cards, theme, level, band))}
        for band in BANDS:
            below: Cell | None = None
            for level in LEVELS:
                line = base[theme, level, band]
                cell = _not_loosened_by_count(known.get((level, band)) or _between(known, level, band, line), theme, level, line)
                below = _raised(_at_floor(cell, theme, level), below)
                cells[theme, level, band] = below
    return cells


def _from_cards(cards: Sequence[SortedCard], theme: str, level: int, band: str) -> Cell | None:
    """What the cards of just this theme, level and age say together; None where there is none with an answer."""
    about = sorted(
        (card for card in cards if (card.theme, card.band) == (theme, band) and level in card.levels and card.answers),
        key=lambda card: card.title,
    )
    if not about:
        return None
    opinions = [_opinion(card) for card in about]
    titles = tuple(card.title for card in about)
    if len({opinion.line.route for opinion in opinions}) > 1:
        return Cell(
            strictest([opinion.line for opinion in opinions]),
            Sureness.UNSURE,
            "Cards of this level were sorted differently. Decide together.",
            titles,
            0.0,
        )
    doubtful = min(opinions, key=lambda opinion: (opinion.share or 0.0, opinion.sureness == Sureness.AGREED, opinion.says))
    both = any(opinion.is_both for opinion in opinions)
    says = f"{doubtful.says} {BOTH_SAYS}" if both else doubtful.says
    return replace(doubtful, line=strictest([opinion.line for opinion in opinions]), cards=titles, is_both=both, says=says)


def _opinion(card: SortedCard) -> Cell:
    """The route that most chose, the stricter where two are even; the urgency in the middle of those who chose it, the faster where two are."""
    routes = Counter(_ROUTES[answer.pile] for answer in card.answers)
    route, votes = max(routes.items(), key=lambda item: (item[1], _ROUTE_RANKS[item[0]]))
    chosen = [answer for answer in card.answers if _ROUTES[answer.pile] == route]
    ranks = sorted((URGENCY_RANKS[answer.urgency], answer.urgency) for answer in chosen)
    urgency = ranks[len(ranks) // 2][1]
    both = sum(answer.pile == Pile.BOTH for answer in chosen)
    share, number = votes / len(card.answers), len(card.answers)
    sureness, says = _sureness(card.answers, votes)
    line = NOTHING if route == Route.RECORD_ONLY else Line(route, urgency)
    return Cell(
        line,
        sureness,
        f"{says} {_words(route, urgency)}." if number > 1 and sureness != Sureness.UNSURE else says,
        share=share,
        is_both=both * 2 >= len(chosen) and both > 0,
    )


def _sureness(answers: Sequence[Answer], votes: int) -> tuple[Sureness, str]:
    number = len(answers)
    if number == 1:
        return Sureness.UNSURE, "Only one person sorted its card. Decide together."
    if votes / number < LEANS_FROM:
        return Sureness.UNSURE, f"You were split: {votes} of {number} were of one mind. Decide together."
    if (
        votes == number
        and (agrees(answers) or all(_ROUTES[answer.pile] == Route.SAFEGUARDING for answer in answers))
        and urgency_steps(answers) < 2
    ):
        return Sureness.AGREED, f"All {number} said"
    if votes == number:
        return Sureness.LEANING, f"All {number} agreed where, not how fast:"
    return Sureness.LEANING, f"{votes} of {number} said"


def _words(route: Route, urgency: Urgency) -> str:
    return "record only" if route == Route.RECORD_ONLY else f"{route.label.lower()}, {urgency.label[0].lower()}{urgency.label[1:]}"


def _between(known: Mapping[tuple[int, str], Cell], level: int, band: str, base: Line) -> Cell:
    """A line without a card: as its neighbours, where they leave no doubt, else as it is, and no stricter than a higher level that all agreed on."""
    at = BANDS.index(band)
    lower = next((low for low in range(level - 1, 0, -1) if _is_known(known.get((low, band)))), None)
    upper = next((high for high in range(level + 1, LEVELS[-1] + 1) if _is_known(known.get((high, band)))), None)
    if lower and upper and known[lower, band].line == known[upper, band].line:
        return _as(known[lower, band], known[upper, band], f"No card: between levels {lower} and {upper}, which you sorted alike.")
    younger = next((each for each in reversed(BANDS[:at]) if _is_known(known.get((level, each)))), None)
    older = next((each for each in BANDS[at + 1 :] if _is_known(known.get((level, each)))), None)
    if younger and older and known[level, younger].line == known[level, older].line:
        return _as(known[level, younger], known[level, older], "No card: between younger and older pupils, whom you sorted alike.")
    if upper and known[upper, band].sureness == Sureness.AGREED:
        line = _no_stricter(base, known[upper, band].line)
        if line != base:
            cell = known[upper, band]
            return Cell(
                line,
                Sureness.LEANING,
                f"No card: no stricter than level {upper}, on which you agreed.",
                cell.cards,
                cell.share,
                False,
                True,
            )
    return Cell(base, Sureness.DEFAULT, "No card was about it: it stays as it is.")


def _not_loosened_by_count(cell: Cell, theme: str, level: int, base: Line) -> Cell:
    """What means harm now (level 5), or a serious case of a theme that a floor keeps, is loosened by a person and not by cards alone."""
    is_grave = level == LEVELS[-1] or (level == LEVELS[-2] and is_floored(theme, level))
    if not is_grave or not is_looser(cell.line, base):
        return cell
    says = f"{cell.says} That is lighter than now for something so serious, so it stays as it is until you decide together."
    return replace(cell, line=strictest([cell.line, base]), sureness=Sureness.UNSURE, says=says)


def _is_known(cell: Cell | None) -> bool:
    return cell is not None and cell.sureness in _KNOWN


def _as(one: Cell, other: Cell, says: str) -> Cell:
    cards = tuple(sorted({*one.cards, *other.cards}))
    return Cell(one.line, Sureness.LEANING, says, cards, min(one.share or 0.0, other.share or 0.0), one.is_both and other.is_both, True)


def _no_stricter(line: Line, than: Line) -> Line:
    route = min(line.route, than.route, key=_ROUTE_RANKS.__getitem__)
    return NOTHING if route == Route.RECORD_ONLY else Line(route, min(line.urgency, than.urgency, key=URGENCY_RANKS.__getitem__))


def _at_floor(cell: Cell, theme: str, level: int) -> Cell:
    """Where a floor holds, the route is safeguarding, whatever was said; a line that only the floor decides says so."""
    if not is_floored(theme, level):
        return cell
    if cell.line.route == Route.SAFEGUARDING:
        return replace(cell, sureness=Sureness.FLOOR) if cell.sureness == Sureness.DEFAULT else cell
    urgency = max(cell.line.urgency, Urgency.WEEK, key=URGENCY_RANKS.__getitem__)
    says = f"Stays with safeguarding: no vote lowers that. {cell.says}"
    return replace(cell, line=Line(Route.SAFEGUARDING, urgency), sureness=Sureness.FLOOR, says=says)


def _raised(cell: Cell, below: Cell | None) -> Cell:
    if below is None:
        return cell
    line = strictest([below.line, cell.line])
    if line == cell.line:
        return cell
    contradicts = cell.sureness in _KNOWN and not cell.is_interpolated
    sureness = Sureness.UNSURE if contradicts else cell.sureness
    says = f"{cell.says} A lower level is stricter, so this was raised to it. Decide together." if contradicts else RAISED_SAYS
    return replace(cell, line=line, sureness=sureness, says=says)
