"""Answers that came back on paper, typed in for somebody without an account."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.people.access import SignedIn
from heedful.people.models import School
from heedful.people.rules import NotFound, Right, Strand
from heedful.programme.access import of_school
from heedful.programme.calibration import actions
from heedful.programme.calibration.forms import PaperForm
from heedful.programme.calibration.queries.rounds import cards_of_round, round_of
from heedful.programme.calibration.rules import CalibrationRefused
from heedful.programme.steps import Step
from heedful.web.decorators import not_found_on, page_with_form


@page_with_form
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def calibration_paper(request: SignedIn, school: School, round_id: int) -> HttpResponse:
    """All cards of one person from outside on one page."""
    held = round_of(school.pk, round_id)
    cards = cards_of_round(held)
    form = PaperForm(request.POST if request.method == "POST" else None, cards=cards)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        strand = Strand(given["strand"]) if given["strand"] else None
        try:
            actions.type_in(
                school=school, round_id=round_id, described_as=given["described_as"], strand=strand, answers=form.answers(),
                by=request.user, now=timezone.now(),
            )  # fmt: skip
        except CalibrationRefused as fault:
            form.add_error(None, str(fault))
        else:
            messages.success(request, "The cards from paper are in.")
            return HttpResponseRedirect(reverse("calibration_round", args=(school.pk, round_id)))
    context = {"school": school, "step": Step.WORKING_GROUP, "round_id": held.pk, "form": form}
    return render(request, "calibration/paper.html", context, status=422 if form.is_bound else 200)
