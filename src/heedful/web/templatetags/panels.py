"""A place on a page for what a higher app knows: it is named by its URL alone, so that nothing below needs to know the app."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import NoReverseMatch, reverse

register = template.Library()


@register.inclusion_tag("web/_panel.html")
def panel(url_name: str, title: str, *args: Any, **asked: Any) -> dict[str, Any]:
    """A link that the page's script replaces by the answer; without script it stays a link. The view checks access itself.

    Where no app has a URL of this name there is nothing. What is asked goes into the query; empty values are left out.
    """
    try:
        url = reverse(url_name, args=args)
    except NoReverseMatch:
        return {"url": ""}
    query = urlencode({name: value for name, value in asked.items() if value not in ("", None)})
    return {"url": f"{url}?{query}" if query else url, "title": title}
