"""The level chip: icon, number, word and colour together, so that none of them has to be seen."""

from __future__ import annotations

from django import template

from heedful.captures.rules import SEVERITY_WORDS

register = template.Library()
ICONS = {5: "urgent", 4: "alert-triangle", 3: "flag", 2: "info-circle", 1: "note", 0: "note"}


@register.inclusion_tag("captures/_level.html")
def level(value: int, *, is_grade: bool = False) -> dict[str, object]:
    """A severity (the machine's) or a grade (a person's), 0-5."""
    return {"value": value, "word": SEVERITY_WORDS[value], "icon": ICONS[value], "is_grade": is_grade}
