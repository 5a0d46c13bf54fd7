"""The limits page: what the agents declare, what the library knows, and what this school's devices really run."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from heedful.detection.library import SHIPPED
from heedful.detection.shipped import load_shipped_bundle
from heedful.devices.coverage.abilities import AGENTS, CERTAINTY, EXTENSION, UNPROVEN, Agent
from heedful.devices.coverage.queries.facts import machines_of
from heedful.devices.coverage.queries.page import schools_to_see
from heedful.devices.models import Profile
from heedful.devices.rules import COVERED_KINDS, DeviceKind, TokenKind
from heedful.people.models import Account, School, User
from heedful.people.queries import has_right
from heedful.people.rules import Right

LANGUAGES = {
    "en": "English", "cy": "Welsh", "ar": "Arabic", "bn": "Bengali", "es": "Spanish", "fr": "French", "pa": "Punjabi", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "so": "Somali", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu",
}  # fmt: skip


@dataclass(frozen=True)
class Library:
    version: str
    languages: tuple[str, ...]
    themes: tuple[tuple[str, int], ...]
    phrases: int


@dataclass(frozen=True)
class Running:
    """What one school has, beside what the agents can."""

    school: str
    kinds: tuple[tuple[str, int, bool], ...]
    """Kind, number in the inventory, whether anything of Heedful runs there."""
    browsers: tuple[tuple[str, int], ...]
    agents: tuple[tuple[str, int], ...]
    too_old: int
    removable: int
    """Installations that no policy holds in place; somebody can remove them."""
    shared_accounts: int


@dataclass(frozen=True)
class Limits:
    agents: tuple[Agent, ...]
    certainty: tuple[tuple[str, str], ...]
    unproven: tuple[str, ...]
    library: Library
    schools: tuple[Running, ...]
    school_id: int | None
    looks_after: bool


def limits_for(viewer: User, *, now: datetime) -> Limits:
    """For everybody with a session; the numbers of a school only for those who see its coverage."""
    schools = schools_to_see(viewer)
    first = schools[0].pk if schools else None
    looks_after = first is not None and has_right(viewer, first, Right.LOOK_AFTER_COVERAGE)
    return Limits(AGENTS, CERTAINTY, UNPROVEN, library_facts(), tuple(_running(school) for school in schools), first, looks_after)


@lru_cache(maxsize=1)
def library_facts() -> Library:
    """What the shipped library knows: languages, and phrases by theme. Counted once in a process."""
    bundle = load_shipped_bundle()
    by_theme = Counter(phrase.theme for phrase in bundle.phrases)
    themes = tuple((theme.title, by_theme[place]) for place, theme in enumerate(bundle.themes))
    known = {folder.name for folder in SHIPPED.iterdir() if folder.is_dir() and any(folder.glob("*.yaml"))}
    languages = [*(name for code, name in LANGUAGES.items() if code in known), *sorted(known - LANGUAGES.keys())]
    return Library(bundle.version, tuple(languages), tuple(sorted(themes)), len(bundle.phrases))


def _running(school: School) -> Running:
    listed = Counter(machine.kind for machine in machines_of(school.pk) if machine.is_listed)
    profiles = Profile.objects.filter(school=school, revoked_at=None, superseded_at=None).exclude(token__kind=TokenKind.SELF_TEST)
    rows = list(profiles.values_list("browser", "agent_version", "forced"))
    browsers = Counter(browser or "not said" for browser, _, _ in rows)
    return Running(
        school=school.name,
        kinds=tuple((DeviceKind(kind).label, number, kind in COVERED_KINDS) for kind, number in listed.most_common()),
        browsers=tuple(browsers.most_common(8)),
        agents=tuple(Counter(version or "not said" for _, version, _ in rows).most_common(8)),
        too_old=sum(is_too_old(browser) for browser, _, _ in rows),
        removable=sum(forced is False for _, _, forced in rows),
        shared_accounts=Account.objects.filter(school=school, shared=True, closed_on=None).count(),
    )


def is_too_old(browser: str) -> bool:
    """Whether a browser says that it is older than the extension takes. One that says no version is not known to be."""
    found = re.search(r"(\d{1,6})", browser)
    return found is not None and int(found[1]) < EXTENSION.least_browser_version
