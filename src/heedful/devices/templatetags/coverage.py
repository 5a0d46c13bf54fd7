"""Numbers of coverage as a page may show them."""

from __future__ import annotations

from django import template

register = template.Library()
LEAST_SHOWN = 5


@register.filter
def not_small(number: int, hides_small: bool) -> str:
    """The number, or `fewer than 5` where it is 1 to 4 and the reader sees counts alone: so few could point at a pupil."""
    return f"fewer than {LEAST_SHOWN}" if hides_small and 0 < number < LEAST_SHOWN else str(number)
