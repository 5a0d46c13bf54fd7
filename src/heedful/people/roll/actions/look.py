"""Reading names is recorded: one entry per answer, with the ids that it showed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from heedful.audit.actions import append
from heedful.audit.rules import Action, Actor, Fact
from heedful.people.models import User
from heedful.people.roll.queries.imports import ImportPage, import_for
from heedful.people.roll.queries.pupils import PupilFilter, PupilList, PupilPage, pupil_for, pupils_for


def list_pupils(wanted: PupilFilter, *, viewer: User, now: datetime) -> PupilList:
    """The list, and the record in each school that somebody saw these pupils' facts."""
    with transaction.atomic():
        found = pupils_for(viewer, wanted)
        for school_id in sorted({row.school_id for row in found.rows}):
            _audit(school_id, viewer, Action.ROLL_LISTED, "pupil", (row.id for row in found.rows if row.school_id == school_id), now)
    return found


def read_pupil(pupil_id: int, *, viewer: User, now: datetime) -> PupilPage:
    """One pupil's facts of the roll, and the record of it. Raises NotFound."""
    with transaction.atomic():
        found = pupil_for(viewer, pupil_id)
        _audit(found.row.school_id, viewer, Action.ROLL_READ, "pupil", [pupil_id], now)
    return found


def read_import_page(import_id: int, *, viewer: User, now: datetime) -> ImportPage:
    """An import with the names that it changes, and the record of those that were shown. Raises NotFound."""
    with transaction.atomic():
        found = import_for(viewer, import_id)
        shown = sorted({pk for named in found.named for pk, _ in named.shown})
        if shown:
            _audit(found.school_id, viewer, Action.ROLL_LISTED, "pupil", shown, now)
    return found


def _audit(school_id: int, viewer: User, action: Action, kind: str, ids: Iterable[int], now: datetime) -> None:
    append(school_id=school_id, actor=Actor.person(viewer.pk), fact=Fact(action, kind, tuple(map(str, ids))), now=now)
