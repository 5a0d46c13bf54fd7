"""The threshold table that a round proposes: to look at, and to make a draft of."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.people.access import SignedIn
from heedful.people.models import School
from heedful.people.rules import NotFound, Right
from heedful.programme.access import of_school
from heedful.programme.calibration import actions
from heedful.programme.calibration.deck import BAND_TITLES
from heedful.programme.calibration.models import CalibrationRound
from heedful.programme.calibration.proposal import Cell
from heedful.programme.calibration.queries.rounds import proposal_of, round_of, runs_rounds
from heedful.programme.calibration.rules import CalibrationRefused, Phase
from heedful.programme.calibration.views.rounds import show_round
from heedful.programme.steps import Step
from heedful.thresholds.queries import table_in_force
from heedful.thresholds.rules import BANDS, LEVELS, THEME_TITLES, Key, Sureness, TableError
from heedful.thresholds.rules import Line as TableLine
from heedful.web.decorators import command, not_found_on, page


@dataclass(frozen=True)
class Line:
    """One line that the cards say something of."""

    ages: str
    level: int
    cell: Cell
    was: TableLine | None  # where it is another than in force


@dataclass(frozen=True)
class ThemeLines:
    title: str
    lines: tuple[Line, ...]


@page
@of_school(Right.SEE_THRESHOLDS)
@not_found_on(NotFound)
def calibration_proposal(request: SignedIn, school: School, round_id: int) -> HttpResponse:
    """What the cards say of the table, line by line, before anybody makes a draft of it."""
    return _show(request, school, round_of(school.pk, round_id))


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def calibration_propose(request: SignedIn, school: School, round_id: int) -> HttpResponse:
    """Make a draft of it, and go where it is changed and signed."""
    try:
        draft = actions.propose_table(school=school, round_id=round_id, by=request.user, now=timezone.now())
    except (CalibrationRefused, TableError) as fault:
        return show_round(request, school, round_id, trouble=str(fault), status=422)
    messages.success(request, "The draft is made. Nothing changes until each strand has signed it.")
    return HttpResponseRedirect(reverse("threshold_draft", args=(draft.pk,)))


def _show(request: SignedIn, school: School, held: CalibrationRound) -> HttpResponse:
    if held.results_opened_at is None or held.was_stopped:
        raise NotFound
    cells, base = proposal_of(held), table_in_force(school.pk).lines
    counts = Counter(cell.sureness for cell in cells.values())
    says_something = {Sureness.AGREED, Sureness.LEANING, Sureness.UNSURE}
    themes = [ThemeLines(title, tuple(_lines(theme, cells, base))) for theme, title in THEME_TITLES.items()]
    context = {
        "school": school,
        "step": Step.WORKING_GROUP,
        "round": held,
        "is_settled": held.phase == Phase.SETTLED,
        "runs": runs_rounds(request.user, school.pk),
        "themes": [theme for theme in themes if theme.lines],
        "counts": [
            (sureness, counts[sureness])
            for sureness in (Sureness.AGREED, Sureness.LEANING, Sureness.UNSURE, Sureness.DEFAULT, Sureness.FLOOR)
        ],
        "said": sum(counts[sureness] for sureness in says_something),
        "changes": sum(cell.line != base[key] for key, cell in cells.items()),
        "total": len(cells),
    }
    return render(request, "calibration/proposal.html", context)


def _lines(theme: str, cells: dict[Key, Cell], base: dict[Key, TableLine]) -> list[Line]:
    """Lines with a card or a neighbour behind them, and those that are changed; the others stay as they are."""
    found = []
    for band in BANDS:
        for level in LEVELS:
            cell, was = cells[theme, level, band], base[theme, level, band]
            if cell.cards or cell.line != was:
                found.append(Line(BAND_TITLES[band], level, cell, was if cell.line != was else None))
    return found
