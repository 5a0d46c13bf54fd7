"""The door to detection: one bundle per process, and what an assessment becomes in a row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from heedful.captures.locked_lists import installed_lists
from heedful.captures.rules import REPORT_LEAST_SEVERITY, Source
from heedful.detection.bundle import Bundle
from heedful.detection.engine import assess
from heedful.detection.shipped import load_shipped_bundle
from heedful.detection.values import AgeBand as AgeBandName
from heedful.detection.values import Observation
from heedful.detection.values import Source as SourceName
from heedful.thresholds.rules import Line, Route, Table, Urgency


@dataclass(frozen=True)
class Judged:
    """What the machine made of one text. `themes` is {theme: [thousandths, severity]}."""

    severity: int
    theme: str
    themes: dict[str, list[int]]
    findings: list[list[Any]]
    bundle_version: str

    @property
    def levels(self) -> dict[str, int]:
        return {theme: severity for theme, (_, severity) in self.themes.items()}


@lru_cache(maxsize=1)
def bundle_in_use() -> Bundle:
    """The library that this process assesses with; loaded once."""
    return load_shipped_bundle()


@lru_cache(maxsize=1)
def meanings() -> dict[str, str]:
    """What each phrase means in plain English, by rule id."""
    return {phrase.id: phrase.meaning for phrase in bundle_in_use().phrases}


@lru_cache(maxsize=1)
def guidance() -> dict[str, str]:
    """What a trained reader should hold in mind, by theme."""
    return {str(theme["name"]): str(theme["guidance"]) for theme in bundle_in_use().content["themes"]}


def judge(text: str, *, source: str, age_band: str, url: str = "", before: tuple[str, ...] = ()) -> Judged:
    """Assess one captured text with the lines before it. A report ("tell someone") is never below severity 3."""
    bundle = bundle_in_use()
    observation = Observation(text=text, source=cast(SourceName, source), context_before=before, url=url)
    assessment = assess(observation, age_band=cast(AgeBandName, age_band), bundle=bundle, locked=installed_lists())
    themes = {theme: [score, assessment.theme_severities[theme]] for theme, score in assessment.themes.items()}
    findings = [[f.theme, f.start, f.end, f.rule, f.severity, f.why] for f in assessment.findings]
    top = max(themes, key=lambda theme: (themes[theme][1], themes[theme][0], theme), default="")
    severity = assessment.severity
    if source == Source.REPORT:
        severity = max(severity, REPORT_LEAST_SEVERITY)
    return Judged(severity, top, themes, findings, bundle.version)


def line_of(table: Table, levels: dict[str, int], *, source: str, age_band: str) -> Line:
    """Route and urgency of a capture by this table. A child who has asked for help is read by the lead the same day, whatever the words say."""
    line = table.decide(levels, age_band)
    if source != Source.REPORT:
        return line
    return Line(Route.SAFEGUARDING, line.urgency if line.urgency == Urgency.NOW else Urgency.TODAY)
