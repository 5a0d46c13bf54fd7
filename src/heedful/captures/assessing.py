"""The door to detection: one bundle per process, and what an assessment becomes in a row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from heedful.captures.rules import REPORT_LEAST_SEVERITY, Source
from heedful.detection.bundle import Bundle, load_shipped_bundle
from heedful.detection.engine import Observation, assess


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


def judge(text: str, *, source: str, age_band: str) -> Judged:
    """Assess one captured text. A report ("tell someone") is never below severity 3."""
    bundle = bundle_in_use()
    assessment = assess(Observation(text=text, source=source), age_band=age_band, bundle=bundle)
    themes = {theme: [score, assessment.theme_severities[theme]] for theme, score in assessment.themes.items()}
    findings = [[f.theme, f.start, f.end, f.rule, f.severity, f.why] for f in assessment.findings]
    top = max(themes, key=lambda theme: (themes[theme][1], themes[theme][0], theme), default="")
    severity = assessment.severity
    if source == Source.REPORT:
        severity = max(severity, REPORT_LEAST_SEVERITY)
    return Judged(severity, top, themes, findings, bundle.version)
