"""Sorting alone, one card a page. Answers are kept as they are given, so that a phone may be put away at any card."""

from __future__ import annotations

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
from heedful.programme.calibration.models import CalibrationRound
from heedful.programme.calibration.queries.rounds import SortingPage, is_member, my_sorter, progress_of, round_of, sorting_page
from heedful.programme.calibration.rules import PILE_HINTS, CalibrationRefused, Pile, answer_of
from heedful.programme.calibration.views.rounds import show_round
from heedful.programme.steps import Step
from heedful.thresholds.rules import Urgency
from heedful.web.decorators import command, not_found_on, page, page_with_form


@page
@of_school(Right.SEE_PROGRAMME)
@not_found_on(NotFound)
def calibration_sort(request: SignedIn, school: School, round_id: int) -> HttpResponse:
    """Go on where one left off: to the first card without an answer."""
    held = round_of(school.pk, round_id)
    progress = progress_of(held, my_sorter(held, request.user))
    if progress is None or progress.is_finished or not is_member(request.user, school.pk):
        return HttpResponseRedirect(reverse("calibration_round", args=(school.pk, round_id)))
    return HttpResponseRedirect(reverse("calibration_card", args=(school.pk, round_id, progress.next_number)))


@page_with_form
@of_school(Right.SEE_PROGRAMME)
@not_found_on(NotFound)
def calibration_card(request: SignedIn, school: School, round_id: int, number: int) -> HttpResponse:
    """One card, to read and to sort. A script that saves at once asks for no page."""
    held = round_of(school.pk, round_id)
    if not is_member(request.user, school.pk):
        raise NotFound
    shown = sorting_page(held, request.user, number)
    if request.method != "POST":
        if shown.progress.is_finished:
            return HttpResponseRedirect(reverse("calibration_round", args=(school.pk, round_id)))
        return _show(request, school, held, shown)
    pile, urgency = request.POST.get("pile", ""), request.POST.get("urgency", "")
    quietly = "quietly" in request.POST
    try:
        actions.save_answer(
            school=school, round_id=round_id, card=shown.card.key, pile=pile, urgency=urgency, by=request.user, now=timezone.now()
        )
    except CalibrationRefused as fault:
        return HttpResponse(status=409) if quietly else show_round(request, school, round_id, trouble=str(fault), status=422)
    if quietly:
        return HttpResponse(status=204)
    return _go_on(request, school, held, shown, pile, urgency)


def _go_on(request: SignedIn, school: School, held: CalibrationRound, shown: SortingPage, pile: str, urgency: str) -> HttpResponse:
    """To the next card, or back, or to the round after the last. Half an answer stays, with what is missing."""
    back = request.POST.get("go") == "back"
    if not back and (pile or urgency) and answer_of(pile, urgency) is None:
        trouble = "Say how soon somebody should act, too." if pile else "Say where it belongs, too."
        return _show(request, school, held, sorting_page(held, request.user, shown.number), trouble=trouble, status=422)
    number = shown.number - 1 if back else shown.number + 1
    if 1 <= number <= shown.total:
        return HttpResponseRedirect(reverse("calibration_card", args=(school.pk, held.pk, number)))
    return HttpResponseRedirect(reverse("calibration_round", args=(school.pk, held.pk)))


def _show(
    request: SignedIn, school: School, held: CalibrationRound, shown: SortingPage, *, trouble: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "school": school,
        "step": Step.WORKING_GROUP,
        "round_id": held.pk,
        "page": shown,
        "piles": [(pile, PILE_HINTS[pile]) for pile in Pile],
        "urgencies": list(Urgency),
        "trouble": trouble,
    }
    return render(request, "calibration/card.html", context, status=status)


@command
@of_school(Right.SEE_PROGRAMME)
@not_found_on(NotFound)
def calibration_finish(request: SignedIn, school: School, round_id: int) -> HttpResponse:
    """One's own sort is done: the answers stay, and the others' can be seen."""
    try:
        actions.finish_sort(school=school, round_id=round_id, by=request.user, now=timezone.now())
    except CalibrationRefused as fault:
        return show_round(request, school, round_id, trouble=str(fault), status=422)
    messages.success(request, "Thank you. Your answers are in.")
    return HttpResponseRedirect(reverse("calibration_round", args=(school.pk, round_id)))
