"""The search box: over pupil, theme, phrase, host, number and date, and nothing that a pupil wrote.

What is typed becomes filters of ids and choices, so that no name stands in an address.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from heedful.captures.addresses import MOST_RULES
from heedful.captures.assessing import meanings
from heedful.captures.models import Capture
from heedful.captures.queries.filters import MOST_WALKED, QueueFilter
from heedful.captures.queries.queue import is_visible, visible_captures
from heedful.people.models import Group, Pupil, User
from heedful.people.queries import barred_pupils, schools_with
from heedful.people.rules import Right
from heedful.thresholds.rules import THEME_TITLES

MOST_PUPILS = 50
MOST_WORDS = 8
NOBODY = (0,)  # the pupil that there is not: a search that finds nothing
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def capture_asked_for(viewer: User, typed: str) -> int | None:
    """The number, when what was typed is the number of a capture that the viewer may open."""
    found = re.fullmatch(r"(?:capture\s*)?#?(\d{1,15})", typed.strip(), re.IGNORECASE)
    if found is None or not is_visible(viewer, int(found[1])):
        return None
    return int(found[1])


def filter_for(viewer: User, typed: str, wanted: QueueFilter, *, today: date) -> QueueFilter:
    """The view narrowed by what was typed. Each word is a pupil, a theme, a phrase, a date or part of a host; a word that is none of these finds nothing.

    A whole title, such as a theme of two words or a date, is one word. What was searched for before is replaced.
    """
    wanted = replace(wanted, theme="", pupils=(), host="", rules=(), since=None, until=None, burst=None)
    words = typed.lower().split()[:MOST_WORDS]
    pupils: set[int] | None = None
    while words:
        taken, wanted = _title(words, wanted, today)
        if taken:
            words = words[taken:]
            continue
        word, *words = words
        named = _pupils(viewer, word)
        if named:
            pupils = named if pupils is None else pupils & named
            continue
        rules = _rules(word)
        if rules:
            wanted = replace(wanted, rules=rules)
        elif _is_host(viewer, word):
            wanted = replace(wanted, host=word)
        else:
            pupils = set()  # not put in the address as it was typed: it may be a name
    if pupils is not None:
        wanted = replace(wanted, pupils=tuple(sorted(pupils)[:MOST_PUPILS]) or NOBODY)
    return wanted


def my_groups(viewer: User) -> list[Group]:
    """The groups of the schools whose captures the viewer reads, by name."""
    return list(Group.objects.filter(school_id__in=schools_with(viewer, Right.READ_BEHAVIOUR)).order_by("name", "pk"))


def pupil_names(viewer: User, pupils: tuple[int, ...]) -> list[str]:
    """The names of these pupils, as far as they are the viewer's to see."""
    return [str(pupil) for pupil in _my_pupils(viewer).filter(pk__in=pupils).order_by("family_name", "given_name", "pk")]


def phrase_meanings(rules: tuple[str, ...]) -> list[str]:
    """What these phrases mean, in words."""
    return [meanings().get(rule) or rule for rule in rules]


def _title(words: list[str], wanted: QueueFilter, today: date) -> tuple[int, QueueFilter]:
    """How many of the first words are a theme or a date, and the view narrowed by it."""
    for count in (3, 2, 1):
        title = " ".join(words[:count])
        if len(words) < count:
            continue
        theme = next((theme for theme, name in THEME_TITLES.items() if title in {name.lower(), theme, theme.replace("_", " ")}), "")
        if not theme and count == 1 and len(title) >= 4:
            theme = next((theme for theme, name in THEME_TITLES.items() if name.lower().startswith(title)), "")
        if theme:
            return count, replace(wanted, theme=theme)
        day = _day(title, today)
        if day is not None:
            return count, replace(wanted, since=day, until=day)
    return 0, wanted


def _my_pupils(viewer: User) -> QuerySet[Pupil]:
    return Pupil.objects.filter(school_id__in=schools_with(viewer, Right.READ_BEHAVIOUR)).exclude(pk__in=barred_pupils(viewer))


def _pupils(viewer: User, word: str) -> set[int]:
    """Pupils by the beginning of a name or by the school's own number, as far as the viewer has a capture of them to see."""
    named = Q(given_name__istartswith=word) | Q(family_name__istartswith=word) | Q(source_id__iexact=word)
    pks = list(_my_pupils(viewer).filter(named).order_by("pk").values_list("pk", flat=True)[: MOST_PUPILS * 4])
    mine = visible_captures(viewer)
    return {pk for pk in pks if mine.filter(pupil_id=pk).exists()}


def _rules(word: str) -> tuple[str, ...]:
    """Phrases of the library whose id or meaning has this word."""
    if len(word) < 3 or ("." in word and word not in meanings()):
        return ()
    starts = re.compile(rf"\b{re.escape(word)}")
    found = [rule for rule, meaning in meanings().items() if word == rule or starts.search(f"{rule} {meaning}".lower())]
    return tuple(sorted(found)[:MOST_RULES])


def _is_host(viewer: User, word: str) -> bool:
    """Whether one of the latest captures that the viewer may see came from such a host."""
    latest = visible_captures(viewer).order_by("-id").values("pk")[:MOST_WALKED]
    return len(word) >= 3 and Capture.objects.filter(pk__in=latest, host__icontains=word).exists()


def _day(title: str, today: date) -> date | None:
    """`today`, `yesterday`, `2026-11-24`, `24/11/2026`, `24/11`, `24 nov`, `24 november 2026`; a day without a year is the last such."""
    if title in {"today", "yesterday"}:
        return today - timedelta(days=title == "yesterday")
    shapes: tuple[tuple[str, Callable[[re.Match[str]], tuple[int, int, int]]], ...] = (
        (r"(\d{4})-(\d{1,2})-(\d{1,2})", lambda m: (int(m[1]), int(m[2]), int(m[3]))),
        (r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?", lambda m: (int(m[3] or 0), int(m[2]), int(m[1]))),
        (rf"(\d{{1,2}}) ({'|'.join(MONTHS)})[a-z]*(?: (\d{{4}}))?", lambda m: (int(m[3] or 0), MONTHS.index(m[2]) + 1, int(m[1]))),
    )
    for pattern, parts in shapes:
        found = re.fullmatch(pattern, title)
        if found:
            year, month, day = parts(found)
            return _last_such(year, month, day, today)
    return None


def _last_such(year: int, month: int, day: int, today: date) -> date | None:
    try:
        if year:
            return date(year, month, day)
        this_year = date(today.year, month, day)
        return this_year if this_year <= today else date(today.year - 1, month, day)
    except ValueError:
        return None
