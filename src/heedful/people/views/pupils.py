"""Who is on the roll: a list to search, and one pupil's facts. Nothing here says whether anybody wrote anything."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from heedful.people.access import SignedIn, needs
from heedful.people.queries import count_unmatched, my_schools, schools_with
from heedful.people.roll.actions.look import list_pupils, read_pupil
from heedful.people.roll.forms import PupilSearch
from heedful.people.roll.queries.pupils import years_and_groups
from heedful.people.rules import AgeBand, NotFound, Right
from heedful.web.decorators import not_found_on, page


@page
@needs(Right.CHANGE_ROLL)
def pupils(request: SignedIn) -> HttpResponse:
    """Pupils by family name, searched and narrowed."""
    years, groups = years_and_groups(request.user)
    form = PupilSearch(request.GET, years=years, groups=groups)
    wanted = form.wanted()
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "form": form,
        "wanted": wanted,
        "found": list_pupils(wanted, viewer=request.user, now=timezone.now()),
        "kept": kept.urlencode(),
        "is_narrowed": bool(wanted.words or wanted.year_group is not None or wanted.group or wanted.leavers),
        "unmatched": count_unmatched(request.user),
        "may_match": bool(schools_with(request.user, Right.MATCH_ACCOUNTS)),
        "many_schools": len(my_schools(request.user)) > 1,
    }
    return render(request, "people/pupils.html", context)


@page
@needs(Right.CHANGE_ROLL)
@not_found_on(NotFound)
def pupil(request: SignedIn, pupil: int) -> HttpResponse:
    """One pupil: year, form, groups, accounts."""
    found = read_pupil(pupil, viewer=request.user, now=timezone.now())
    return render(request, "people/pupil.html", {"found": found, "pupil": found.row, "age_band": AgeBand(found.age_band).label})
