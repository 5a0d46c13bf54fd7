"""Small parts of every page: icons and moments in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template
from django.utils import timezone

register = template.Library()


@register.inclusion_tag("web/_icon.html")
def icon(name: str) -> dict[str, str]:
    """An outline icon that says nothing to a screen reader; words stand beside it."""
    return {"name": name}


@register.inclusion_tag("web/_moment.html")
def moment(value: datetime | None) -> dict[str, object]:
    """A time in words, with the exact one in the tooltip and in `datetime`; the page's script keeps the words fresh."""
    return {"value": value, "words": moment_in_words(value, timezone.now()) if value else ""}


def moment_in_words(value: datetime, now: datetime) -> str:
    """`just now`, `12 min ago`, `today 14:05`, `yesterday 14:05`, `Monday 14:05`, `3 November 14:05`, with the year when it is another."""
    age = now - value
    if timedelta(0) <= age < timedelta(minutes=1):
        return "just now"
    if timedelta(0) <= age < timedelta(hours=1):
        return f"{int(age.total_seconds() // 60)} min ago"
    local, today = timezone.localtime(value), timezone.localtime(now).date()
    days = (today - local.date()).days
    clock = local.strftime("%H:%M")
    if days in {0, 1, -1}:
        return f"{ {0: 'today', 1: 'yesterday', -1: 'tomorrow'}[days] } {clock}"
    if 0 < days < 7:
        return f"{local.strftime('%A')} {clock}"
    year = f" {local.year}" if local.year != today.year else ""
    return f"{local.day} {local.strftime('%B')}{year} {clock}"


@register.filter
def duration_in_words(value: timedelta) -> str:
    """A length of time in the two units that matter: `45 s`, `12 min`, `3 h 20 min`, `2 days`."""
    seconds = int(abs(value).total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    if seconds < 86_400:
        minutes = seconds % 3600 // 60
        return f"{seconds // 3600} h {minutes} min" if minutes else f"{seconds // 3600} h"
    days = seconds // 86_400
    return "1 day" if days == 1 else f"{days} days"
