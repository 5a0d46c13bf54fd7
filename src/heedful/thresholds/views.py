"""The agreed lines to read: the table in force, every version before it, and two of them side by side."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.people.access import SignedIn, needs, step_up
from heedful.people.models import School
from heedful.people.queries import has_right, school_by_number, schools_where
from heedful.people.rules import AgeBand, Right
from heedful.thresholds.actions import lock_for_trust
from heedful.thresholds.comparing import sides_for
from heedful.thresholds.drafting.queries import citations_of_version, places_of
from heedful.thresholds.grids import Choice, band_asked_for, changes_by_theme, grid_of
from heedful.thresholds.queries import (
    NotFound,
    drafts_being_agreed,
    history_for,
    least_of_trust,
    origin_of,
    tables_for,
    trust_lock_of,
    version_of,
)
from heedful.thresholds.rules import BANDS, LEVELS, Table, looser_than
from heedful.web.decorators import command, not_found_on, page


@page
@needs(Right.SEE_THRESHOLDS)
def thresholds(request: SignedIn) -> HttpResponse:
    """The table in force of one school and age band: where each theme goes at each level, and how fast."""
    schools = schools_where(request.user, Right.SEE_THRESHOLDS)
    wanted = request.GET.get("school", "")
    school = next((s for s in schools if str(s.pk) == wanted), None) if wanted else schools[0]
    if school is None:
        raise Http404
    table = tables_for(request.user, school.pk)
    if table is None:
        raise Http404
    band = band_asked_for(request.GET.get("age"))
    context = _table_context(request, school, table, band) | {
        "schools": [Choice(s.name, _url(s.pk, band), s == school) for s in schools],
        "bands": [Choice(AgeBand(b).label, _url(school.pk, b), b == band) for b in BANDS],
        "drafts": drafts_being_agreed(school.pk),
        "may_start": has_right(request.user, school.pk, Right.RUN_PROGRAMME),
        "history": history_for(request.user, school.pk),
        "looser": len(looser_than(table.lines, least_of_trust(school.pk))),
    }
    return render(request, "thresholds/thresholds.html", context)


@page
@needs(Right.SEE_THRESHOLDS)
@not_found_on(NotFound)
def threshold_version(request: SignedIn, school_id: int, number: int) -> HttpResponse:
    """One version: why, by whom, signed by whom, what it changed, its lines and what they rest on. 0 is Heedful's own default."""
    table, school = version_of(request.user, school_id, number), school_by_number(school_id)
    in_force = tables_for(request.user, school_id)
    if table is None or school is None or in_force is None:
        raise Http404
    before = version_of(request.user, school_id, number - 1) if number else None
    band = band_asked_for(request.GET.get("age"))
    address = reverse("threshold_version", args=[school_id, number])
    context = _table_context(request, school, table, band) | {
        "bands": [Choice(AgeBand(b).label, f"{address}?age={b}", b == band) for b in BANDS],
        "in_force": in_force.version,
        "changes": changes_by_theme(before, table) if before else [],
        "previous": number - 1,
        "trust_lock": trust_lock_of(request.user, school_id, number),
    }
    return render(request, "thresholds/version.html", context)


@command
@needs(Right.RUN_PROGRAMME)
@step_up
@not_found_on(NotFound)
def threshold_lock(request: SignedIn, school_id: int, number: int) -> HttpResponse:
    """Make this version the least of the trust's schools, or lift that."""
    is_locked = request.POST.get("lift") != "yes"
    trust = lock_for_trust(school_id=school_id, number=number, is_locked=is_locked, viewer=request.user, now=timezone.now())
    done = f"No school of {trust.name} can put a looser table in force." if is_locked else f"{trust.name} asks no least table of its schools."
    messages.success(request, done)
    return HttpResponseRedirect(reverse("threshold_version", args=[school_id, number]))


@page
@needs(Right.SEE_THRESHOLDS)
@not_found_on(NotFound)
def threshold_compare(request: SignedIn, school_id: int) -> HttpResponse:
    """Two versions, or a draft and a version, side by side: only what differs."""
    sides = sides_for(request.user, school_id, left=request.GET.get("left", ""), right=request.GET.get("right", ""))
    context = {"school": school_by_number(school_id), "sides": sides, "themes": changes_by_theme(sides.left_table, sides.right_table)}
    return render(request, "thresholds/compare.html", context)


def _table_context(request: SignedIn, school: School, table: Table, band: str) -> dict[str, object]:
    origin = origin_of(request.user, school.pk, table.version)
    return {
        "school": school,
        "levels": LEVELS,
        "rows": grid_of(table, band),
        "version": table.version,
        "origin": origin,
        "places": places_of(citations_of_version(request.user, school.pk, origin.draft if origin else None)),
    }


def _url(school_id: int, band: str) -> str:
    return f"{reverse('thresholds')}?school={school_id}&age={band}"
