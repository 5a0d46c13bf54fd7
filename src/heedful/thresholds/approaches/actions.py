"""Setting, starting, ending and adopting handling approaches. Names and reasons stay in rows; the chain keeps ids and settings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from heedful.audit.actions import append, wait_in_line
from heedful.audit.rules import SYSTEM, Action, Actor, Fact
from heedful.people.models import Group, User
from heedful.thresholds.approaches.models import Approach
from heedful.thresholds.approaches.queries import settings_of
from heedful.thresholds.approaches.rules import SHOW_FROM, ApproachRefused, Settings, Weeks


@dataclass(frozen=True)
class Wanted:
    """What an approach of a pilot should be: its name, what it does, for which groups (by id) and in which weeks."""

    name: str
    settings: Settings
    groups: tuple[int, ...] = ()
    weeks: Weeks = Weeks.EVERY


def set_approach(*, school_id: int, pilot: int, wanted: Wanted, by: User | None, now: datetime, approach_id: int | None = None) -> Approach:
    """Make an approach of a pilot, or change one that has never run. Raises ApproachRefused."""
    name = " ".join(wanted.name.split())[:60]
    if not name:
        raise ApproachRefused("Give the approach a name.")
    if wanted.settings.show_from not in SHOW_FROM:
        raise ApproachRefused("An approach shows captures from severity 1, 2 or 3. What is 4 or 5 is always shown.")
    with transaction.atomic():
        wait_in_line(school_id)
        mine = Approach.objects.filter(school_id=school_id, pilot=pilot)
        if mine.filter(name__iexact=name).exclude(pk=approach_id or 0).exists():
            raise ApproachRefused(f"This pilot has an approach called “{name}” already. Choose another name.")
        row = mine.filter(pk=approach_id).first() if approach_id else Approach(school_id=school_id, pilot=pilot, made_at=now, made_by=by)
        if row is None or row.starts_at is not None:
            raise ApproachRefused("It has run already, and captures were handled by it. Make another one instead.")
        row.name, row.weeks = name, wanted.weeks
        _put(row, wanted.settings)
        row.save()
        row.groups.set(Group.objects.filter(school_id=school_id, pk__in=wanted.groups))
        _audit(school_id, by, Action.APPROACH_SET, [row.pk], now, wanted.settings.as_json() | {"pilot": pilot, "weeks": str(wanted.weeks), "groups": sorted(row.groups.values_list("pk", flat=True))})
    return row


def remove_approach(*, school_id: int, approach_id: int, by: User | None, now: datetime) -> bool:
    """Take out an approach that has never run. False where it has, or there is none."""
    with transaction.atomic():
        wait_in_line(school_id)
        gone, _ = Approach.objects.filter(school_id=school_id, pk=approach_id, starts_at=None, pilot__isnull=False).delete()
        if gone:
            _audit(school_id, by, Action.APPROACH_REMOVED, [approach_id], now, {})
    return bool(gone)


def start_approaches(*, school_id: int, pilot: int, starts_at: datetime, ends_at: datetime | None, by: User | None, now: datetime) -> int:
    """From `starts_at` on the approaches of this pilot act, until `ends_at` or until they are ended. Returns how many."""
    with transaction.atomic():
        wait_in_line(school_id)
        rows = Approach.objects.filter(school_id=school_id, pilot=pilot, is_running=False, starts_at=None)
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        Approach.objects.filter(pk__in=ids).update(is_running=True, starts_at=starts_at, ends_at=ends_at)
        if ids:
            _audit(school_id, by, Action.APPROACHES_STARTED, ids, now, {"pilot": pilot})
    return len(ids)


def end_approaches(*, school_id: int, pilot: int, by: User | None, now: datetime) -> int:
    """The approaches of this pilot act no longer. What waits for a first look goes on waiting, and to the lead in time. Returns how many."""
    with transaction.atomic():
        wait_in_line(school_id)
        ids = list(Approach.objects.filter(school_id=school_id, pilot=pilot, is_running=True).order_by("pk").values_list("pk", flat=True))
        Approach.objects.filter(pk__in=ids).update(is_running=False, ends_at=now)
        if ids:
            _audit(school_id, by, Action.APPROACHES_ENDED, ids, now, {"pilot": pilot})
    return len(ids)


def adopt_approach(*, school_id: int, approach_id: int, by: User, now: datetime, changed: Settings | None = None) -> Approach:
    """Carry an approach's settings into the live policy, in one audited step: from now on it acts for the whole school (D05).

    `changed` are the settings where the school adopts it with a change. Raises ApproachRefused.
    """
    with transaction.atomic():
        wait_in_line(school_id)
        row = Approach.objects.filter(school_id=school_id, pk=approach_id, pilot__isnull=False).first()
        if row is None:
            raise ApproachRefused("There is no such approach any more. Open the pilot again.")
        settings = changed or settings_of(row)
        before = Approach.objects.filter(school_id=school_id, pilot=None, is_running=True)
        replaced = list(before.values_list("pk", flat=True))
        before.update(is_running=False, ends_at=now)
        live = Approach(
            school_id=school_id, pilot=None, name=row.name, starts_at=now, is_running=True, from_approach=row, made_at=now, made_by=by
        )
        _put(live, settings)
        live.save()
        _audit(school_id, by, Action.APPROACH_ADOPTED, [live.pk], now, settings.as_json() | {"from": row.pk, "replaces": replaced})
    return live


def withdraw_approach(*, school_id: int, by: User, now: datetime) -> bool:
    """The approach in force for all acts no longer: the safeguarding lead sees all again. False where there was none."""
    with transaction.atomic():
        wait_in_line(school_id)
        rows = Approach.objects.filter(school_id=school_id, pilot=None, is_running=True)
        ids = list(rows.values_list("pk", flat=True))
        rows.update(is_running=False, ends_at=now)
        if ids:
            _audit(school_id, by, Action.APPROACHES_ENDED, ids, now, {"pilot": None})
    return bool(ids)


def _put(row: Approach, settings: Settings) -> None:
    row.first_look, row.show_from, row.notify, row.pictures = settings.first_look, settings.show_from, settings.notify, settings.pictures


def _audit(school_id: int, by: User | None, action: Action, ids: Iterable[int], now: datetime, details: dict[str, Any]) -> None:
    actor = Actor.person(by.pk) if by else SYSTEM
    append(school_id=school_id, actor=actor, fact=Fact(action, "approach", tuple(map(str, ids)), details), now=now)
