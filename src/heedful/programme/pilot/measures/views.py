"""The page of the measures, and a reviewer's own rating."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.people.access import SignedIn
from heedful.people.models import School
from heedful.people.queries import has_right
from heedful.people.rules import NotFound, Right
from heedful.programme.access import of_school
from heedful.programme.pilot.measures.actions import rate_approach
from heedful.programme.pilot.measures.conclusions import Kind, caution, conclusions
from heedful.programme.pilot.measures.forms import PeriodForm, RatingForm
from heedful.programme.pilot.measures.presenting import chapters, opinions, weeks
from heedful.programme.pilot.measures.queries import approaches_to_rate, measured
from heedful.programme.steps import Step
from heedful.web.decorators import command, not_found_on, page


@page
@of_school(Right.SEE_PROGRAMME)
def measures(request: SignedIn, school: School) -> HttpResponse:
    """What was measured, side by side, and what may be concluded from it."""
    return _show(request, school, None, 200)


@command
@of_school(Right.DECIDE)
@not_found_on(NotFound)
def measures_rate(request: SignedIn, school: School) -> HttpResponse:
    """A reviewer's own rating of one approach."""
    form = RatingForm(request.POST, approaches=approaches_to_rate(school.pk))
    if not form.is_valid():
        return _show(request, school, form, 422)
    given = form.cleaned_data
    rate_approach(
        school=school, approach_id=form.approach_id(), stars=int(given["stars"]), sentence=given["sentence"], viewer=request.user, now=timezone.now()
    )
    messages.success(request, "Your rating is kept. You can give another at any time; the newest counts.")
    return HttpResponseRedirect(reverse("measures", args=[school.pk]))


def _show(request: SignedIn, school: School, rating: RatingForm | None, status: int) -> HttpResponse:
    asked = PeriodForm(request.GET if request.method == "GET" and request.GET else None)
    days = asked.cleaned_data if asked.is_bound and asked.is_valid() else {}
    found = measured(request.user, school, now=timezone.now(), since=days.get("since"), until=days.get("until"))
    if found is None:
        raise Http404
    said = conclusions(found.measures, is_exact=found.is_exact)
    may_rate = has_right(request.user, school.pk, Right.DECIDE)
    context = {
        "school": school,
        "step": Step.PILOT if found.is_pilot else Step.REVIEW,
        "found": found,
        "period_form": asked,
        "chapters": chapters(found.measures, is_exact=found.is_exact),
        "opinions": opinions(found.measures),
        "weeks": weeks(found.measures, is_exact=found.is_exact),
        "conclusions": [each for each in said if each.kind != Kind.TOO_FEW],
        "too_few": [each for each in said if each.kind == Kind.TOO_FEW],
        "caution": caution(said),
        "rating": (rating or RatingForm(approaches=approaches_to_rate(school.pk))) if may_rate else None,
    }
    return render(request, "measures/measures.html", context, status=422 if asked.is_bound and not asked.is_valid() else status)
