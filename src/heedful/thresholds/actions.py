"""Putting a threshold table in force."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from heedful.audit.actions import append
from heedful.audit.rules import SYSTEM, Action, Actor, Fact
from heedful.people.models import User
from heedful.thresholds.models import ThresholdVersion
from heedful.thresholds.rules import Line, from_json, to_json


def put_in_force(
    *, school_id: int, lines: dict[tuple[str, int, str], Line], reason: str, approved_by: User | None, now: datetime
) -> ThresholdVersion:
    """Store the lines as the school's next version. Raises TableError when a line is missing or below its floor."""
    rows = to_json(lines)
    from_json(rows)  # complete, and no floor broken
    with transaction.atomic():
        newest = ThresholdVersion.objects.filter(school_id=school_id).aggregate(newest=Max("number"))["newest"] or 0
        version = ThresholdVersion.objects.create(
            school_id=school_id, number=newest + 1, lines=rows, reason=reason, approved_by=approved_by, made_at=now
        )
        actor = Actor.person(approved_by.pk) if approved_by else SYSTEM
        fact = Fact(
            Action.THRESHOLDS_PUT_IN_FORCE, "thresholds", (str(version.pk),), {"version": version.number, "reason_given": bool(reason)}
        )
        append(school_id=school_id, actor=actor, fact=fact, now=now)
    return version
