"""The table in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from heedful.people.models import User
from heedful.people.queries import has_right
from heedful.people.rules import Right
from heedful.thresholds.models import ThresholdVersion
from heedful.thresholds.rules import Table, default_lines, from_json


def table_in_force(school_id: int) -> Table:
    """The school's newest table; version 0 is Heedful's default where the school has none yet. For the system."""
    newest = ThresholdVersion.objects.filter(school_id=school_id).order_by("-number").values_list("number", flat=True).first()
    return _load(school_id, newest) if newest else Table(0, default_lines())


def tables_for(viewer: User, school_id: int) -> Table | None:
    """The table in force, for a page; None where the viewer may not see it."""
    return table_in_force(school_id) if has_right(viewer, school_id, Right.SEE_THRESHOLDS) else None


def version_of(viewer: User, school_id: int, number: int) -> Table | None:
    """The version that routed a capture; None where it is not the viewer's."""
    if not has_right(viewer, school_id, Right.SEE_THRESHOLDS):
        return None
    if number == 0:
        return Table(0, default_lines())
    exists = ThresholdVersion.objects.filter(school_id=school_id, number=number).exists()
    return _load(school_id, number) if exists else None


@lru_cache(maxsize=64)
def _load(school_id: int, number: int) -> Table:
    # A version never changes, so it can be kept.
    row = ThresholdVersion.objects.get(school_id=school_id, number=number)
    return Table(row.number, from_json(row.lines))


@dataclass(frozen=True)
class Origin:
    """Where a version comes from: why, by whom, since when."""

    reason: str
    approved_by: str
    made_at: datetime


def origin_of(viewer: User, school_id: int, number: int) -> Origin | None:
    """Why this version is as it is; None for Heedful's own default and where the viewer may not see it."""
    if not has_right(viewer, school_id, Right.SEE_THRESHOLDS):
        return None
    row = ThresholdVersion.objects.select_related("approved_by").filter(school_id=school_id, number=number).first()
    return Origin(row.reason, row.approved_by.name if row.approved_by else "", row.made_at) if row else None
