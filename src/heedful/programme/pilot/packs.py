"""The weekly pack's figures: those of the page of measures, each beside what would be good enough. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from heedful.programme.pilot.measures.presenting import Row, chapters
from heedful.programme.pilot.measures.rules import Measures
from heedful.programme.pilot.rules import Success

TITLES = {
    "Captures per 100 pupils a week": Success.RATE, "False positives": Success.FALSE_POSITIVES,
    "Time to first look, median": Success.FIRST_LOOK, "Time to decision, median": Success.DECISION,
    "Reviewers' time in all": Success.MINUTES, "Second grades that differ": Success.REGRADES, "Missed": Success.MISSED,
}  # fmt: skip


@dataclass(frozen=True)
class PackFigure:
    """One figure by approach, and the goal that was set for it; empty where none was."""

    title: str
    goal: str
    rows: tuple[Row, ...]


def pack_figures(measures: Sequence[Measures], *, is_exact: bool, goals: Mapping[Success, str]) -> tuple[PackFigure, ...]:
    """Every figure; those with a goal first."""
    found = [
        PackFigure(figure.title, goals.get(TITLES[figure.title], "") if figure.title in TITLES else "", figure.rows)
        for chapter in chapters(measures, is_exact=is_exact)
        for figure in chapter.figures
    ]
    return tuple(sorted(found, key=lambda figure: not figure.goal))
