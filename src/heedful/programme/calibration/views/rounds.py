"""Rounds: the list, one with its results, and the facilitator's steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.people.access import SignedIn
from heedful.people.models import School
from heedful.people.rules import NotFound, Right
from heedful.programme.access import of_school
from heedful.programme.calibration import actions
from heedful.programme.calibration.deck import DeckName, cards_of
from heedful.programme.calibration.facilitation import AGENDA, SAYINGS
from heedful.programme.calibration.forms import StartForm
from heedful.programme.calibration.queries.results import round_page
from heedful.programme.calibration.queries.rounds import own_cards, round_of, rounds_of, runs_rounds
from heedful.programme.calibration.rules import CalibrationRefused, Phase
from heedful.programme.steps import Step
from heedful.web.decorators import command, not_found_on, page

_STEPS: dict[str, tuple[Callable[..., Any], str]] = {
    "results": (actions.open_results, "The results are open to everybody in the group."),
    "names": (actions.show_names, "The results now show who said what."),
    "again": (actions.sort_again, "Everybody can sort the disputed cards again."),
    "settle": (actions.settle, "Noted: you have discussed the results."),
    "stop": (actions.stop_round, "The round is stopped. It counts for nothing."),
}


@page
@of_school(Right.SEE_PROGRAMME)
def calibration(request: SignedIn, school: School) -> HttpResponse:
    """What the exercise is, the round that runs, those that were."""
    return _overview(request, school, None)


@command
@of_school(Right.RUN_PROGRAMME)
def calibration_start(request: SignedIn, school: School) -> HttpResponse:
    """Begin a round."""
    form = StartForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            opened = actions.open_round(
                school=school, deck=DeckName(given["deck"]), with_own=given["with_own"], by=request.user, now=timezone.now()
            )
        except CalibrationRefused as fault:
            form.add_error(None, str(fault))
        else:
            messages.success(request, "The round is open. Tell the group to sort their cards; each member finds it here.")
            return HttpResponseRedirect(reverse("calibration_round", args=(school.pk, opened.pk)))
    return _overview(request, school, form, status=422)


def _overview(request: SignedIn, school: School, form: StartForm | None, *, status: int = 200) -> HttpResponse:
    rounds = rounds_of(school.pk)
    running = next((each for each in rounds if each.phase != Phase.SETTLED), None)
    runs = runs_rounds(request.user, school.pk)
    context = {
        "school": school,
        "step": Step.WORKING_GROUP,
        "running": round_page(round_of(school.pk, running.id), request.user) if running else None,
        "earlier": [each for each in rounds if each is not running],
        "form": (form or StartForm()) if runs else None,
        "runs": runs,
        "sizes": {deck: len(cards_of(deck)) for deck in DeckName},
        "own": len(own_cards(school.pk)),
    }
    return render(request, "calibration/calibration.html", context, status=status)


@page
@of_school(Right.SEE_PROGRAMME)
@not_found_on(NotFound)
def calibration_round(request: SignedIn, school: School, round_id: int) -> HttpResponse:
    """One round: who has finished, and the results once the viewer may see them."""
    return show_round(request, school, round_id)


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def calibration_step(request: SignedIn, school: School, round_id: int, step: str) -> HttpResponse:
    """The facilitator moves the round on."""
    if step not in _STEPS:
        raise Http404
    change, said = _STEPS[step]
    if step == "names" and not request.POST.get("agreed"):
        return show_round(request, school, round_id, trouble="Tick that everybody in the group wants to see names.", status=422)
    try:
        change(school=school, round_id=round_id, by=request.user, now=timezone.now())
    except CalibrationRefused as fault:
        return show_round(request, school, round_id, trouble=str(fault), status=422)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("calibration_round", args=(school.pk, round_id)))


def show_round(request: SignedIn, school: School, round_id: int, *, trouble: str = "", status: int = 200) -> HttpResponse:
    """The page of a round, also where something could not be done. Raises NotFound."""
    shown = round_page(round_of(school.pk, round_id), request.user)
    context = {"school": school, "step": Step.WORKING_GROUP, "round": shown, "trouble": trouble, "Phase": Phase}
    return render(request, "calibration/round.html", context, status=status)


@page
@of_school(Right.SEE_PROGRAMME)
def calibration_notes(request: SignedIn, school: School) -> HttpResponse:
    """How to run the hour."""
    context = {"school": school, "step": Step.WORKING_GROUP, "agenda": AGENDA, "sayings": SAYINGS}
    return render(request, "calibration/notes.html", context)
