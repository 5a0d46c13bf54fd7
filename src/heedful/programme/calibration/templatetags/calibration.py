"""Figures of agreement in the calibration's pages."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def alpha(value: float | None) -> str:
    """Three decimals, as the figure is usually written; a dash where nothing can be said."""
    return "–" if value is None else f"{value:.3f}"
