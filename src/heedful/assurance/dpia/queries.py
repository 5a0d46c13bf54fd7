"""Where a school's assessment stands. Pages have asked for the right; the board asks no viewer."""

from __future__ import annotations

from dataclasses import dataclass

from heedful.assurance.dpia.live import Change, Line, changes, lines_from, lines_of
from heedful.assurance.dpia.models import DpiaVersion
from heedful.assurance.dpia.rules import Missing, missing_in
from heedful.captures.queries.monitoring import monitoring_facts
from heedful.programme.plan.queries import plan_facts


def live_lines(school_id: int) -> tuple[Line, ...]:
    """The facts as they are now."""
    return lines_of(monitoring_facts(school_id), plan_facts(school_id))


def newest_version(school_id: int) -> DpiaVersion | None:
    return DpiaVersion.objects.filter(school_id=school_id).select_related("saved_by", "approved_by").order_by("-number").first()


def approved_version(school_id: int) -> DpiaVersion | None:
    """The one that counts."""
    rows = DpiaVersion.objects.filter(school_id=school_id, approved_at__isnull=False).select_related("approved_by")
    return rows.order_by("-number").first()


def version_of(school_id: int, number: int) -> DpiaVersion | None:
    return DpiaVersion.objects.filter(school_id=school_id, number=number).select_related("saved_by", "approved_by").first()


def versions_of(school_id: int) -> list[DpiaVersion]:
    """All of them, the newest first."""
    return list(DpiaVersion.objects.filter(school_id=school_id).select_related("saved_by", "approved_by").order_by("-number"))


@dataclass(frozen=True)
class DpiaState:
    """What counts, what is being written, what the settings are now, and what stands between."""

    approved: DpiaVersion | None
    newest: DpiaVersion | None
    lines: tuple[Line, ...]
    changes: tuple[Change, ...]
    """Since it was approved; empty without an approved one."""
    missing: tuple[Missing, ...]
    """In the newest version, before it can be approved."""

    @property
    def has_draft(self) -> bool:
        return self.newest is not None and self.newest.approved_at is None

    @property
    def answers(self) -> dict[str, str]:
        return dict(self.newest.answers) if self.newest else {}

    @property
    def is_in_force(self) -> bool:
        """Approved, and the settings are as they were then."""
        return self.approved is not None and not self.changes


def state_of(school_id: int) -> DpiaState:
    """Two queries and the facts."""
    newest, approved, lines = newest_version(school_id), approved_version(school_id), live_lines(school_id)
    changed = changes(lines_from(approved.live), lines) if approved else ()
    return DpiaState(approved, newest, lines, changed, missing_in(dict(newest.answers) if newest else {}, lines))
