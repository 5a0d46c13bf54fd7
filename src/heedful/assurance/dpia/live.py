"""The live facts of an assessment as lines that can be kept and compared: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db.models import TextChoices

from heedful.captures.queries.monitoring import MonitoringFacts
from heedful.people.rules import AgeBand
from heedful.programme.plan.queries import LineFacts, PlanFacts
from heedful.programme.plan.rules import Method


class Section(TextChoices):
    """The parts of the document, in their order."""

    PURPOSE = "purpose", "Purpose"
    BASIS = "basis", "Lawful basis"
    DATA = "data", "What is processed"
    NECESSITY = "necessity", "Necessity and proportionality"
    RECIPIENTS = "recipients", "Who sees it, and who else is involved"
    KEPT = "kept", "How long it is kept"
    RIGHTS = "rights", "Being told, and rights"
    RISKS = "risks", "Risks and what is done about them"
    CONSULTED = "consulted", "Who was asked"


@dataclass(frozen=True)
class Line:
    """One fact. `asks_why` where its necessity must be said; `offered` is an answer that stands elsewhere already, as in the plan."""

    key: str
    label: str
    value: str
    section: Section
    asks_why: bool = False
    offered: str = ""

    def stored(self) -> list[Any]:
        return [self.key, self.label, self.value, str(self.section), self.asks_why, self.offered]


@dataclass(frozen=True)
class Change:
    """What the settings say now and did not when it was approved. Empty where it wasn't there, or is no more."""

    label: str
    old: str
    new: str
    section: Section

    @property
    def words(self) -> str:
        if not self.old:
            return f"{self.label}: new, {self.new}"
        return f"{self.label}: {self.old} → {self.new}" if self.new else f"{self.label}: {self.old}, no longer"


def lines_of(facts: MonitoringFacts, plan: PlanFacts) -> tuple[Line, ...]:
    """All live facts of a school's monitoring that an assessment rests on. The stage is none: it is assessed before it moves."""
    return (*_profile(plan), *_data(facts), *_scope(facts, plan), *_recipients(facts), *_kept(facts))


def _profile(plan: PlanFacts) -> list[Line]:
    """The risks that the school knows of (U21), as bands: the reason for all that follows."""
    if plan.profile is None:
        return [Line("profile", "Risk profile", "not written yet", Section.PURPOSE)]
    profile, purpose = plan.profile, Section.PURPOSE
    special = ", ".join(words for is_so, words in ((profile.boards, "boarders"), (profile.learns_remotely, "remote learning")) if is_so)
    happened = "; ".join(f"{what}: {often}" for what, often in profile.incidents)
    return [
        Line("profile", "Pupils", f"{profile.size}, ages {profile.ages}; SEND {profile.send}; English as another language {profile.eal}", purpose),
        Line("profile.devices", "Their own devices", profile.own_devices, purpose),
        *([Line("profile.special", "Also", special, purpose)] if special else []),
        *([Line("profile.incidents", "In the last two years", happened, purpose)] if happened else []),
    ]


def _data(facts: MonitoringFacts) -> list[Line]:
    data = Section.DATA
    bands = [band.label for band in facts.bands if band is not AgeBand.UNKNOWN]
    return [
        Line("bands", "Ages", ", ".join(bands) or "no pupils yet", data),
        Line("where_read", "Where", "in the browser on the school's own devices, with a school account", data),
        Line("themes", "What it looks for", ", ".join(facts.themes), data),
        Line("languages", "Languages of the library", ", ".join(facts.languages), data),
        Line("never", "Never read", " ".join(facts.never), data),
        Line("earlier", "Earlier lines", facts.earlier_lines, data),
        Line("also", "With each line", "page, time, device, account, and how sure it is who typed", data),
    ]


def _scope(facts: MonitoringFacts, plan: PlanFacts) -> list[Line]:
    scope = Section.NECESSITY
    heedful = [line for line in plan.lines if line.method == Method.HEEDFUL]
    lines = [_plan_line(line) for line in heedful] or [Line("everybody", "All pupils", "on every school device", scope, asks_why=True)]
    lines += [Line(_key(line), _who(line), Method(line.method).label.lower(), scope) for line in plan.lines if line.method != Method.HEEDFUL]
    lines += [
        Line("pilot_groups", "Groups of the pilot", ", ".join(facts.pilot_groups) or "none yet", scope),
        Line("hours", "Hours", "; ".join(facts.hours) or "at any hour", scope, asks_why=True),
        Line("capture_from", "Sent from", facts.capture_from_words, scope, asks_why=True),
    ]
    lines += [Line(f"source.{source}", "Channel", words, scope, asks_why=True) for source, words in facts.sources]
    lines.append(Line("models", "Trained models", "; ".join(facts.models) or "none: written phrases alone judge a line", scope, asks_why=bool(facts.models)))
    if facts.pictures:
        lines.append(Line("pictures", "Pictures", "of the page, never where something sexual is possible", scope, asks_why=True))
    else:
        lines.append(Line("pictures", "Pictures", "none", scope))
    lines.append(Line("staff", "Staff", "monitored too" if facts.monitors_staff else "not monitored", scope, asks_why=facts.monitors_staff))
    if plan.ai_tools:
        lines.append(Line("ai_tools", "AI tools in use", ", ".join(tool.name for tool in plan.ai_tools), scope))
    return lines


def _plan_line(line: LineFacts) -> Line:
    return Line(_key(line), _who(line), "Heedful", Section.NECESSITY, asks_why=True, offered=line.reason)


def _key(line: LineFacts) -> str:
    return f"plan.{sha256(f'{line.who}|{line.place}|{line.kind}'.encode()).hexdigest()[:12]}"


def _who(line: LineFacts) -> str:
    return f"{line.who}, {line.place.label.lower()}, {line.kind.label}"


def _recipients(facts: MonitoringFacts) -> list[Line]:
    section = Section.RECIPIENTS
    lines = [Line(f"role.{seers.role}", seers.role.label, f"sees {seers.what}", section) for seers in facts.who_sees]
    lines += [Line(f"processor.{each.name}", each.name, f"{each.purpose}; it sees {each.sees}", section) for each in facts.processors]
    lines.append(Line("where", "Where it lies", " ".join(facts.where), section))
    return lines


def _kept(facts: MonitoringFacts) -> list[Line]:
    return [Line(f"kept.{row.kind}", row.words[:1].upper() + row.words[1:], f"{row.days} days from {row.counted_from}", Section.KEPT) for row in facts.kept]


def lines_from(stored: Iterable[Iterable[Any]]) -> tuple[Line, ...]:
    """Lines as they were kept with an approved version."""
    return tuple(Line(key, label, value, Section(section), asks, offered) for key, label, value, section, asks, offered in stored)


def changes(then: Iterable[Line], now: Iterable[Line]) -> tuple[Change, ...]:
    """What is different, in the order of the document; what is gone comes last."""
    before: Mapping[str, Line] = {line.key: line for line in then}
    after = {line.key: line for line in now}
    changed = [Change(line.label, before[key].value if key in before else "", line.value, line.section) for key, line in after.items() if key not in before or before[key].value != line.value]
    return (*changed, *(Change(line.label, line.value, "", line.section) for key, line in before.items() if key not in after))
