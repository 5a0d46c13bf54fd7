"""The second reading: what came in bulk was judged without the slow layer; here every layer judges it. docs/decisions/0010 says why.

Each step is whole in itself and may run twice, or in two places: a row that somebody has changed meanwhile is left for the next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from heedful.audit.actions import append, wait_in_line
from heedful.audit.line import writers_in_line
from heedful.audit.rules import SYSTEM, Action, Fact
from heedful.captures.actions.bursts import move_to_burst_of_its_pupil
from heedful.captures.actions.decide import WAITS_ANEW
from heedful.captures.actions.store import CLOCK_SUBJECT, EARLIER_LINES_FROM, tell_of_new
from heedful.captures.actions.telling import tell_leads
from heedful.captures.approaches import Handling, first_look_of, handling_of
from heedful.captures.assessing import Judged, judge, line_of
from heedful.captures.models import Capture
from heedful.captures.queries.retained import days_in_force
from heedful.captures.queries.second_readings import due_for_second_reading, is_settled
from heedful.captures.retention import UNTOLD, Kept, keep_until
from heedful.captures.rules import WAITS_FIRST, FirstLook, Level, Source, State
from heedful.captures.sealing import open_before, open_column
from heedful.escalation.models import Clock
from heedful.people.clearance.queries import is_practice
from heedful.people.queries import has_right
from heedful.people.rules import Right
from heedful.thresholds.approaches.rules import Running, goes_to_lead_at_once
from heedful.thresholds.queries import table_in_force
from heedful.thresholds.rules import Line, Route, Table, Urgency, strictest
from heedful.vault.blobs import remove_blob
from heedful.vault.envelope import VaultError
from heedful.vault.queries import SchoolVault

log = structlog.get_logger()
STEP = 25
LATER = timedelta(hours=1)  # what can't be opened now must not stand before all others
NOT_A_PAGE: dict[str, Any] = {"host": "", "title_sealed": b"", "url_sealed": b"", "before_sealed": b"", "picture_blob": "", "parts_until": None}


def read_again(*, now: datetime, most: int = STEP) -> int:
    """One step: read at most so many. Returns how many it looked at; 0 is the end."""
    by_school: dict[int, list[Capture]] = defaultdict(list)
    for row in due_for_second_reading(now=now)[:most]:
        by_school[row.school_id].append(row)
    for school_id, rows in sorted(by_school.items()):
        _read_school(school_id, rows, now)
    return sum(map(len, by_school.values()))


@dataclass(frozen=True)
class _Desk:
    """What the captures of one school are judged with."""

    table: Table
    handling: Handling
    days: dict[Kept, int]
    is_practice: bool
    now: datetime

    def approach_of(self, row: Capture) -> Running | None:
        return next((each for each in self.handling.running if each.id == row.approach_id), None)


def _read_school(school_id: int, rows: Sequence[Capture], now: datetime) -> None:
    days = days_in_force(school_id, on=timezone.localdate(now))
    desk = _Desk(table_in_force(school_id), handling_of(school_id), days, is_practice(school_id), now)
    vault = SchoolVault(school_id)
    judged = {row.pk: _judged(row, vault, now) for row in rows}  # before the transaction: others need not wait for it
    with writers_in_line(), transaction.atomic():
        wait_in_line(school_id)
        changed = [row for row in sorted(rows, key=lambda row: row.pk) if _take(row, judged[row.pk], desk)]
        if changed:
            details = {
                "from": [row.severity for row in changed],
                "to": list(Capture.objects.filter(pk__in=[row.pk for row in changed]).order_by("pk").values_list("severity", flat=True)),
            }
            fact = Fact(Action.CAPTURES_READ_AGAIN, "capture", tuple(str(row.pk) for row in changed), details)
            append(school_id=school_id, actor=SYSTEM, fact=fact, now=now)


def _judged(row: Capture, vault: SchoolVault, now: datetime) -> Judged | None:
    """What every layer makes of it; None where a person has settled it, or where it can't be opened just now."""
    if is_settled(row):
        return None
    try:
        text, url = (open_column(vault, row.capture_id, name, getattr(row, f"{name}_sealed")) for name in ("text", "url"))
        before = tuple(line for _, line in open_before(vault, row.capture_id, row.before_sealed))
    except VaultError as fault:
        log.error("captures.not_read_again", capture=row.pk, fault=type(fault).__name__)
        Capture.objects.filter(pk=row.pk).update(second_reading_due_at=now + LATER)
        return None
    return judge(text, source=row.source, age_band=row.age_band, url=url, before=before)


def _take(row: Capture, judged: Judged | None, desk: _Desk) -> bool:
    """Put the new view into the row, if nobody has changed it since it was read. True where severity, theme or route is another now."""
    mine = Capture.objects.filter(pk=row.pk, revision=row.revision, second_reading_due_at=row.second_reading_due_at)
    if judged is None:
        mine.update(second_reading_due_at=None)  # one that can't be opened has another date by now
        return False
    change = judged.columns() | _line_anew(row, judged, desk) | {"second_reading_due_at": None}
    if _is_untouched(row):
        change |= _without_parts(row, change)
    change |= _kept(row, change, desk)
    is_changed = any(change[name] != getattr(row, name) for name in ("severity", "theme", "route"))
    if change["route"] != row.route:
        change["revision"] = F("revision") + 1  # whoever decides on it has seen where it was
    if not mine.update(**change):
        return False
    if row.picture_blob and change.get("picture_blob") == "":
        transaction.on_commit(partial(remove_blob, school_id=row.school_id, name=row.picture_blob), robust=True)
    if is_changed:
        now_so = Capture.objects.select_related("account").get(pk=row.pk)
        move_to_burst_of_its_pupil(now_so)
        _tell(row, now_so, desk)
    return is_changed


def _is_untouched(row: Capture) -> bool:
    """Nobody has acknowledged it, put it off or moved it."""
    return row.revision == 1 and row.state == State.NEW


def _line_anew(row: Capture, judged: Judged, desk: _Desk) -> dict[str, Any]:
    """Where it goes now and how fast: never less than people have seen, but what is nothing goes on record while nobody has touched it."""
    suggested = line_of(desk.table, judged.levels, source=row.source, age_band=row.age_band)
    is_report = row.source == Source.REPORT
    handled = desk.handling.handled(
        desk.approach_of(row), suggested, judged.levels, severity=judged.severity, is_report=is_report, account=row.account
    )
    line = strictest([Line(Route(row.route), Urgency(row.urgency)), handled.line])
    change: dict[str, Any] = {"threshold_version": desk.table.version, "suggested_route": suggested.route, "first_look": row.first_look}
    if judged.severity == 0 and _is_untouched(row) and row.urgency != Urgency.NOW:
        line, change["first_look"] = handled.line, None
    elif judged.severity > row.severity and _is_untouched(row):
        change["first_look"] = first_look_of(handled)
    elif row.first_look in WAITS_FIRST and goes_to_lead_at_once(judged.levels, severity=judged.severity, urgency=line.urgency):
        change["first_look"] = FirstLook.PASSED
    if judged.severity >= Level.SERIOUS:
        change["snoozed_until"] = None  # what is serious is not put off
    holder = row.acknowledged_by
    if line.route == Route.SAFEGUARDING != row.route and holder and not has_right(holder, row.school_id, Right.READ_SAFEGUARDING):
        change |= WAITS_ANEW
    return change | {"route": line.route, "urgency": line.urgency}


def _without_parts(row: Capture, change: dict[str, Any]) -> dict[str, Any]:
    """What is not kept of it, as if every layer had judged it when it came."""
    if change["severity"] == 0 and change["route"] == Route.RECORD_ONLY:
        return NOT_A_PAGE
    if change["severity"] < EARLIER_LINES_FROM and row.before_sealed:
        return {"before_sealed": b""} | ({} if row.picture_blob else {"parts_until": None})
    return {}


def _kept(row: Capture, change: dict[str, Any], desk: _Desk) -> dict[str, Any]:
    keeping = keep_until(
        state=change.get("state", row.state), route=change["route"], severity=change["severity"], grade=None, is_false_positive=False,
        arrived_on=timezone.localdate(row.arrived_at), decided_on=None, days=desk.days,
    )  # fmt: skip
    return keeping.columns() | UNTOLD if keeping.why != row.kept_why else {}


def _tell(was: Capture, row: Capture, desk: _Desk) -> None:
    """What has become urgent is told of as if it came so; where somebody has it in hand or was told already, the leads are told that it is more."""
    if row.urgency == was.urgency or desk.is_practice:
        return
    if row.state == State.NEW and not Clock.objects.filter(subject_kind=CLOCK_SUBJECT, subject_id=row.pk).exists():
        tell_of_new(row, desk.approach_of(row), handling=desk.handling, now=desk.now)
    elif row.urgency == Urgency.NOW:
        tell_leads(row, severity=row.severity, now=desk.now)
