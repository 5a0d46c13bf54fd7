"""A table as a page shows it: one age band at a time, a row a theme. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from heedful.people.rules import AgeBand
from heedful.thresholds.rules import BANDS, LEVELS, THEME_TITLES, THEMES, Difference, Line, Table, differences

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


@dataclass(frozen=True)
class Change:
    """One line that differs: at which level, for which ages, and how."""

    level: int
    ages: str
    before: Line
    after: Line


@dataclass(frozen=True)
class ThemeChanges:
    title: str
    changes: tuple[Change, ...]


def grid_of(table: Table, band: str) -> list[GridRow]:
    return [GridRow(THEME_TITLES[theme], tuple((level, table.line_for(theme, level, band)) for level in LEVELS)) for theme in THEMES]


def band_asked_for(asked: str | None) -> str:
    """The age band of an address, or the one that a page opens with."""
    return asked if asked in BANDS else DEFAULT_BAND


def ages_of(bands: Iterable[str]) -> str:
    """`every age`, or `age 11-14, 14-16`."""
    wanted = [band for band in BANDS if band in set(bands)]
    if len(wanted) == len(BANDS):
        return "every age"
    return "age " + ", ".join(AgeBand(band).label for band in wanted)


def changes_by_theme(before: Table, after: Table) -> list[ThemeChanges]:
    """What two tables treat differently, by theme; empty where they are the same."""
    by_theme: dict[str, list[Difference]] = {}
    for each in differences(before.lines, after.lines):
        by_theme.setdefault(each.theme, []).append(each)
    return [
        ThemeChanges(THEME_TITLES[theme], tuple(Change(each.level, ages_of(each.bands), each.before, each.after) for each in found))
        for theme, found in by_theme.items()
    ]
