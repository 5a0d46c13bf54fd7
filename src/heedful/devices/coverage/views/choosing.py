"""Which of the viewer's schools a page is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse

from heedful.people.access import SignedIn
from heedful.people.models import School


@dataclass(frozen=True)
class Choice:
    title: str
    url: str
    is_current: bool


def school_asked_for(request: SignedIn, schools: Sequence[School]) -> School:
    """The school that the address names, else the first. 404 where it is none of these."""
    wanted = request.GET.get("school", "")
    school = next((each for each in schools if str(each.pk) == wanted), None) if wanted else next(iter(schools), None)
    if school is None:
        raise Http404
    return school


def choices(url_name: str, schools: Sequence[School], school: School) -> list[Choice]:
    """A tab for each school; none where there is but one."""
    if len(schools) < 2:
        return []
    return [Choice(each.name, f"{reverse(url_name)}?school={each.pk}", each.pk == school.pk) for each in schools]
