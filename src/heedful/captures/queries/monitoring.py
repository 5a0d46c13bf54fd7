"""What is monitored at a school, as one value from its live settings. Notices, the public page and the DPIA are made from it.

It names no pupil and no member of staff, so that it may be shown to anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import timezone

from heedful.captures.monitoring_words import (
    CAPTURE_FROM_WORDS,
    EARLIER_LINES,
    KEPT_WORDS,
    MODEL_WORDS,
    SOURCE_WORDS,
    THEME_WORDS,
    Processor,
    processors_of,
    where_of,
)
from heedful.captures.queries.retained import days_in_force
from heedful.captures.retention import BOUNDS, Kept
from heedful.captures.rules import Source
from heedful.devices.coverage.abilities import AGENTS
from heedful.devices.coverage.queries.limits import library_facts
from heedful.devices.coverage.queries.page import hours_in_words
from heedful.people.models import Group, Pupil, Role, School
from heedful.people.notice import NOT
from heedful.people.rules import AgeBand, Right, RoleName, Stage, rights_of
from heedful.thresholds.approaches.queries import pastoral_looks_first
from heedful.thresholds.rules import THEME_TITLES


@dataclass(frozen=True)
class KeptFor:
    """One kind of what is kept: for how many days, from when."""

    kind: Kept
    words: str
    days: int
    counted_from: str


@dataclass(frozen=True)
class Seers:
    """A role that opens what was captured, and how many people hold it. `what` says how much of it they see."""

    role: RoleName
    number: int
    what: str


@dataclass(frozen=True)
class HelpLine:
    name: str
    phone: str
    text: str
    url: str


@dataclass(frozen=True)
class MonitoringFacts:
    """All of it. Words are whole phrases in lower case where they stand in a list, whole sentences elsewhere."""

    school_id: int
    school: str
    stage: Stage
    launch_on: date | None
    pilot_groups: tuple[str, ...]
    live_groups: tuple[str, ...]
    """Empty where every pupil is live, or none is."""
    bands: tuple[AgeBand, ...]
    """The age bands on the roll, the youngest first."""
    pilot_bands: tuple[AgeBand, ...]
    hours: tuple[str, ...]
    """Empty: at any hour."""
    sources: tuple[tuple[Source, str], ...]
    models: tuple[str, ...]
    """The trained models that judge a line. Empty: written phrases alone do."""
    never: tuple[str, ...]
    earlier_lines: str
    capture_from: int
    capture_from_words: str
    pictures: bool
    monitors_staff: bool
    kept: tuple[KeptFor, ...]
    who_sees: tuple[Seers, ...]
    next_read: str
    help_lines: tuple[HelpLine, ...]
    themes: tuple[str, ...]
    languages: tuple[str, ...]
    where: tuple[str, ...]
    processors: tuple[Processor, ...]

    def days(self, kind: Kept) -> int:
        """For how many days this kind is kept."""
        return next(row.days for row in self.kept if row.kind == kind)


def monitoring_facts(school_id: int) -> MonitoringFacts:
    """Read now. A dozen small queries. Raises School.DoesNotExist."""
    school = School.objects.get(pk=school_id)
    groups = list(Group.objects.filter(school=school).order_by("name").values_list("name", "in_pilot", "is_live"))
    days = days_in_force(school_id, on=timezone.localdate())
    reads = {source for agent in AGENTS for source in agent.sources}
    values = settings.VALUES
    named = ("HEEDFUL_EMAIL_HOST", "HEEDFUL_GOOGLE_CLIENT_ID", "HEEDFUL_MICROSOFT_TENANT", "HEEDFUL_OIDC_ISSUER")
    return MonitoringFacts(
        school_id=school.pk,
        school=school.name,
        stage=Stage(school.stage),
        launch_on=school.launch_on,
        pilot_groups=tuple(name for name, in_pilot, _ in groups if in_pilot),
        live_groups=tuple(name for name, _, is_live in groups if is_live) if school.live_by_group else (),
        bands=_bands(school, in_pilot=False),
        pilot_bands=_bands(school, in_pilot=True),
        hours=tuple(hours_in_words(school.hours)),
        sources=tuple((source, words) for source, words in SOURCE_WORDS.items() if str(source) in reads),
        models=tuple(words for layer, words in MODEL_WORDS.items() if layer in settings.DETECTION_LAYERS),
        never=tuple(NOT),
        earlier_lines=EARLIER_LINES,
        capture_from=school.capture_from,
        capture_from_words=CAPTURE_FROM_WORDS[school.capture_from],
        pictures=school.pictures,
        monitors_staff=school.monitors_staff,
        kept=tuple(KeptFor(kind, KEPT_WORDS[kind], days[kind], bounds.counted_from) for kind, bounds in BOUNDS.items()),
        who_sees=_who_sees(school),
        next_read=school.next_read,
        help_lines=tuple(HelpLine(**{part: line.get(part) or "" for part in ("name", "phone", "text", "url")}) for line in school.help_lines),
        themes=tuple(THEME_WORDS[theme] for theme in THEME_TITLES),
        languages=library_facts().languages,
        where=where_of(
            public_url=settings.PUBLIC_URL, database_url=values.text("HEEDFUL_DATABASE_URL"),
            backup_folder_is_set=values.path("HEEDFUL_BACKUP_DIR") is not None,
        ),
        processors=processors_of({name: values.text(name) for name in named}),
    )  # fmt: skip


def _bands(school: School, *, in_pilot: bool) -> tuple[AgeBand, ...]:
    pupils = Pupil.objects.filter(school=school, left_on=None)
    if in_pilot:
        pupils = pupils.filter(groups__in_pilot=True)
    found = set(pupils.values_list("age_band", flat=True).distinct())
    return tuple(band for band in AgeBand if band in found)


BEHAVIOUR_SEES = "what the school treats as behaviour, and nothing else"
PASTORAL_SEES = "what the school treats as behaviour, and, where the pastoral team looks first, other lines that are not serious"


def _who_sees(school: School) -> tuple[Seers, ...]:
    """The roles that open captures, with how many people hold each. Who holds two counts in both."""
    holders: dict[str, set[int]] = {}
    for name, user_id in Role.objects.filter(school=school, user__is_active=True).values_list("name", "user_id"):
        holders.setdefault(name, set()).add(user_id)
    of_behaviour = PASTORAL_SEES if pastoral_looks_first(school.pk) else BEHAVIOUR_SEES
    seers = []
    for role in RoleName:
        rights = rights_of(frozenset({role}))
        if role in holders and rights & {Right.READ_SAFEGUARDING, Right.READ_BEHAVIOUR}:
            what = "everything" if Right.READ_SAFEGUARDING in rights else of_behaviour
            seers.append(Seers(role, len(holders[role]), what))
    return tuple(seers)
