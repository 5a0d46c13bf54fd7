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


@register.filter
def hours(number: float) -> str:
    """Hours of work in words that nobody reads to the minute: 0.25 is "15 minutes", 7.5 is "7½ hours"."""
    minutes = round(number * 4) * 15
    if minutes < 60:
        return f"{minutes} minutes" if minutes else "none"
    whole, part = divmod(minutes, 60)
    return f"{whole}{ {0: '', 15: '¼', 30: '½', 45: '¾'}[part] } hour{'s' if minutes != 60 else ''}"


@register.filter
def days_to(days: int) -> str:
    """How far a day is: "in 3 days", "today", "2 days ago"."""
    if days == 0:
        return "today"
    count = f"{abs(days)} day{'s' if abs(days) != 1 else ''}"
    return f"in {count}" if days > 0 else f"{count} ago"
