"""The guidance that a row of the table may cite, and the newest version of each that this release of Heedful knows. Pure.

The editions are those named by their publishers: Department for Education, *Keeping children safe in education* (each
September), *Behaviour in schools: advice for headteachers and school staff* (February 2024), *Filtering and monitoring
standards for schools and colleges*; Home Office, *Prevent duty guidance* (in force since 31 December 2023); UK Council for
Internet Safety, *Sharing nudes and semi-nudes* (March 2024). Nothing of their text is here.
"""

from __future__ import annotations

from dataclasses import dataclass

from heedful.thresholds.rules import THEMES

OTHER = "other"  # guidance that Heedful does not follow: its version can't be told to be old


@dataclass(frozen=True)
class Guidance:
    """One document. `versions` oldest first: the last is the newest known."""

    key: str
    title: str
    versions: tuple[str, ...]

    @property
    def newest(self) -> str:
        return self.versions[-1] if self.versions else ""


GUIDANCE: dict[str, Guidance] = {
    each.key: each
    for each in (
        Guidance("kcsie", "Keeping children safe in education", ("2023", "2024", "2025", "2026")),
        Guidance("behaviour", "Behaviour in schools", ("2022", "2024")),
        Guidance("prevent", "Prevent duty guidance", ("2015", "2021", "2023")),
        Guidance("nudes", "Sharing nudes and semi-nudes", ("2020", "2024")),
        Guidance(OTHER, "Other guidance", ()),
    )
}
_OF_THEME = {"extremism": "prevent", "nudes": "nudes", "language": "behaviour", "bypass": "behaviour", "gambling": "behaviour"}


def guidance_of(theme: str) -> Guidance:
    """The guidance that a row cites until the group cites another."""
    return GUIDANCE[_OF_THEME.get(theme, "kcsie")]


def is_stale(guidance: str, version: str) -> bool:
    """Whether a newer version of this guidance is known than the one that a row cites."""
    known = GUIDANCE.get(guidance)
    if known is None or not known.versions or version == known.newest:
        return False
    return version in known.versions or version < known.newest


def default_citations() -> dict[str, tuple[str, str]]:
    """(guidance, version) for every theme."""
    return {theme: (guidance_of(theme).key, guidance_of(theme).newest) for theme in THEMES}
