"""What a draft would have done to the captures of the last 30 days, for one viewer.

Stored captures are routed again, by the table in force and by the draft; nothing is read of what pupils wrote. What a
device never sent, and what is deleted, can't be counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from heedful.audit.rules import Action
from heedful.captures.models import Capture
from heedful.captures.queries.queue import record_reading, visible_captures
from heedful.captures.what_if.rules import (
    TRUE_FROM,
    Alike,
    Column,
    Flow,
    Numbers,
    Rerouting,
    Stored,
    effects_of,
    is_lost,
    is_slower,
    numbers_of,
    of_all,
    of_group,
    publish,
)
from heedful.people.models import Group, User
from heedful.people.queries import has_right
from heedful.people.rules import Right
from heedful.thresholds.grids import ages_of
from heedful.thresholds.models import ThresholdDraft
from heedful.thresholds.queries import open_draft, table_in_force, table_of_draft
from heedful.thresholds.rules import THEME_TITLES, Line, Table, differences

LOOKS_BACK = timedelta(days=30)
MOST_LISTED = 50
CHUNK = 2_000


@dataclass(frozen=True)
class Lost:
    """A capture that a person graded 3 or more, and that the draft would have shown later or not at all."""

    number: int
    theme: str
    grade: int
    observed_at: datetime
    before: Line
    after: Line
    is_lost: bool


@dataclass(frozen=True)
class Effect:
    """What one change would have done alone."""

    title: str
    level: int
    ages: str
    way: Flow
    captures: int


@dataclass(frozen=True)
class Walk:
    """What one walk over the captures finds."""

    flows: dict[frozenset[int], Counter[Flow]]
    alike: Counter[Alike]
    true_ones: dict[int, TrueOne]  # graded as true, and lost or slower with the draft


@dataclass(frozen=True)
class TrueOne:
    """Which way such a capture goes, and its grade."""

    flow: Flow
    grade: int


@dataclass(frozen=True)
class Exact:
    """For who may open the captures: all numbers, and the true ones that would be lost."""

    whole: Numbers
    changes: tuple[Effect, ...]  # the most first, without those that touch no capture
    untouched: int  # changes that would have touched none
    groups: tuple[tuple[str, Numbers], ...]
    lost: tuple[Lost, ...]
    lost_count: int


@dataclass(frozen=True)
class Suppressed:
    """For everybody else: counts of five and more."""

    columns: tuple[tuple[Column, int], ...]
    group_columns: tuple[Column, ...]
    groups: tuple[tuple[str, tuple[int, ...]], ...]
    withheld: tuple[str, ...]


@dataclass(frozen=True)
class WhatIf:
    draft: ThresholdDraft
    in_force: int
    days: int
    exact: Exact | None
    counts: Suppressed | None


def what_if(viewer: User, draft_id: int, *, now: datetime) -> WhatIf:
    """The preview of a draft. Raises `thresholds.queries.NotFound`. The captures that it names are one reading in the record."""
    draft = open_draft(viewer, draft_id)
    before, after = table_in_force(draft.school_id), table_of_draft(draft)
    reads_all = all(has_right(viewer, draft.school_id, right) for right in (Right.READ_SAFEGUARDING, Right.DECIDE))
    names = dict(Group.objects.filter(school_id=draft.school_id).order_by("name", "pk").values_list("pk", "name"))
    if reads_all:
        exact = _exact(viewer, draft.school_id, before, after, names, now)
        return WhatIf(draft, before.version, LOOKS_BACK.days, exact, None)
    counted = _walk(Capture.objects.all(), draft.school_id, Rerouting(before, after), now).flows
    shown = publish(counted, list(names))
    counts = Suppressed(
        shown.columns, shown.group_columns, tuple((names[group], row) for group, row in shown.groups), tuple(names[group] for group in shown.withheld)
    )
    return WhatIf(draft, before.version, LOOKS_BACK.days, None, counts)


def _exact(viewer: User, school_id: int, before: Table, after: Table, names: dict[int, str], now: datetime) -> Exact:
    mine = visible_captures(viewer)
    walk = _walk(mine, school_id, Rerouting(before, after), now)
    counted, found = walk.flows, walk.true_ones
    effects = effects_of(walk.alike, before, differences(before.lines, after.lines))
    changes = tuple(
        Effect(THEME_TITLES[each.theme], each.level, ages_of(each.bands), (each.before, each.after), count) for each, count in effects if count
    )
    with transaction.atomic():
        worst = sorted(found, key=lambda number: (not is_lost(found[number].flow), -found[number].grade, -number))[:MOST_LISTED]
        rows = {row.pk: row for row in mine.filter(pk__in=worst).only("pk", "school_id", "theme", "grade", "observed_at")}
        record_reading([rows[number] for number in worst if number in rows], viewer, Action.CAPTURES_LISTED, now)
    lost = tuple(
        Lost(number, THEME_TITLES.get(rows[number].theme, ""), found[number].grade, rows[number].observed_at, *found[number].flow,
             is_lost=is_lost(found[number].flow))
        for number in worst
        if number in rows
    )  # fmt: skip
    present = {group for signature in counted for group in signature}
    groups = tuple((name, numbers_of(of_group(counted, group))) for group, name in names.items() if group in present)
    return Exact(numbers_of(of_all(counted)), changes, len(effects) - len(changes), groups, lost, len(found))


def _walk(captures: QuerySet[Capture], school_id: int, rerouting: Rerouting, now: datetime) -> Walk:
    groups = _groups_of_pupils(school_id)
    walk = Walk({}, Counter(), {})
    for number, grade, stored in _stored(captures, school_id, groups, now):
        flow = rerouting.flow_of(stored)
        walk.flows.setdefault(stored.groups, Counter())[flow] += 1
        walk.alike[stored.alike] += 1
        if grade is not None and grade >= TRUE_FROM and (is_lost(flow) or is_slower(flow)):
            walk.true_ones[number] = TrueOne(flow, grade)
    return walk


def _stored(
    captures: QuerySet[Capture], school_id: int, groups: dict[int, frozenset[int]], now: datetime
) -> Iterator[tuple[int, int | None, Stored]]:
    none: frozenset[int] = frozenset()
    rows = captures.filter(school_id=school_id, arrived_at__gt=now - LOOKS_BACK, arrived_at__lte=now).order_by()
    columns = rows.values_list("pk", "grade", "themes", "source", "age_band", "pupil_id")
    for number, grade, themes, source, band, pupil in columns.iterator(chunk_size=CHUNK):
        levels = tuple((theme, severity) for theme, (_, severity) in sorted(themes.items()))
        yield number, grade, Stored(levels, source, band, groups.get(pupil, none) if pupil else none)


def _groups_of_pupils(school_id: int) -> dict[int, frozenset[int]]:
    members = Group.pupils.through.objects.filter(group__school_id=school_id).values_list("pupil_id", "group_id")
    found: dict[int, set[int]] = {}
    for pupil, group in members:
        found.setdefault(pupil, set()).add(group)
    return {pupil: frozenset(groups) for pupil, groups in found.items()}
