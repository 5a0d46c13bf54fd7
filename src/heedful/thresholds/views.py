"""The agreed lines in force, to read."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from heedful.people.access import SignedIn, needs
from heedful.people.queries import my_schools, schools_with
from heedful.people.rules import AgeBand, Right
from heedful.thresholds.queries import origin_of, tables_for
from heedful.thresholds.rules import BANDS, LEVELS, THEME_TITLES, THEMES, Line, Table
from heedful.web.decorators import page

DEFAULT_BAND = "ks3"


@dataclass(frozen=True)
class Choice:
    title: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class GridRow:
    theme: str
    lines: tuple[tuple[int, Line], ...]


@page
@needs(Right.SEE_THRESHOLDS)
def thresholds(request: SignedIn) -> HttpResponse:
    """The grid of one school and age band: where each theme goes at each level, and how fast."""
    seen = set(schools_with(request.user, Right.SEE_THRESHOLDS))
    schools = [school for school in my_schools(request.user) if school.pk in seen]
    wanted = request.GET.get("school", "")
    school = next((s for s in schools if str(s.pk) == wanted), None) if wanted else schools[0]
    if school is None:
        raise Http404
    table = tables_for(request.user, school.pk)
    if table is None:
        raise Http404
    band = request.GET.get("age", DEFAULT_BAND)
    band = band if band in BANDS else DEFAULT_BAND
    context = {
        "school": school,
        "schools": [Choice(s.name, _url(s.pk, band), s == school) for s in schools],
        "bands": [Choice(AgeBand(b).label, _url(school.pk, b), b == band) for b in BANDS],
        "levels": LEVELS,
        "rows": _grid(table, band),
        "version": table.version,
        "origin": origin_of(request.user, school.pk, table.version),
    }
    return render(request, "thresholds/thresholds.html", context)


def _grid(table: Table, band: str) -> list[GridRow]:
    return [GridRow(THEME_TITLES[theme], tuple((level, table.line_for(theme, level, band)) for level in LEVELS)) for theme in THEMES]


def _url(school_id: int, band: str) -> str:
    return f"{reverse('thresholds')}?school={school_id}&age={band}"
