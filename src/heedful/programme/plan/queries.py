"""The plan for its page, and as values for what is made of it: DPIA, transparency page, reviews, governor PDF."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from heedful.devices.coverage.queries.facts import accounts_of, calendar_of, machines_of, pupils_of
from heedful.devices.coverage.queries.matrix import group_names
from heedful.devices.coverage.queries.page import by_group, by_year
from heedful.devices.coverage.rules import IN_USE, count_pupils
from heedful.people.models import School, User
from heedful.people.queries import has_right
from heedful.people.rules import NotFound, Right
from heedful.programme.plan.models import AiTool, PlanLine, RiskProfile
from heedful.programme.plan.rules import (
    Incident,
    Kind,
    LineValues,
    Method,
    Often,
    OwnDevices,
    Place,
    Reporting,
    Share,
    Size,
    UsedBy,
    gap_in_words,
    without_line,
)


@dataclass(frozen=True)
class ProfileFacts:
    """The risk profile in words. `incidents` are (what, how often), the order that of `rules.Incident`."""

    ages: str
    size: str
    send: str
    eal: str
    boards: bool
    learns_remotely: bool
    own_devices: str
    incidents: tuple[tuple[str, str], ...]
    notes: str
    written_at: datetime


@dataclass(frozen=True)
class LineFacts:
    """One line of the plan. `owner` is the name of a member of staff, where nothing is monitored yet."""

    id: int
    who: str
    place: Place
    kind: Kind
    method: Method
    reason: str
    owner: str
    owner_id: int | None
    due_on: date | None

    @property
    def values(self) -> LineValues:
        return LineValues(self.who, self.place, self.kind, self.method, self.reason, self.owner_id, self.due_on)


@dataclass(frozen=True)
class ToolFacts:
    id: int
    name: str
    used_by: str
    what_for: str
    since: date
    added_at: datetime


@dataclass(frozen=True)
class PlanFacts:
    """All that a school has said about its monitoring, as values; empty where it has said nothing."""

    profile: ProfileFacts | None
    lines: tuple[LineFacts, ...]
    ai_tools: tuple[ToolFacts, ...]
    changed_at: datetime | None
    """When the plan's lines last changed."""

    @property
    def gaps(self) -> tuple[LineFacts, ...]:
        """The lines that say "nothing yet"."""
        return tuple(line for line in self.lines if line.method == Method.NOTHING_YET)


@dataclass(frozen=True)
class PlanLineOnPage:
    line: LineFacts
    gap: str  # what coverage doesn't see of a line that says Heedful
    is_late: bool


@dataclass(frozen=True)
class PlanPage:
    """The plan with what coverage sees of it. `unplanned` are kinds of device and years that no line speaks of."""

    facts: PlanFacts
    lines: tuple[PlanLineOnPage, ...]
    unplanned: tuple[str, ...]
    runs: bool


def plan_facts(school_id: int) -> PlanFacts:
    """The plan as it stands. For the system; a page asks `plan_of`."""
    rows = list(PlanLine.objects.filter(school_id=school_id, ended_at=None).select_related("owner").order_by("pk"))
    latest = PlanLine.objects.filter(school_id=school_id).order_by("-pk").values_list("made_at", "ended_at").first()
    ended = PlanLine.objects.filter(school_id=school_id, ended_at__isnull=False).order_by("-ended_at").values_list("ended_at", flat=True).first()
    places, kinds = list(Place), list(Kind)
    rows.sort(key=lambda row: (places.index(Place(row.place)), kinds.index(Kind(row.kind)), row.pk))
    tools = AiTool.objects.filter(school_id=school_id, stopped_on=None).order_by("name", "pk")
    return PlanFacts(
        profile=_profile(school_id),
        lines=tuple(_line(row) for row in rows),
        ai_tools=tuple(ToolFacts(tool.pk, tool.name, UsedBy(tool.used_by).label, tool.what_for, tool.since, tool.added_at) for tool in tools),
        changed_at=max((each for each in (latest[0] if latest else None, ended) if each), default=None),
    )


def plan_of(viewer: User, school_id: int, *, now: datetime) -> PlanPage:
    """The plan beside what coverage sees. Raises NotFound where the programme of this school is not the viewer's to see."""
    school = School.objects.filter(pk=school_id).first()
    if school is None or not has_right(viewer, school_id, Right.SEE_PROGRAMME):
        raise NotFound
    facts, seen = plan_facts(school_id), reporting_of(school, now=now)
    today = calendar_of(school).today(now)
    values = [line.values for line in facts.lines]
    years = [name for name in group_names(school) if name.startswith("Year ") or name == "Reception"]
    return PlanPage(
        facts=facts,
        lines=tuple(
            PlanLineOnPage(line, gap_in_words(line.values, seen), line.due_on is not None and line.due_on < today) for line in facts.lines
        ),
        unplanned=without_line(values, seen, years) if values else (),
        runs=has_right(viewer, school_id, Right.RUN_PROGRAMME),
    )


def reporting_of(school: School, *, now: datetime) -> Reporting:
    """What coverage sees of this school: by kind of device, and by year and group. For the system."""
    today = calendar_of(school).today(now)
    machines = machines_of(school.pk)
    pupils = pupils_of(school, accounts_of(school.pk, today=today), today=today)
    rows = {name: count_pupils(members, today=today) for name, members in {**by_year(pupils), **by_group(school, pupils)}.items()}
    return Reporting(
        listed=Counter(machine.kind for machine in machines if machine.is_listed),
        reporting=Counter(machine.kind for machine in machines if machine.last_seen_at and machine.last_seen_at > now - IN_USE),
        seen={name: counts.seen for name, counts in rows.items() if counts.on_roll},
    )


def plan_gaps(school: School, *, now: datetime) -> tuple[str, ...]:
    """Where the plan says Heedful and coverage sees none of it, in sentences. For reviews and the governor PDF."""
    seen = reporting_of(school, now=now)
    said = []
    for line in plan_facts(school.pk).lines:
        gap = gap_in_words(line.values, seen)
        if gap:
            said.append(f"{line.who}, {line.place.label.lower()}, {line.kind.label}: {gap}")
    return tuple(said)


def profile_values(school_id: int) -> dict[str, Any]:
    """What the form of the risk profile starts from; empty where nothing was written."""
    row = RiskProfile.objects.filter(school_id=school_id).values().first()
    return dict(row) if row else {}


def line_of(school_id: int, line_id: int) -> LineFacts:
    """One line in force. Raises NotFound."""
    row = PlanLine.objects.filter(pk=line_id, school_id=school_id, ended_at=None).select_related("owner").first()
    if row is None:
        raise NotFound
    return _line(row)


def tools_added_since(school_id: int, since: datetime) -> list[AiTool]:
    """Tools that came onto the register after this moment, the oldest first. For the review triggers."""
    return list(AiTool.objects.filter(school_id=school_id, added_at__gt=since).order_by("added_at", "pk"))


def _line(row: PlanLine) -> LineFacts:
    owner = row.owner.name if row.owner else ""
    return LineFacts(row.pk, row.who, Place(row.place), Kind(row.kind), Method(row.method), row.reason, owner, row.owner_id, row.due_on)


def _profile(school_id: int) -> ProfileFacts | None:
    row = RiskProfile.objects.filter(school_id=school_id).first()
    if row is None:
        return None
    return ProfileFacts(
        ages=f"{row.youngest} to {row.oldest}", size=Size(row.size).label, send=Share(row.send).label, eal=Share(row.eal).label,
        boards=row.boards, learns_remotely=row.learns_remotely, own_devices=OwnDevices(row.own_devices).label,
        incidents=tuple((incident.label, Often(row.incidents.get(incident, Often.NONE)).label) for incident in Incident),
        notes=row.notes, written_at=row.written_at,
    )  # fmt: skip
