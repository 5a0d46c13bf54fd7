"""The agreed lines: theme × level × age band → route and urgency. Pure.

A level is a severity when the table suggests, and a grade when it settles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import TextChoices

THEMES = (
    "suicide", "self_harm", "eating_disorder", "low_mood", "abuse_disclosure", "sexual_exploitation", "nudes", "sexual_content",
    "bullying", "discrimination", "violence", "weapons", "drugs", "criminal_exploitation", "extremism", "gambling", "bypass", "language",
)  # fmt: skip
THEME_TITLES = {
    "suicide": "Suicide", "self_harm": "Self-harm", "eating_disorder": "Eating disorder", "low_mood": "Low mood",
    "abuse_disclosure": "Abuse disclosure", "sexual_exploitation": "Sexual exploitation", "nudes": "Nudes", "sexual_content": "Sexual content",
    "bullying": "Bullying", "discrimination": "Discrimination", "violence": "Violence", "weapons": "Weapons", "drugs": "Drugs and alcohol",
    "criminal_exploitation": "Criminal exploitation", "extremism": "Extremism", "gambling": "Gambling", "bypass": "Filter bypass", "language": "Language",
}  # fmt: skip
LEVELS = (1, 2, 3, 4, 5)
Key = tuple[str, int, str]  # theme, level, age band
BANDS = ("ks1", "ks2", "ks3", "ks4", "ks5")
SAFEGUARDING_FLOOR = frozenset({"abuse_disclosure", "sexual_exploitation", "nudes", "criminal_exploitation", "extremism", "weapons"})
WELFARE = SAFEGUARDING_FLOOR | {"suicide", "self_harm", "eating_disorder", "low_mood"}
CONDUCT = frozenset({"bullying", "discrimination", "violence", "drugs", "gambling", "sexual_content"})


class Route(TextChoices):
    SAFEGUARDING = "safeguarding", "Safeguarding"
    BEHAVIOUR = "behaviour", "Behaviour"
    RECORD_ONLY = "record_only", "Record only"


class Urgency(TextChoices):
    NOW = "now", "Tell the DSL at once"
    TODAY = "today", "Same school day"
    WEEK = "week", "This week"
    NONE = "none", "No deadline"


# Minutes to acknowledge; None has no clock.
ACKNOWLEDGE_WITHIN_MINUTES = {Urgency.NOW: 15, Urgency.TODAY: 6 * 60, Urgency.WEEK: 5 * 24 * 60, Urgency.NONE: None}
_STRICTNESS_OF_ROUTE = {Route.RECORD_ONLY: 0, Route.BEHAVIOUR: 1, Route.SAFEGUARDING: 2}
_STRICTNESS_OF_URGENCY = {Urgency.NONE: 0, Urgency.WEEK: 1, Urgency.TODAY: 2, Urgency.NOW: 3}


@dataclass(frozen=True)
class Line:
    """Where one theme at one level goes for one age band, and how fast somebody must acknowledge."""

    route: Route
    urgency: Urgency


NOTHING = Line(Route.RECORD_ONLY, Urgency.NONE)


def strictest(lines: Sequence[Line]) -> Line:
    """The strictest route and the strictest urgency among these, which may come from different lines."""
    return Line(
        max((line.route for line in lines), key=_STRICTNESS_OF_ROUTE.__getitem__),
        max((line.urgency for line in lines), key=_STRICTNESS_OF_URGENCY.__getitem__),
    )


class TableError(Exception):
    """A threshold table is incomplete or wrong; the text names every fault."""


@dataclass(frozen=True)
class Table:
    """A whole table in force. `version` is remembered by each capture that it routed.

    `releases` are lines that the group agreed to be both: safeguarding owns them, and the lead may release something to behaviour.
    """

    version: int
    lines: dict[Key, Line]
    releases: frozenset[Key] = field(default_factory=frozenset)

    def line_for(self, theme: str, level: int, age_band: str) -> Line:
        """The line for one theme; an unknown age gets the strictest route and the strictest urgency of any band. Level 0 is record only."""
        if level == 0:
            return NOTHING
        bands = (age_band,) if age_band in BANDS else BANDS
        return strictest([self.lines[theme, level, band] for band in bands])

    def decide(self, levels: dict[str, int], age_band: str) -> Line:
        """The strictest route and the strictest urgency over all themes of one capture."""
        lines = [self.line_for(theme, level, age_band) for theme, level in levels.items() if theme in THEMES]
        return strictest(lines) if lines else NOTHING

    def may_release(self, levels: dict[str, int], age_band: str) -> bool:
        """Whether a capture that goes to safeguarding has a theme of which the lead may release a line to behaviour."""
        bands = (age_band,) if age_band in BANDS else BANDS
        is_both = any((theme, level, band) in self.releases for theme, level in levels.items() for band in bands)
        return is_both and self.decide(levels, age_band).route == Route.SAFEGUARDING


class DraftRefused(Exception):
    """This can't be done with a draft; the text says why and what to do, for the page."""


class DraftState(TextChoices):
    OPEN = "open", "Being agreed"
    IN_FORCE = "in_force", "Came into force"
    SET_ASIDE = "set_aside", "Set aside"


class Sureness(TextChoices):
    """How sure the working group was of a line."""

    AGREED = "agreed", "Agreed"
    LEANING = "leaning", "Leaning"
    UNSURE = "unsure", "Not sure"
    DEFAULT = "default", "As it was"
    FLOOR = "floor", "Fixed"
    DECIDED = "decided", "Decided"


@dataclass(frozen=True)
class CellNote:
    """What a draft says of one line. `says` is one plain sentence, `cards` are the titles or numbers of the vignettes behind it.

    `release_to_behaviour` is the group's "both": safeguarding owns it, and the lead may release a line to behaviour.
    `decided_by` is the name of who settled it by hand.
    """

    sureness: str
    says: str
    cards: tuple[str, ...] = ()
    release_to_behaviour: bool = False
    decided_by: str = ""


def default_line(theme: str, level: int, band: str) -> Line:
    """Heedful's starting point for a working group (KCSIE themes; a school changes it)."""
    if level == 5:
        return Line(Route.SAFEGUARDING, Urgency.NOW)
    if theme in WELFARE:
        if level == 1:
            return NOTHING if theme == "low_mood" else Line(Route.SAFEGUARDING, Urgency.WEEK)
        urgency = {4: Urgency.NOW, 3: Urgency.TODAY, 2: Urgency.WEEK}[level]
        return Line(Route.SAFEGUARDING, urgency)
    young = band in {"ks1", "ks2"}
    if theme in CONDUCT:
        if level == 4:
            return Line(Route.SAFEGUARDING, Urgency.NOW if theme == "violence" else Urgency.TODAY)
        if level == 3:
            return Line(Route.SAFEGUARDING if young else Route.BEHAVIOUR, Urgency.TODAY)
        return Line(Route.BEHAVIOUR, Urgency.WEEK) if level == 2 else NOTHING
    # bypass, language
    if level >= 3:
        return Line(Route.BEHAVIOUR, Urgency.TODAY if level == 4 else Urgency.WEEK)
    return Line(Route.BEHAVIOUR, Urgency.WEEK) if level == 2 and young else NOTHING


def default_lines() -> dict[Key, Line]:
    return {(t, level, band): default_line(t, level, band) for t in THEMES for level in LEVELS for band in BANDS}


def to_json(lines: dict[Key, Line]) -> list[list[object]]:
    """Rows `[theme, level, band, route, urgency]` in a fixed order."""
    return [[t, level, band, str(line.route), str(line.urgency)] for (t, level, band), line in sorted(lines.items())]


def from_json(rows: Iterable[list[object]]) -> dict[Key, Line]:
    """Read rows. Raises TableError that names each missing or wrong line, and each below its floor."""
    lines, faults = _read(rows)
    faults += [f"{t}, level {level}: the floor is safeguarding" for (t, level, _), line in sorted(lines.items()) if breaks_floor(t, level, line)]
    if faults:
        raise TableError("threshold table: " + "; ".join(faults))
    return lines


def from_stored(rows: Iterable[list[object]]) -> dict[Key, Line]:
    """Read lines that were checked when they were kept. What an older floor let through is lifted to the floor of today, so that captures go on being routed."""
    lines, faults = _read(rows)
    if faults:
        raise TableError("threshold table: " + "; ".join(faults))
    return {key: Line(Route.SAFEGUARDING, line.urgency) if breaks_floor(key[0], key[1], line) else line for key, line in lines.items()}


def _read(rows: Iterable[list[object]]) -> tuple[dict[Key, Line], list[str]]:
    lines: dict[Key, Line] = {}
    faults: list[str] = []
    for row in rows:
        try:
            theme, level, band, route, urgency = row
            lines[str(theme), int(str(level)), str(band)] = Line(Route(str(route)), Urgency(str(urgency)))
        except (ValueError, TypeError):
            faults.append(f"line {row!r}: takes theme, level, age band, route and urgency")
    missing = {(t, level, band) for t in THEMES for level in LEVELS for band in BANDS} - set(lines)
    faults += [f"{t}, level {level}, {band}: missing" for t, level, band in sorted(missing)]
    return lines, faults


def is_floored(theme: str, level: int) -> bool:
    """Floors that no vote lowers: these themes at every level, and suicide or self-harm from level 3, go to safeguarding."""
    return theme in SAFEGUARDING_FLOOR or (theme in {"suicide", "self_harm"} and level >= 3)


def breaks_floor(theme: str, level: int, line: Line) -> bool:
    """Whether this line sends elsewhere what a floor keeps with safeguarding."""
    return is_floored(theme, level) and line.route is not Route.SAFEGUARDING


def is_looser(line: Line, than: Line) -> bool:
    """Whether this line goes to a less strict route, or waits longer."""
    return (
        _STRICTNESS_OF_ROUTE[line.route] < _STRICTNESS_OF_ROUTE[than.route]
        or _STRICTNESS_OF_URGENCY[line.urgency] < _STRICTNESS_OF_URGENCY[than.urgency]
    )


def least_lines(rows: Iterable[list[object]]) -> dict[Key, Line]:
    """The least that a trust asks of its schools, from its rows `[theme, level, band, route, urgency]`; not every line need be among them."""
    return _read(rows)[0]


def looser_than(lines: Mapping[Key, Line], least: Mapping[Key, Line]) -> list[Key]:
    """The lines that a school may not have so loose, in order."""
    return sorted(key for key, asked in least.items() if key in lines and is_looser(lines[key], asked))


@dataclass(frozen=True)
class Difference:
    """One theme and level that two tables treat differently, for the age bands for which it is the same difference."""

    theme: str
    level: int
    bands: tuple[str, ...]
    before: Line
    after: Line


def differences(before: Mapping[Key, Line], after: Mapping[Key, Line]) -> list[Difference]:
    """Only what differs, by theme and level; age bands with the same change stand together."""
    found: list[Difference] = []
    for theme in THEMES:
        for level in LEVELS:
            changes: dict[tuple[Line, Line], list[str]] = {}
            for band in BANDS:
                pair = before[theme, level, band], after[theme, level, band]
                if pair[0] != pair[1]:
                    changes.setdefault(pair, []).append(band)
            found += [Difference(theme, level, tuple(bands), *pair) for pair, bands in changes.items()]
    return found
