"""By which version of the threshold table a capture was routed, and whether the table in force lets the lead release something of it."""

from __future__ import annotations

from dataclasses import dataclass

from heedful.captures.queries.queue import visible_captures
from heedful.captures.rules import levels_of
from heedful.people.clearance.queries import is_practice
from heedful.people.models import User
from heedful.people.queries import has_right
from heedful.people.rules import Right
from heedful.thresholds.queries import table_in_force, version_of
from heedful.thresholds.rules import Route


@dataclass(frozen=True)
class RoutedBy:
    """`may_open` where the viewer sees the thresholds; `is_both` where the group agreed that behaviour may hear of it."""

    school_id: int
    version: int
    may_open: bool
    is_both: bool


def routed_by(viewer: User, number: int) -> RoutedBy | None:
    """How this capture was routed; None where it is not the viewer's. No content is read."""
    columns = ("pk", "school_id", "threshold_version", "themes", "theme", "grade", "route", "age_band")
    row = visible_captures(viewer).filter(pk=number).only(*columns).first()
    if row is None:
        return None
    releases = all(has_right(viewer, row.school_id, right) for right in (Right.READ_SAFEGUARDING, Right.DECIDE))
    levels = levels_of(row.themes, theme=row.theme, grade=row.grade)
    is_both = releases and row.route == Route.SAFEGUARDING and table_in_force(row.school_id).may_release(levels, row.age_band)
    may_open = version_of(viewer, row.school_id, row.threshold_version) is not None and not is_practice(row.school_id)
    return RoutedBy(row.school_id, row.threshold_version, may_open, is_both)
