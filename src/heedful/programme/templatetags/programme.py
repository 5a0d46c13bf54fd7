"""Parts that the pages of the programme share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse

from heedful.people.models import School
from heedful.programme.steps import PAGES, Step

register = template.Library()


@dataclass(frozen=True)
class Place:
    title: str
    url: str
    is_current: bool


@register.inclusion_tag("programme/_step_strip.html")
def step_strip(school: School, step: str) -> dict[str, Any]:
    """The steps as links, the present one marked."""
    places = []
    for each in Step:
        try:
            places.append(Place(each.label, reverse(PAGES[each], args=(school.pk,)), each == step))
        except NoReverseMatch:
            continue
    return {"places": places}
